"""Timeline entries: how one is laid down, pages of them, and the statuses of sent messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.ids import stable_id
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import EntryItem, Item
from chalicelib.store.records import Entry
from chalicelib.store.table import CONDITION_FAILED, Transaction, translated

STATUS_RANK = {"queued": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}
"""Statuses only advance: a lower one never replaces a higher one."""

STRAY_STATUS_DAYS = 8
"""How long a status waits for the record of the message it belongs to."""


def item(entry: Entry) -> EntryItem:
    pk, sk = keys.entry(entry.key)
    owner = keys.timeline(entry.customer_id) if entry.customer_id else None
    return EntryItem(
        pk=pk,
        sk=sk,
        gsi1pk=owner,
        gsi1sk=keys.moment(entry.at, stable_id("e", entry.key)[2:14]) if owner else None,
        **fields(entry, "key", "customer_id", "opens"),
        **({"opens": True} if entry.opens else {}),
    )


def from_item(found: Item) -> Entry:
    owner = found.gsi1pk
    return record(
        Entry,
        found,
        key=found.pk.removeprefix("E#"),
        **({"customer_id": owner.removeprefix("C#")} if owner else {}),
    )


def put_once(transaction: Transaction, entry: Entry) -> None:
    """Lay an entry down unless it is there; the tag is `entry:<key>`."""
    transaction.put(f"entry:{entry.key}", item(entry), EntryItem.pk.does_not_exist())


def put_sent(transaction: Transaction, entry: Entry) -> None:
    """Lay down a message that was sent, keeping any status that came in before this record did."""
    row = item(entry)
    row_fields = EntryItem.get_attributes()
    actions: list[Action] = [
        row_fields[name].set(value)
        for name in row_fields
        if name not in ("pk", "sk", "status", "status_rank", "expires_at")
        and (value := getattr(row, name)) is not None
    ]
    actions.append(EntryItem.status.set(EntryItem.status | (entry.status or "sent")))
    rank = STATUS_RANK.get(entry.status or "sent", 0)
    actions.append(EntryItem.status_rank.set(EntryItem.status_rank | rank))
    actions.append(EntryItem.expires_at.remove())
    transaction.update(f"entry:{entry.key}", EntryItem(row.pk, row.sk), actions)


def page(
    customer_id: str, *, limit: int, before: str | None = None
) -> tuple[list[Entry], str | None]:
    """One page of a customer's timeline, newest first, in one request whatever its length.

    `before` is the cursor the previous page returned; None as the second value: the end.
    """
    bound = EntryItem.gsi1sk < before if before else None
    with translated():
        query = Item.timeline.query(
            keys.timeline(customer_id),
            range_key_condition=bound,
            scan_index_forward=False,
            limit=limit,
            page_size=limit,
        )
        found = list(query)
    cursor = found[-1].gsi1sk if len(found) == limit else None
    return [from_item(entry) for entry in found], cursor


def of_conversation(
    customer_id: str, conversation_id: str, *, since: datetime, limit: int = 500
) -> list[Entry]:
    """A conversation's entries in order of time: its customer's timeline from its beginning."""
    with translated():
        query = Item.timeline.query(
            keys.timeline(customer_id),
            range_key_condition=EntryItem.gsi1sk >= keys.moment(since, ""),
            filter_condition=EntryItem.conversation_id == conversation_id,
            limit=limit,
        )
        return [from_item(entry) for entry in query]


def advance_status(
    key: str,
    *,
    status: str,
    at: datetime,
    now: datetime,
    error: dict[str, str] | None = None,
) -> bool:
    """Note what became of a sent message; False if it had got as far already.

    A status can overtake the record of its own message: then it waits under the message's key
    (8 days), and the record takes it over.
    """
    rank = STATUS_RANK[status]
    later = EntryItem.status_rank.does_not_exist() | (EntryItem.status_rank < rank)
    actions = [
        EntryItem.status.set(status),
        EntryItem.status_rank.set(rank),
        EntryItem.status_at.set(at),
        *([EntryItem.error.set(error)] if error else []),
    ]
    stray = int((now + timedelta(days=STRAY_STATUS_DAYS)).timestamp())
    waiting = [*actions, EntryItem.type.set(EntryItem), EntryItem.expires_at.set(stray)]
    kept, absent = EntryItem.gsi1pk.exists(), EntryItem.gsi1pk.does_not_exist()
    # The record may be laid down between the first try and the second: hence the third.
    return (
        _update(key, actions, kept & later)
        or _update(key, waiting, absent & later)
        or _update(key, actions, kept & later)
    )


def _update(key: str, actions: Sequence[Action], condition: Condition) -> bool:
    try:
        with translated():
            EntryItem(*keys.entry(key)).update(
                actions=list(actions), condition=condition, add_version_condition=False
            )
    except UpdateError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            return False
        raise
    return True
