"""Timeline entries: how each lies in the table, and how it is laid down once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.ids import stable_id
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import EntryItem, Item
from chalicelib.store.records import Entry
from chalicelib.store.statuses import STATUSES, effective
from chalicelib.store.table import Refused, Transaction, get_many, update_if


def item(entry: Entry) -> EntryItem:
    pk, sk = keys.entry(entry.key)
    owner = keys.timeline(entry.customer_id) if entry.customer_id else None
    return EntryItem(
        pk=pk,
        sk=sk,
        gsi1pk=owner,
        gsi1sk=keys.moment(entry.at, stable_id("e", entry.key)[2:14]) if owner else None,
        **fields(entry, "key", "customer_id", "opens", "statuses", "recipients", "links"),
        **({"opens": True} if entry.opens else {}),
    )


def from_item(found: Item) -> Entry:
    owner = found.gsi1pk
    told = told_of(found)
    entry = record(
        Entry,
        found,
        key=found.pk.removeprefix("E#"),
        statuses=told,
        links=sorted(getattr(found, "links", None) or ()),
        **({"customer_id": owner.removeprefix("C#")} if owner else {}),
    )
    return msgspec.structs.replace(entry, status=effective(entry.status, told)) if told else entry


def told_of(found: Item) -> dict[str, datetime]:
    moments = {name: getattr(found, f"{name}_at", None) for name in STATUSES}
    return {name: at for name, at in moments.items() if at is not None}


def put_once(transaction: Transaction, entry: Entry) -> None:
    """Lay an entry down unless it is there; the tag is `entry:<key>`."""
    if entry.direction == "out":
        # A status may have come first: it stays.
        _lay_down(transaction, entry, EntryItem.gsi1pk.does_not_exist())
    else:
        transaction.put(f"entry:{entry.key}", item(entry), EntryItem.pk.does_not_exist())


def put_sent(transaction: Transaction, entry: Entry) -> None:
    """Lay down a message that was sent, keeping any status that came in before this record did.

    Its echo may have come first: what we know of our own message goes over that.
    """
    _lay_down(transaction, entry, None)


def _lay_down(transaction: Transaction, entry: Entry, condition: Condition | None) -> None:
    row = item(entry)
    row_fields = EntryItem.get_attributes()
    actions: list[Action] = [
        row_fields[name].set(value)
        for name in row_fields
        if name not in ("pk", "sk", "expires_at") and (value := getattr(row, name)) is not None
    ]
    actions.append(EntryItem.expires_at.remove())
    transaction.update(f"entry:{entry.key}", EntryItem(row.pk, row.sk), actions, condition)


def keep_beside(entries: Sequence[Entry]) -> list[Entry]:
    """Lay down entries that belong to no open conversation (at most 100), in one request; returns
    those that were there already, as they are. Raises Refused if writers keep meeting."""
    waiting = {entry.key: entry for entry in entries}
    present: list[Entry] = []
    while waiting:
        transaction = Transaction()
        for entry in waiting.values():
            put_once(transaction, entry)
        try:
            transaction.commit()
        except Refused as refused:
            old = [from_item(EntryItem.from_raw_data(r.old)) for r in refused.refusals if r.old]
            known = [entry for entry in old if entry.key in waiting]
            if not known:
                raise
            for entry in known:
                del waiting[entry.key]
            present += known
        else:
            break
    return present


def get_entries(keys_: Iterable[str]) -> dict[str, Entry]:
    """Those of these entries that are kept, by key, in one request for up to 100."""
    found = get_many(keys.entry(key) for key in keys_)
    kept = (from_item(row) for row in found.values() if row.gsi1pk)
    return {entry.key: entry for entry in kept}


def redact(key: str) -> None:
    """Take the words and files out of an entry whose author took it back; nothing if there is
    none (any more)."""
    actions = [
        EntryItem.text.remove(),
        EntryItem.details.set({"deleted": True}),
    ]
    update_if(EntryItem(*keys.entry(key)), actions, EntryItem.gsi1pk.exists())
