"""Serving: an attempt of self-service is kept, said and told."""

from chalicelib import events
from chalicelib.consequences.handing_off import HandingOff, filled, hand_off
from chalicelib.consequences.hands import Hands
from chalicelib.errors import Contention, NotFound
from chalicelib.outreach.plan import Plan
from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.selfservice import attempts, wording
from chalicelib.selfservice.attempts import Attempt
from chalicelib.selfservice.deciding import Reason
from chalicelib.store import articles, conversations, customers, entries
from chalicelib.store.records import OPEN, Conversation, Customer

SELF_SERVICE = "self_service"
"""Who ends a case that an article has solved."""


def serve_attempt(attempt: Attempt, case: Conversation, customer: Customer, hands: Hands) -> None:
    """Keep the attempt, say it, tell of it; repeating it changes nothing. Raises Contention if
    another message of this conversation was served at the same moment (then repeat)."""
    said = _words(attempt, customer, hands)
    if said is None:  # unpublished in this very moment
        over_to_people(attempt, case, customer, "unsure", hands)
        return
    _keep(attempt, case)
    text, choices = said
    hands.planner.plan(
        Plan(
            key=attempt.key,
            purpose="reply",
            kind="article",
            customer_id=case.customer_id,
            # A platform's clock may run ahead of ours: that is no reason to wait.
            due_at=min(attempt.at, hands.clock()),
            channel=case.channel,
            conversation_id=case.id,
            text=text,
            choices=choices,
        )
    )
    offered = events.ArticleOffered(
        conversation_id=case.id,
        customer_id=case.customer_id,
        message_key=attempt.message_key,
        at=attempt.at,
        articles=list(attempt.articles),
        confident=attempt.confident,
    )
    hands.bus().publish([events.event(offered, attempt.key, at=attempt.at, trace=case.id)])


def open_case(conversation_id: str) -> tuple[Conversation, Customer] | None:
    """The conversation with its customer, if it is open and kept."""
    try:
        case = conversations.get(conversation_id)
        return (case, customers.get(case.customer_id)) if case.status == OPEN else None
    except NotFound:
        return None


def over_to_people(
    attempt: Attempt, case: Conversation, customer: Customer, reason: Reason, hands: Hands
) -> None:
    if case.handed_off:
        return
    what = HandingOff(
        case=case,
        customer=customer,
        reason=reason,
        at=hands.clock(),
        language=_spoken(attempt.language),
        tried=attempts.of(case.id)[case.id],
    )
    hand_off(what, hands)


def _keep(attempt: Attempt, case: Conversation) -> None:
    line = attempt.entry(case.customer_id)
    if case.served_at is None:
        conversations.change(case.id, {"served_at": attempt.at}, entry=line)
    kept = {one.key: one for one in entries.keep_beside([line])}.get(line.key)
    if kept and kept.details["message_key"] != attempt.message_key:
        raise Contention(f"conversation {case.id} was served at the same moment: repeat")


def _words(attempt: Attempt, customer: Customer, hands: Hands) -> wording.Said | None:
    """Each article in the customer's language, or as it is written; None if one is gone."""
    rules, language = hands.playbook.self_service, _spoken(attempt.language)
    known = articles.find(attempt.articles)
    texts = [
        next((one, article.texts[one]) for one in (language, *LOCALES) if one in article.texts)
        for name in attempt.articles
        if (article := known.get(name)) and article.published
    ]
    if rules is None or len(texts) != len(attempt.articles):
        return None
    fill = filled(customer, hands)
    if attempt.confident:
        return wording.answer(texts[0][1], rules, language, fill)
    titles = [wording.marked(text.title, written, language) for written, text in texts]
    return wording.offer(titles, rules, language, fill)


def _spoken(language: str) -> Locale:
    return next((one for one in LOCALES if one == language), "en")
