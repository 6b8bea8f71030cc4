"""After a message was understood: an article answers, some are offered, or a person takes over."""

from dataclasses import dataclass

from chalicelib import events
from chalicelib.consequences.handing_off import HandingOff, hand_off
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.serving import serve_attempt
from chalicelib.errors import NotFound
from chalicelib.inbox.keep import reserved
from chalicelib.outreach.later import once_more
from chalicelib.outreach.purposes import CHAT_FIRST
from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.selfservice import attempts, replies
from chalicelib.selfservice.attempts import Attempt
from chalicelib.selfservice.deciding import (
    Answer,
    Facts,
    HandOff,
    Offer,
    Reason,
    Thanked,
    Thresholds,
    Wait,
    decide,
)
from chalicelib.selfservice.either_language import in_both
from chalicelib.selfservice.index import Index
from chalicelib.selfservice_sections import MOST_CONTACTS, SelfService
from chalicelib.store import contacts, conversations, customers, entries
from chalicelib.store.article_records import Contacted
from chalicelib.store.records import OPEN, Conversation, Customer, Entry

UNSURE = HandOff(reason="unsure")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A message, what was understood of it, and whose it is; `made` are the attempts so far in its
    conversation, `before` the customer's conversations about the same, this one among them."""

    said: events.MessageTriaged
    entry: Entry
    case: Conversation
    customer: Customer
    language: Locale
    made: tuple[Attempt, ...] = ()
    before: tuple[Contacted, ...] = ()


def serve(event: Happened, hands: Hands) -> None:
    """Answer a message by an article if one is certain to; else hand its case over. Once a person
    has the case, or has answered in it, self-service says nothing there any more."""
    said: events.MessageTriaged = event.data
    asked = _read(said, hands)
    if asked is None:
        return
    rules = hands.playbook.self_service
    mine = next((one for one in asked.made if one.message_key == said.message_key), None)
    if mine:
        serve_attempt(mine, asked.case, asked.customer, hands)
    elif rules is None or said.channel not in CHAT_FIRST or reserved(asked.entry):
        _hand_off("off", asked, hands)
    elif not any(one.asked_at >= said.at for one in asked.made):  # else a later word counts already
        _decide(event, asked, rules, hands)


def _read(said: events.MessageTriaged, hands: Hands) -> Asked | None:
    """What there is to know, if the message still waits for somebody."""
    try:
        case = conversations.get(said.conversation_id)
        customer = customers.get(case.customer_id)
    except NotFound:  # erased meanwhile
        return None
    entry = entries.get_entries([said.message_key]).get(said.message_key)
    if entry is None or case.status != OPEN or case.handed_off or case.answered_at:
        return None
    rules = hands.playbook.self_service
    return Asked(
        said=said,
        entry=entry,
        case=case,
        customer=customer,
        language=_language(said, customer, hands),
        made=tuple(attempts.of(case.id)[case.id]) if rules else (),
        before=tuple(_contacts(said, case, customer, rules)) if rules else (),
    )


def _decide(event: Happened, asked: Asked, rules: SelfService, hands: Hands) -> None:
    library = hands.library()
    index = library.index
    decision = decide(_facts(asked, rules, index), Thresholds.of(rules))
    uncertain = isinstance(decision, Offer) or decision == UNSURE
    if uncertain and (latest := library.latest) is not index:
        decision = decide(_facts(asked, rules, latest), Thresholds.of(rules))
    if isinstance(decision, Wait):
        _wait(event, asked, rules, hands)
    elif isinstance(decision, HandOff):
        _hand_off(decision.reason, asked, hands)
    elif isinstance(decision, Thanked):
        _rate_helped(asked, hands)
    else:
        serve_attempt(_attempt(decision, asked, hands), asked.case, asked.customer, hands)


def _facts(asked: Asked, rules: SelfService, index: Index) -> Facts:
    said, made = asked.said, asked.made
    text = asked.entry.text or ""
    found, elsewhere = in_both(
        index,
        text,
        asked.language,
        enough=rules.close,
        without=attempts.tried(made),
        category=said.category,
        sure=said.confidence,
    )
    return Facts(
        found=found,
        elsewhere=elsewhere,
        alert=asked.case.opened_by == "alert",
        question=index.says_something(text, asked.language) if text.strip() else True,
        files=bool(asked.entry.details.get("media")),
        wants_human=said.wants_human,
        sentiment=said.sentiment,
        urgent=said.urgent,
        severity=said.severity,
        attempts=len(made),
        answered=bool(made) and made[-1].confident and made[-1].helped is None,
        contacts=len(asked.before),
        patience=rules.repeats,
    )


def _attempt(decision: Answer | Offer, asked: Asked, hands: Hands) -> Attempt:
    return Attempt(
        conversation_id=asked.case.id,
        number=len(asked.made) + 1,
        articles=(decision.article_id,) if isinstance(decision, Answer) else decision.article_ids,
        confident=isinstance(decision, Answer),
        message_key=asked.said.message_key,
        asked_at=asked.said.at,
        at=hands.clock(),
        language=asked.language,
        certainty=decision.certainty,
    )


def _contacts(
    said: events.MessageTriaged, case: Conversation, customer: Customer, rules: SelfService
) -> list[Contacted]:
    here = Contacted(conversation_id=case.id, at=case.opened_at)
    if said.category is None:
        return [here]
    since = said.at - rules.repeats_within
    return contacts.note(customer.family, said.category, here, most=MOST_CONTACTS, since=since)


def _wait(event: Happened, asked: Asked, rules: SelfService, hands: Hands) -> None:
    """A mere greeting: the question has a while to come. If it doesn't, a person looks."""
    said, now = asked.said, hands.clock()
    until, last = said.at + rules.greeting_wait, asked.case.last_inbound_at
    if last and last > said.at:
        return
    if now < until:
        hands.later().at(until, once_more(said, event.id, event.at), now)
    else:
        _hand_off("unsure", asked, hands)


def _rate_helped(asked: Asked, hands: Hands) -> None:
    said = asked.said
    rated = replies.take(
        asked.made[-1].key,
        replies.HELPED,
        customer_id=said.customer_id,
        at=said.at,
        message_key=said.message_key,
    )
    hands.bus().publish([rated] if rated else [])


def _hand_off(reason: Reason, asked: Asked, hands: Hands) -> None:
    what = HandingOff(
        case=asked.case,
        customer=asked.customer,
        reason=reason,
        at=asked.said.at,
        language=asked.language,
        tried=asked.made,
        category=asked.said.category or "",
        contacts=asked.before,
        quiet=reason == "unsure" and not asked.made and _greeted(asked, hands),
    )
    hand_off(what, hands)


def _greeted(asked: Asked, hands: Hands) -> bool:
    """Whether the greeting has just said that somebody will answer."""
    rules, said = hands.playbook.self_service, asked.said
    fresh = rules is not None and said.at - asked.case.opened_at <= rules.greeting_wait
    return fresh and said.channel in hands.playbook.greeting.channels


def _language(said: events.MessageTriaged, customer: Customer, hands: Hands) -> Locale:
    spoken = next((one for one in LOCALES if one == said.language), None)
    return spoken or hands.playbook.locale(customer.locale, customer.country)
