"""When a person has to answer: the world is told, then the customer, then the case remembers it,
with everything that was tried so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib import events
from chalicelib.consequences.hands import Hands
from chalicelib.outreach import compose
from chalicelib.outreach.plan import Plan
from chalicelib.playbook_values import Locale
from chalicelib.selfservice import attempts, summary
from chalicelib.selfservice.attempts import Attempt
from chalicelib.selfservice.deciding import Reason
from chalicelib.selfservice.summary import Earlier, Story
from chalicelib.store import articles, conversations
from chalicelib.store.article_records import Contacted
from chalicelib.store.records import Conversation, Customer, Entry

SILENT: frozenset[Reason] = frozenset({"off", "alert"})
"""Reasons of which the customer is told nothing: the greeting or the alert's own notice is."""

MOST_EARLIER = 3
"""Conversations before this one that are told of."""


@dataclass(frozen=True, kw_only=True)
class HandingOff:
    """What is handed over: the case, its customer, why, when that came to be, in which language;
    what was tried, and the earlier contacts about the same. `quiet`: the customer knows already."""

    case: Conversation
    customer: Customer
    reason: Reason
    at: datetime
    language: Locale
    tried: Sequence[Attempt] = ()
    category: str = ""
    contacts: Sequence[Contacted] = field(default_factory=tuple)
    quiet: bool = False


def hand_off(what: HandingOff, hands: Hands) -> None:
    """Hand a case over to people. The case remembers it last: whoever is cut off before does all of
    it again, which changes nothing."""
    case = what.case
    told = events.HandedOff(
        conversation_id=case.id, customer_id=case.customer_id, at=what.at, reason=what.reason
    )
    event = events.event(told, case.id, str(case.resolutions), at=what.at, trace=case.id)
    hands.bus().publish([event])
    if what.reason not in SILENT and not what.quiet:
        _tell(what, hands)
    note = _note(what, hands) if _worth_telling(what) else None
    conversations.change(case.id, {"handed_off": what.reason}, entry=note)


def _worth_telling(what: HandingOff) -> bool:
    """Whether there is more to say than that nothing was tried, because nothing fitted."""
    plain = what.reason in SILENT or what.reason == "unsure"
    return bool(what.tried) or len(what.contacts) > 1 or not plain


def _tell(what: HandingOff, hands: Hands) -> None:
    """The customer learns that a person will answer, and when, if the brand is closed."""
    rules, now = hands.playbook.self_service, hands.clock()
    if rules is None:
        return
    hours = hands.playbook.hours
    words = rules.handed_off.open if hours.open_at(now) else rules.handed_off.closed
    opens = compose.opening(hours, now, what.language)
    fill = {**filled(what.customer, hands), "opens": opens}
    hands.planner.plan(
        Plan(
            key=f"hand_off:{what.case.id}:{what.case.resolutions}",
            purpose="reply",
            kind="hand_off",
            customer_id=what.case.customer_id,
            due_at=now,
            channel=what.case.channel,
            conversation_id=what.case.id,
            text=words.in_(what.language).format_map(fill),
        )
    )


def _note(what: HandingOff, hands: Hands) -> Entry:
    brand = hands.playbook.brand
    locale, earlier = brand.default_locale, _earlier(what)
    every = [*what.tried, *(attempt for one in earlier for attempt in one.attempts)]
    story = Story(
        reason=what.reason,
        attempts=what.tried,
        titles=_titles(every, locale),
        category=_named(what.category, hands),
        earlier=earlier,
    )
    return Entry(
        key=f"hand_off:{what.case.id}:{what.case.resolutions}",
        at=hands.clock(),
        kind="note",
        customer_id=what.case.customer_id,
        conversation_id=what.case.id,
        text=summary.text(story, locale, brand.zone),
        details={
            "by": "self_service",
            "reason": what.reason,
            "articles": sorted({name for one in what.tried for name in one.articles}),
        },
    )


def _earlier(what: HandingOff) -> list[Earlier]:
    before = [one for one in what.contacts if one.conversation_id != what.case.id][-MOST_EARLIER:]
    if not before:
        return []
    ids = [one.conversation_id for one in before]
    cases, tried = conversations.some(ids), attempts.of(*ids)
    return [
        Earlier(
            at=one.at,
            outcome=(case.resolved_reason or "solved") if case.resolved_at else "open",
            answered=case.answered_at is not None,
            attempts=tried[one.conversation_id],
        )
        for one in before
        if (case := cases.get(one.conversation_id))
    ]


def _titles(tried: Sequence[Attempt], locale: Locale) -> dict[str, str]:
    """The titles of these articles, in the team's language where there is one."""
    found = articles.find({name for attempt in tried for name in attempt.articles})
    return {
        name: (article.texts.get(locale) or next(iter(article.texts.values()))).title
        for name, article in found.items()
    }


def _named(category: str, hands: Hands) -> str:
    triage = hands.playbook.triage
    found = triage.named(category) if triage else None
    return found.title.in_(hands.playbook.brand.default_locale) if found else category


def filled(customer: Customer, hands: Hands) -> dict[str, str]:
    """What every text may call the customer and the brand."""
    name = compose.first_name(customer)
    return {"name": f" {name}" if name else "", "brand": hands.playbook.brand.name}
