"""What staff see of the voice of the customer."""

from datetime import date, datetime

from chalicelib.playbook_values import Words
from chalicelib.store.records import Customer
from chalicelib.voice.facts import UNKNOWN
from chalicelib.voice.issues import Issue
from chalicelib.voice.moods import Mood, Sign
from chalicelib.voice.phrases import Phrase
from chalicelib.voice.trend import Trend
from chalicelib.web.views import View


class TrendView(View, frozen=True, kw_only=True):
    """The last week against the four before it: contacts in each, the `ratio` of both rates and its
    95 % interval (left out where it has no bound). "rising" and "falling" only when that leaves 1
    out; "unknown" as long as there is less than a week to compare with."""

    direction: str
    recent: int
    former: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, trend: Trend) -> "TrendView":
        return cls(
            direction=trend.direction,
            recent=trend.recent,
            former=trend.former,
            ratio=_rounded(trend.ratio),
            low=_rounded(trend.low),
            high=_rounded(trend.high),
        )


class ExampleView(View, frozen=True, kw_only=True):
    """A contact about an issue: a conversation, or a review. `text` is what was said, without
    addresses, numbers and the customer's name."""

    at: datetime
    text: str
    channel: str | None = None
    product: str | None = None
    conversation_id: str | None = None
    review_id: str | None = None


class IssueView(View, frozen=True, kw_only=True):
    """`category` is its nature (none: nobody could tell), in one `severity`. `count` contacts in
    the days asked for, `per_week` as a rate; `priority` = `nature_weight` × `severity_weight` ×
    `per_week`. `weeks` are the counts of the four weeks before the
    last one, and of that, oldest first. `channels` and `products` tell how many where and of what,
    "-" being unknown."""

    severity: str
    count: int
    per_week: float
    nature_weight: float
    severity_weight: float
    priority: float
    trend: TrendView
    weeks: list[int]
    channels: dict[str, int]
    products: dict[str, int]
    examples: list[ExampleView]
    category: str | None = None
    title: Words | None = None

    @classmethod
    def of(cls, issue: Issue, title: Words | None, examples: list[ExampleView]) -> "IssueView":
        return cls(
            severity=issue.severity,
            count=issue.count,
            per_week=round(issue.per_week, 2),
            nature_weight=issue.weights[0],
            severity_weight=issue.weights[1],
            priority=round(issue.priority, 2),
            trend=TrendView.of(issue.trend),
            weeks=list(issue.weeks),
            channels=dict(issue.channels),
            products=dict(issue.products),
            examples=examples,
            category=known(issue.category),
            title=title,
        )


class IssuesView(View, frozen=True, kw_only=True):
    """By priority. `more`: there are others, of lower priority."""

    first: date
    last: date
    time_zone: str
    issues: list[IssueView]
    more: bool = False


class PhraseView(View, frozen=True, kw_only=True):
    """A phrase, in how many texts with `low` and with `high` scores, and in how many in all. z
    above 0: it goes with low scores, below with high ones; beyond 1.96 either way that is hardly
    chance. `examples` are the ids of reviews or surveys."""

    phrase: str
    low: int
    high: int
    texts: int
    z: float
    examples: list[str]

    @classmethod
    def of(cls, phrase: Phrase) -> "PhraseView":
        return cls(
            phrase=phrase.phrase,
            low=phrase.low,
            high=phrase.high,
            texts=phrase.texts,
            z=round(phrase.z, 2),
            examples=list(phrase.examples),
        )


class SaidView(View, frozen=True, kw_only=True):
    """One of the texts that the phrases' examples name."""

    id: str
    score: int
    text: str


class WordsView(View, frozen=True, kw_only=True):
    """What goes with low and with high scores. `texts` were read; `more`: there were more answers
    than are looked at in one call, the latest of which were."""

    first: date
    last: date
    texts: int
    low_texts: int
    high_texts: int
    low: list[PhraseView]
    high: list[PhraseView]
    said: list[SaidView]
    more: bool = False


class SignView(View, frozen=True, kw_only=True):
    """What tells that a customer is unhappy: `kind` survey, nps, review or message; `source` its
    id."""

    at: datetime
    kind: str
    source: str
    score: int | None = None
    conversation_id: str | None = None

    @classmethod
    def of(cls, sign: Sign) -> "SignView":
        return cls(
            at=sign.at,
            kind=sign.kind,
            source=sign.source,
            score=sign.score,
            conversation_id=sign.conversation_id,
        )


class UnhappyView(View, frozen=True, kw_only=True):
    """A customer whose last word was a bad one, `at` that moment; `signs` are all bad ones that are
    remembered, the latest first. With `cared_at` somebody has looked after them since."""

    customer_id: str
    at: datetime
    signs: list[SignView]
    name: str | None = None
    cared_at: datetime | None = None
    cared_by: str | None = None

    @classmethod
    def of(cls, customer: Customer, mood: Mood) -> "UnhappyView":
        """Raises ValueError for a customer without a bad sign."""
        bad = [sign for sign in mood.signs if sign.feeling == "bad"]
        return cls(
            customer_id=customer.id,
            at=max(sign.at for sign in bad),
            signs=[SignView.of(sign) for sign in bad],
            name=customer.name,
            cared_at=mood.cared_at,
            cared_by=mood.cared_by,
        )


class UnhappyPage(View, frozen=True, kw_only=True):
    customers: list[UnhappyView]
    next_cursor: str | None = None


def known(name: str) -> str | None:
    return None if name == UNKNOWN else name


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
