"""Since when a customer waits, and when it was their turn, as it is kept: changed only as it was
read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.store import conversations, customers, timelines
from chalicelib.store.models import ConversationItem
from chalicelib.store.records import MESSAGE, Conversation, Entry


def write(case: Conversation, changes: Mapping[str, Any], entry: Entry | None = None) -> bool:
    """Make these changes if nothing is known since of whether the customer waits, or what was
    promised them; False otherwise, or if the line is there already."""
    condition: Condition = (ConversationItem.status == case.status) & unpaused(case)
    for attribute, known in (
        (ConversationItem.waiting_since, case.waiting_since),
        (ConversationItem.replied_at, case.replied_at),
        (ConversationItem.last_inbound_at, case.last_inbound_at),
        (ConversationItem.promised_at, case.promised_at),
    ):
        condition &= attribute.does_not_exist() if known is None else attribute == known
    return conversations.change(case.id, changes, condition=condition, entry=entry)


def unpaused(case: Conversation) -> Condition:
    """What is known of when it stood still is what was read."""
    known = ConversationItem.pauses
    same: Condition = known == list(case.pauses) if case.pauses else known.does_not_exist()
    return same


def first_message(
    case: Conversation, *, after: datetime | None, until: datetime | None = None
) -> datetime | None:
    """When the customer first wrote after a moment, and not after another."""
    last = case.last_inbound_at
    if last is None or (after is not None and last <= after):
        return None
    family = dict.fromkeys((case.customer_id, *customers.get(case.customer_id).family))
    found = timelines.of_conversation(list(family), case.id, since=after or case.opened_at)
    written = (
        one.at
        for one in found
        if one.kind == MESSAGE and one.direction == "in" and (after is None or one.at > after)
    )
    first = next(written, None)
    return first if first is not None and (until is None or first <= until) else None
