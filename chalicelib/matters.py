"""What each kind of notification is about: whether that still holds, and the words for it.

Here the packages meet that don't know each other: outreach asks, orders, conversations and
devices answer. Pure: records in, `Matter` out.
"""

from collections.abc import Callable, Mapping

from chalicelib.commerce import records as order_records
from chalicelib.outreach.compose import Subject
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook, Words
from chalicelib.store.briefing import Briefing
from chalicelib.store.records import Contact, Conversation, Customer

MAX_ITEMS = 5


def matter(playbook: Playbook) -> Callable[[Briefing], Matter]:
    """The function that tells a notification's matter from its briefing."""
    messages = {rule.name: rule.message for rule in playbook.devices.rules}

    def tell(brief: Briefing) -> Matter:
        kind = brief.notification.kind if brief.notification else ""
        if kind == "alert":
            return alert(brief, messages)
        return _MATTERS[kind](brief)

    return tell


def first_name(customer: Customer | None) -> str | None:
    """How to address someone: the first word of the name they gave."""
    words = (customer.name or "").split() if customer else []
    return words[0] if words else None


def plain(brief: Briefing) -> Matter:
    """A greeting or an answer: it holds whatever happens."""
    return Matter(here=here(brief), subject=Subject(name=first_name(brief.customer)))


def here(brief: Briefing) -> Contact | None:
    """Where the conversation takes place: the channel and address the customer last wrote from."""
    case = brief.conversation
    if case is None or not case.channel or not case.address:
        return None
    return Contact(channel=case.channel, account=case.account, address=case.address)


def satisfaction(brief: Briefing) -> Matter:
    """A question about a solved case, which must still be solved as it was then."""
    case = brief.conversation
    over = "conversation_gone" if case is None else None
    if case is not None and (case.status != "resolved" or _solved_again(brief, case)):
        over = "reopened"
    return Matter(over=over, here=here(brief), subject=Subject(name=first_name(brief.customer)))


def _solved_again(brief: Briefing, case: Conversation) -> bool:
    """Whether this question is about an earlier resolution (its key ends in the number): the
    latest has a question of its own."""
    number = brief.notification.key.rpartition(":")[2] if brief.notification else ""
    return number.isdecimal() and int(number) != case.resolutions


def review_reminder(brief: Briefing) -> Matter:
    """A reminder about an order, which must still be one to review."""
    if brief.order is None:
        return Matter(over="order_gone")
    order = order_records.from_record(brief.order.document)
    reasons = (
        ("refunded", order.refunded),
        ("cancelled", order.cancelled_at is not None),
        ("reviewed", order.reviewed_at is not None),
        ("not_delivered", order.delivered_at is None),
    )
    return Matter(
        over=next((reason for reason, holds in reasons if holds), None),
        subject=Subject(
            name=first_name(brief.customer),
            order_name=order.name or order.order_id,
            items=tuple(item.title for item in order.items[:MAX_ITEMS]),
        ),
    )


def alert(brief: Briefing, messages: Mapping[str, Words]) -> Matter:
    """A notice about a device, whose trouble must not be over."""
    if brief.alert is None or brief.device is None:
        return Matter(over="alert_gone")
    over = "alert_cleared" if brief.alert.cleared_at else None
    if brief.notification and brief.device.owner_id != brief.notification.customer_id:
        over = "not_the_owner"
    rule = brief.alert.rule
    return Matter(
        over=over,
        subject=Subject(
            name=first_name(brief.customer),
            device=brief.device.name or brief.device.id,
            message=messages.get(rule) or Words(tr=f"{rule}.", en=f"{rule}."),
        ),
    )


_MATTERS: Mapping[str, Callable[[Briefing], Matter]] = {
    "greeting": plain,
    "reply": plain,
    "satisfaction": satisfaction,
    "review_reminder": review_reminder,
}
