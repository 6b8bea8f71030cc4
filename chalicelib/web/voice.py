"""Staff API: the voice of the customer – issues by priority, and what is said in words."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.device_limits import SEVERITIES, Severity
from chalicelib.errors import InvalidRequest
from chalicelib.outreach.compose import SCORES
from chalicelib.playbook import Playbook
from chalicelib.store import kpi_counters
from chalicelib.triage.words import fold
from chalicelib.triage_sections import Category
from chalicelib.voice.facts import Place, issue_list
from chalicelib.voice.issues import NATURE, Asked, Issue, Weights, issues
from chalicelib.voice.phrases import phrases
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.voice_query import (
    CHANNEL,
    FROM,
    KIND,
    MONTH,
    MOST_ISSUES,
    MOST_PHRASES,
    OF,
    PRODUCT,
    TO,
    WEEK,
    Span,
    limit_of,
    span_of,
)
from chalicelib.web.voice_texts import Comments, examples, of_reviews, of_surveys
from chalicelib.web.voice_views import IssuesView, IssueView, PhraseView, WordsView

EXAMPLES = 5
LOOKED_THROUGH = 300
"""Contacts of an issue among which those of one channel or product are looked for."""


def list_issues(call: Call) -> IssuesView:
    """What customers come with, by priority = weight of the category × weight of the severity ×
    contacts a week. A conversation or a review of one or two stars is one contact, on the day of
    its first message. Each issue has up to five contacts as examples, the latest."""
    span = span_of(call, WEEK)
    asked = Asked(
        first=span.first,
        last=span.last,
        now=call.wiring.clock().astimezone(span.zone),
        channel=call.query.get("channel") or None,
        product=call.query.get("product") or None,
    )
    most = limit_of(call, MOST_ISSUES)
    found = issues(
        kpi_counters.read(asked.days, kpi_counters.ISSUES), asked, _weights(call.wiring.playbook)
    )
    shown = found[:most]
    told = examples([_places(issue, asked, span) for issue in shown])
    titles = {one.id: one.title for one in _categories(call.wiring.playbook)}
    return IssuesView(
        first=span.first,
        last=span.last,
        time_zone=str(span.zone),
        issues=[
            IssueView.of(issue, titles.get(issue.category), some)
            for issue, some in zip(shown, told, strict=True)
        ],
        more=len(found) > most,
    )


def _weights(playbook: Playbook) -> Weights:
    """A category weighs by its usual severity, unless the playbook says otherwise."""
    usual = {one.id: NATURE[one.severity] for one in _categories(playbook)}
    said = playbook.voice.severity
    severity: dict[Severity, float] = {one: getattr(said, one) for one in SEVERITIES}
    return Weights(nature=usual | playbook.voice.nature, severity=severity)


def _categories(playbook: Playbook) -> Sequence[Category]:
    return playbook.triage.categories if playbook.triage else ()


def _places(issue: Issue, asked: Asked, span: Span) -> list[Place]:
    """The latest contacts about an issue: one request."""
    narrow = asked.channel is not None or asked.product is not None
    rows = kpi_counters.newest(
        issue_list(issue.category, issue.severity),
        since=span.since,
        until=span.until - timedelta(milliseconds=1),
        limit=LOOKED_THROUGH if narrow else EXAMPLES,
    )
    places = [Place.parse(row) for row in rows]
    fitting = [
        place
        for place in places
        if asked.channel in (None, place.channel) and asked.product in (None, place.product)
    ]
    return fitting[:EXAMPLES]


def list_words(call: Call) -> WordsView:
    """The phrases that set texts with low scores apart from those with high ones. Nobody's name,
    address or number is among them, and no phrase that only one customer uses. The latest 300 are
    looked at."""
    span = span_of(call, MONTH)
    comments = _comments(call, span)
    low, high = phrases(comments.texts, fold, limit=limit_of(call, MOST_PHRASES))
    sides = [one.side for one in comments.texts]
    return WordsView(
        first=span.first,
        last=span.last,
        texts=len(sides),
        low_texts=sides.count("low"),
        high_texts=sides.count("high"),
        low=[PhraseView.of(one) for one in low],
        high=[PhraseView.of(one) for one in high],
        said=comments.said(name for one in (*low, *high) for name in one.examples),
        more=comments.more,
    )


def _comments(call: Call, span: Span) -> Comments:
    of, kind = call.query.get("of", "reviews"), call.query.get("kind", "satisfaction")
    if kind not in SCORES:
        raise InvalidRequest(f"kind must be {' or '.join(SCORES)}, not {kind[:20]!r}")
    if of == "reviews":
        return of_reviews(span.since, span.until)
    if of == "surveys":
        asked = call.wiring.playbook.satisfaction
        return of_surveys(kind, span.since, span.until, (asked.low, asked.high))
    raise InvalidRequest(f"of must be reviews or surveys, not {of[:20]!r}")


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/voice/issues",
        scope="voice:read",
        summary="What customers come with, by priority",
        handle=list_issues,
        returns=IssuesView,
        query=(FROM, TO, CHANNEL, PRODUCT, MOST_ISSUES),
    ),
    Endpoint(
        method="GET",
        path="/v1/voice/words",
        scope="voice:read",
        summary="What reviews and surveys say in words",
        handle=list_words,
        returns=WordsView,
        query=(OF, KIND, FROM, TO, MOST_PHRASES),
    ),
)
