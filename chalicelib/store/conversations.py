"""Conversations: what is open, how one ends and begins again."""

from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import NotFound
from chalicelib.store import entries, keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import ConversationItem, CustomerItem, Item
from chalicelib.store.records import OPEN, RESOLVED, Conversation, Entry
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated


def item(conversation: Conversation) -> ConversationItem:
    pk, sk = keys.conversation(conversation.id)
    return ConversationItem(
        pk=pk,
        sk=sk,
        gsi2pk=f"V#{conversation.status}",
        gsi2sk=keys.moment(conversation.opened_at, conversation.id),
        **fields(conversation, "id"),
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


def listed(
    status: str, *, limit: int, after: str | None = None
) -> tuple[list[Conversation], str | None]:
    """Conversations in this status, oldest first, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        found = list(Item.listing.query(f"V#{status}", bound, limit=limit, page_size=limit))
    loaded = get_many([(row.pk, row.sk) for row in found], consistent=False)
    order: list[Key] = [(row.pk, row.sk) for row in found]
    cursor = found[-1].gsi2sk if len(found) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor


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
    ]


def _end(
    conversation: Conversation,
    ending: list[Action],
    entry: Entry,
    current_of: str | None,
    seen_at: datetime | None,
) -> None:
    transaction = Transaction()
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(conversation.id)),
        ending,
        (ConversationItem.status == OPEN) & _as_read(conversation),
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
