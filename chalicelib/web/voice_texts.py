"""The texts behind issues and words: read when they are shown, none of them is kept twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.store import entries, keys, reviews, surveys
from chalicelib.store.outreach_records import Review, Survey
from chalicelib.voice.facts import Place
from chalicelib.voice.moods import HIGH_NPS, HIGH_STARS, LOW_NPS, LOW_STARS, of_score
from chalicelib.voice.phrases import Side, Text
from chalicelib.web.voice_people import people
from chalicelib.web.voice_views import ExampleView, SaidView, known

MOST = 300
"""Reviews or answers that are read for one call, the latest."""

EXCERPT = 240
"""Letters of a text that are shown."""

SIDES: dict[str, Side] = {"bad": "low", "neutral": "middle", "good": "high"}
REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class Comments:
    """Texts without what tells whose they are, their scores, and whether there were more."""

    texts: Sequence[Text]
    scores: dict[str, int]
    more: bool

    def said(self, ids: Iterable[str]) -> list[SaidView]:
        """Those of these ids, in the order in which they were read."""
        wanted = set(ids)
        return [
            SaidView(id=one.id, score=self.scores[one.id], text=shortened(one.text))
            for one in self.texts
            if one.id in wanted
        ]


def of_reviews(since: datetime, until: datetime) -> Comments:
    """Published reviews of a time: one request, and one for every 100 of them and of customers."""
    page, cursor = reviews.with_status(reviews.SHOWN, limit=MOST, before=keys.moment(until, ""))
    found = [one for one in page if one.at >= since and (one.title or one.text)]
    whose = people(one.customer_id for one in found)
    texts = [
        Text(
            id=one.id,
            customer_id=one.customer_id,
            side=SIDES[of_score(one.stars, LOW_STARS, HIGH_STARS)],
            text=whose.cleaned(_words(one), one.customer_id, one.author),
        )
        for one in found
    ]
    more = cursor is not None and bool(page) and page[-1].at >= since
    return Comments(texts=texts, scores={one.id: one.stars for one in found}, more=more)


def of_surveys(kind: str, since: datetime, until: datetime, bounds: tuple[int, int]) -> Comments:
    """Comments on answers of a time: one request a month, and one for every 100 answers and
    customers."""
    low, high = (LOW_NPS, HIGH_NPS) if kind == "nps" else bounds
    found, more = _answers(kind, since, until)
    whose = people(one.customer_id for one in found)
    texts = [
        Text(
            id=one.id,
            customer_id=one.customer_id,
            side=SIDES[of_score(one.score or 0, low, high)],
            text=whose.cleaned(one.comment or "", one.customer_id),
        )
        for one in found
    ]
    return Comments(texts=texts, scores={one.id: one.score or 0 for one in found}, more=more)


def _answers(kind: str, since: datetime, until: datetime) -> tuple[list[Survey], bool]:
    """The latest answers of a time that have a comment, and whether any were not looked at."""
    found: list[Survey] = []
    left = MOST
    before: str | None = keys.moment(until, "")
    for month in _months(since, until):
        page, cursor = surveys.answered(kind, month, limit=left, before=before)
        found += page
        left -= len(page)
        if cursor is not None or left <= 0:
            more = bool(page) and (page[-1].answered_at or until) >= since
            break
        before = None
    else:
        more = False
    inside = [one for one in found if one.comment and since <= (one.answered_at or until) < until]
    return inside, more


def _months(since: datetime, until: datetime) -> list[str]:
    """In UTC, the latest first."""
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(last, first - 1, -1)]


def examples(places: Sequence[Sequence[Place]]) -> list[list[ExampleView]]:
    """Of each issue its contacts, with their words. What was erased is left out. One request each
    for messages, reviews and customers, for up to 100."""
    every = [place for group in places for place in group]
    told = entries.get_entries(
        {place.message_key for place in every if place.channel != REVIEW and place.message_key}
    )
    written = reviews.find_many({place.subject for place in every if place.channel == REVIEW})
    owners = {entry.customer_id for entry in told.values() if entry.customer_id}
    whose = people(owners | {one.customer_id for one in written.values()})

    def shown(place: Place) -> ExampleView | None:
        if place.channel == REVIEW:
            review = written.get(place.subject)
            if review is None:
                return None
            text = whose.cleaned(_words(review), review.customer_id, review.author)
            return _example(place, text, review_id=place.subject)
        if not place.message_key:
            return _example(place, "", conversation_id=place.subject)
        entry = told.get(place.message_key)
        if entry is None or entry.customer_id is None:
            return None
        text = whose.cleaned(entry.text or "", entry.customer_id)
        return _example(place, text, conversation_id=place.subject)

    return [[view for place in group if (view := shown(place))] for group in places]


def _example(place: Place, text: str, **whose: str) -> ExampleView:
    return ExampleView(
        at=place.at,
        text=shortened(text),
        channel=known(place.channel),
        product=known(place.product),
        conversation_id=whose.get("conversation_id"),
        review_id=whose.get("review_id"),
    )


def _words(review: Review) -> str:
    return f"{review.title}. {review.text}" if review.title else review.text


def shortened(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= EXCERPT else f"{whole[:EXCERPT].rstrip()}…"
