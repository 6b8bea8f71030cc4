"""Conversations: what is open, how one ends and begins again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound
from chalicelib.store import entries, holding, keys, places
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import ConversationItem, CustomerItem, Item
from chalicelib.store.records import OPEN, RESOLVED, Conversation, Entry
from chalicelib.store.table import Refused, Transaction, get_many, update_if

ATTEMPTS = 5


def item(conversation: Conversation) -> ConversationItem:
    pk, sk = keys.conversation(conversation.id)
    return ConversationItem(
        pk=pk,
        sk=sk,
        gsi2pk=f"V#{conversation.status}",
        gsi2sk=places.place(conversation),
        **{
            **places.asleep(conversation.id, conversation.snoozed_until),
            **fields(conversation, "id"),
        },
    )


def from_item(found: Item) -> Conversation:
    return record(Conversation, found, id=found.pk.removeprefix("V#"))


def get(conversation_id: str) -> Conversation:
    """Raises NotFound."""
    key = keys.conversation(conversation_id)
    found = get_many([key]).get(key)
    if found is None:
        raise NotFound(f"no conversation {conversation_id}: GET /v1/conversations lists the open")
    return from_item(found)


def resolve(
    conversation: Conversation,
    *,
    at: datetime,
    by: str,
    reason: str,
    entry: Entry,
    current_of: str | None,
) -> None:
    """End an open conversation, and with it what made it urgent; free the customer `current_of`
    whose current one it is, if it is anybody's, for the next, and note when they last wrote.

    Raises Refused if it isn't open, or not current, any more, or was resolved meanwhile.
    """
    ending = _resolving(at, by, reason)
    seen_at = conversation.last_inbound_at
    try:
        _end(conversation, ending, entry, current_of, seen_at)
    except Refused as refused:
        if not (current_of and seen_at) or [r.tag for r in refused.refusals] != ["customer"]:
            raise
        # They may have been seen later elsewhere, which shows only when it is written.
        _end(conversation, ending, entry, current_of, None)


def _resolving(at: datetime, by: str, reason: str) -> list[Action]:
    return [
        ConversationItem.status.set(RESOLVED),
        ConversationItem.gsi2pk.set(f"V#{RESOLVED}"),
        ConversationItem.resolved_at.set(at),
        ConversationItem.resolved_by.set(by),
        ConversationItem.resolved_reason.set(reason),
        ConversationItem.resolutions.add(1),
        ConversationItem.priority.remove(),
        *awake(),
    ]


def awake() -> list[Action]:
    """What takes a conversation out of the list of what is put off."""
    return [ConversationItem.gsi1pk.remove(), ConversationItem.gsi1sk.remove()]


def put_off_no_more() -> list[Action]:
    """What ends a snooze."""
    return [ConversationItem.snoozed_until.remove(), *awake()]


def _end(
    conversation: Conversation,
    ending: list[Action],
    entry: Entry,
    current_of: str | None,
    seen_at: datetime | None,
) -> None:
    transaction = Transaction()
    # Nobody waits any more, for anybody: its agent's hands are free again.
    over = {"waiting_since": None, "promised_at": None, "escalated": None, "step": "close"}
    left = holding.setting({**holding.let_go(transaction, conversation), **over})
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(conversation.id)),
        [*ending, *left],
        (ConversationItem.status == OPEN) & _as_read(conversation) & holding.as_read(conversation),
    )
    if current_of:
        freed = CustomerItem.open_conversation_id.remove()
        _point_customer(transaction, current_of, freed, conversation.id, seen_at)
    entries.put_once(transaction, entry)
    transaction.commit()


def reopening() -> list[Action]:
    """What makes a resolved conversation an open one."""
    return [
        ConversationItem.status.set(OPEN),
        ConversationItem.gsi2pk.set(f"V#{OPEN}"),
        ConversationItem.resolved_at.remove(),
        ConversationItem.resolved_by.remove(),
        ConversationItem.resolved_reason.remove(),
        # What was put off before it was resolved is looked at now.
        *put_off_no_more(),
    ]


def reopen(
    conversation: Conversation, *, customer_id: str, entry: Entry, priority: str | None = None
) -> None:
    """Open a resolved conversation again as this customer's; raises Refused if it isn't resolved
    any more or the customer has another one open."""
    urgent = [ConversationItem.priority.set(priority)] if priority else []
    transaction = Transaction()
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(conversation.id)),
        [*reopening(), *urgent],
        (ConversationItem.status == RESOLVED) & _as_read(conversation),
    )
    _point_customer(
        transaction, customer_id, CustomerItem.open_conversation_id.set(conversation.id), None
    )
    entries.put_once(transaction, entry)
    transaction.commit()


def prioritise(conversation: Conversation, *, priority: str, entry: Entry) -> None:
    """Give an open conversation its priority, with a line that says why; raises Refused if it
    isn't open any more or the line is there already."""
    transaction = Transaction()
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(conversation.id)),
        [ConversationItem.priority.set(priority)],
        ConversationItem.status == OPEN,
    )
    entries.put_once(transaction, entry)
    transaction.commit()


