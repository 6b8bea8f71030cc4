"""After an answer to a survey: the loop is closed, with the customer and with the team."""

from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parseaddr

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.commerce.orders import Order
from chalicelib.commerce.records import from_record
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.reviews import remind
from chalicelib.errors import NotFound
from chalicelib.outreach.compose import said_to
from chalicelib.outreach.plan import Plan
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Words
from chalicelib.store import customers, entries, orders, surveys
from chalicelib.store.outreach_records import Survey
from chalicelib.store.records import OPEN, Conversation, Customer, Entry

PAGE = "page"
"""The channel of answers that were given on our own page, which thanks by itself."""

RECENT = timedelta(days=60)
"""So old may a delivery be whose review is asked for after a good answer."""

A_WHILE = timedelta(days=1)
"""Between a good answer and the question for a review: nobody likes two in a row."""

TEAM = Words(
    tr="{name}, {brand} desteğine 5 üzerinden {score} puan verdi.\n\n{comment}\n\n{state}\n"
    "Müşteri: {customer}",
    en="{name} gave the support of {brand} {score} out of 5.\n\n{comment}\n\n{state}\n"
    "Customer: {customer}",
)
OPEN_AGAIN = Words(
    tr="Konu yüksek öncelikle açık: {conversation}",
    en="The conversation is open, with high priority: {conversation}",
)
ENDED = Words(
    tr="Konu o zamandan beri yeniden çözüldü: {conversation}",
    en="The conversation has been resolved again since: {conversation}",
)
NOBODY = Words(tr="Bir müşteri", en="A customer")
SILENT = Words(tr="(yorum yazmadı)", en="(without a comment)")


def close_the_loop(event: Happened, hands: Hands) -> None:
    """The answer on the timeline; whoever was not helped has their case open again, with high
    priority, and the team is told; an answer in a chat is answered there; who is very happy may be
    asked for a review. An answer that was changed since is left to what it was changed to."""
    answer: events.SurveyAnswered = event.data
    survey = surveys.find(answer.survey_id)
    if survey is None or (survey.score, survey.answered_at) != (answer.score, answer.at):
        return
    try:
        customer = customers.get(survey.customer_id)
    except NotFound:  # erased meanwhile, and with them whatever could follow
        return
    rules = hands.playbook.satisfaction
    entries.keep_beside([_line(survey)])
    asked = survey.kind == "satisfaction"
    low = asked and answer.score <= rules.low
    if low:
        _open_again(survey, customer, hands)
    if answer.channel != PAGE:
        _thank(survey, customer, low, hands)
    if asked and answer.score >= rules.high:
        _ask_for_review(customer, hands)


def _line(survey: Survey) -> Entry:
    assert survey.answered_at is not None
    return Entry(
        key=f"survey:{survey.id}:{iso(survey.answered_at)}",
        at=survey.answered_at,
        kind="survey",
        customer_id=survey.customer_id,
        conversation_id=survey.conversation_id,
        channel=survey.channel,
        text=survey.comment,
        details={"survey_id": survey.id, "survey": survey.kind, "score": survey.score},
    )


def _open_again(survey: Survey, customer: Customer, hands: Hands) -> None:
    case = None
    if survey.conversation_id is not None:
        with suppress(NotFound):
            case = hands.cases().not_helped(
                survey.conversation_id, resolution=survey.resolution, survey_id=survey.id
            )
    to = hands.playbook.satisfaction.team_mail
    if to is None:
        return
    hands.planner.plan(
        Plan(
            key=f"team:{survey.id}",
            purpose="service",
            kind="team",
            customer_id=survey.customer_id,
            due_at=hands.clock(),
            channel="email",
            address=parseaddr(to)[1],
            conversation_id=case.id if case else None,
            text=_for_team(survey, customer, case, hands.playbook),
        )
    )


def _for_team(
    survey: Survey, customer: Customer, case: Conversation | None, playbook: Playbook
) -> str:
    locale = playbook.brand.default_locale
    state = OPEN_AGAIN if case and case.status == OPEN else ENDED
    return TEAM.in_(locale).format(
        name=customer.name or NOBODY.in_(locale),
        brand=playbook.brand.name,
        score=survey.score,
        comment=survey.comment or SILENT.in_(locale),
        state=state.in_(locale).format(conversation=case.id) if case else "",
        customer=customer.id,
    )


def _thank(survey: Survey, customer: Customer, low: bool, hands: Hands) -> None:
    playbook = hands.playbook
    words = playbook.satisfaction.sorry if low else playbook.satisfaction.thanks
    if survey.kind == "nps" and playbook.nps:
        words = playbook.nps.thanks
    hands.planner.plan(
        Plan(
            key=f"survey_thanks:{survey.id}",
            purpose="reply",
            kind="survey_thanks",
            customer_id=survey.customer_id,
            due_at=hands.clock(),
            channel=survey.channel,
            conversation_id=survey.conversation_id,
            text=said_to(words, customer, playbook),
        )
    )


def _ask_for_review(customer: Customer, hands: Hands) -> None:
    """The reminder that everybody gets some days after a delivery, whatever they answered here: its
    key is the same, so that nothing is added to one that is planned or was sent already."""
    now = hands.clock()
    found = [(order, from_record(order.document)) for order in orders.of_customer(customer.family)]
    fitting = [
        (arrived, kept)
        for kept, order in found
        if (arrived := _to_review(order)) and now - arrived <= RECENT
    ]
    if not fitting:
        return
    _, latest = max(fitting, key=lambda one: one[0])
    remind(hands, latest.key, latest.customer_id or customer.id, 1, now + A_WHILE)


def _to_review(order: Order) -> datetime | None:
    """When the order arrived, if it is one to review."""
    closed = order.refunded or order.returned_at or order.cancelled_at or order.reviewed_at
    return None if closed else order.delivered_at