def change(
    conversation_id: str,
    changes: Mapping[str, Any],
    *,
    condition: Condition | None = None,
    entry: Entry | None = None,
) -> bool:
    """Set these fields of a conversation (None or empty: remove), with a line that says so; False
    if the condition doesn't hold, or the line is there already, which then says the same.

    Where it stands in listings goes along. `status` and what hangs on it are changed by `resolve`
    and `reopen` alone. Raises Contention where others keep changing whose it is.
    """
    if "snoozed_until" in changes:
        changes = {**changes, **places.asleep(conversation_id, changes["snoozed_until"])}
    if not places.NAMED & changes.keys():
        return _change(conversation_id, _setting(changes), condition, entry)
    before: str | None = None
    for _ in range(ATTEMPTS):
        case = _found(conversation_id)
        if case is None or places.place(case) == before:
            return False
        before = places.place(case)
        moved = msgspec.structs.replace(case, **{name: changes[name] for name in _named(changes)})
        actions = [*_setting(changes), ConversationItem.gsi2sk.set(places.place(moved))]
        holds = places.unmoved(case)
        if condition is not None:
            holds &= condition
        if _change(conversation_id, actions, holds, entry):
            return True
    raise Contention(f"conversation {conversation_id} keeps being assigned: repeat the call")


def _named(changes: Mapping[str, Any]) -> set[str]:
    return {*places.NAMED & changes.keys()}


def some(conversation_ids: Sequence[str]) -> dict[str, Conversation]:
    """Those of these conversations (at most 100) that are there, by id, in one request."""
    loaded = get_many(keys.conversation(one) for one in conversation_ids)
    return {case.id: case for case in map(from_item, loaded.values())}


def _found(conversation_id: str) -> Conversation | None:
    key = keys.conversation(conversation_id)
    found = get_many([key]).get(key)
    return from_item(found) if found else None


def _setting(changes: Mapping[str, Any]) -> list[Action]:
    attributes = ConversationItem.get_attributes()
    return [
        attributes[name].remove()
        if value is None or value in ("", (), {}, [])
        else attributes[name].set(value)
        for name, value in changes.items()
    ]


def _change(
    conversation_id: str, actions: list[Action], condition: Condition | None, entry: Entry | None
) -> bool:
    row = ConversationItem(*keys.conversation(conversation_id))
    there: Condition = ConversationItem.pk.exists()
    holds = there & condition if condition is not None else there
    if entry is None:
        return update_if(row, actions, holds)
    transaction = Transaction()
    transaction.update("conversation", row, actions, holds)
    entries.put_once(transaction, entry)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def categorise(conversation_id: str, category: str, by: str, *, of: Sequence[str]) -> bool:
    """Say what a conversation is about, unless somebody else than one of these has said so; False
    then. So what a person said stays, whatever a machine makes of later messages."""
    said = ConversationItem.category_by
    free: Condition = said.does_not_exist() | said.is_in(*of)
    changes = {"category": category, "category_by": by}
    return change(conversation_id, changes, condition=free)


def _as_read(conversation: Conversation) -> Condition:
    """It has not been resolved (and perhaps opened again) since it was read."""
    count = ConversationItem.resolutions
    known = conversation.resolutions
    return count == known if known else count.does_not_exist() | (count == 0)


def _point_customer(
    transaction: Transaction,
    customer_id: str,
    action: Action,
    expected: str | None,
    seen_at: datetime | None = None,
) -> None:
    """Change whose current conversation it is; with `seen_at` also when they were last seen, on
    condition that it wasn't later."""
    pointer, known = CustomerItem.open_conversation_id, CustomerItem.last_seen_at
    actions = [action, CustomerItem.version.add(1)]
    condition: Condition = pointer.does_not_exist() if expected is None else pointer == expected
    if seen_at:
        actions.append(known.set(seen_at))
        condition &= known.does_not_exist() | (known <= seen_at)
    transaction.update("customer", CustomerItem(*keys.customer(customer_id)), actions, condition)
