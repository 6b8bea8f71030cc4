"""Timelines: everything about a customer by time. A merged customer's lies under several ids."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.store import customers, keys
from chalicelib.store.entries import from_item, told_of
from chalicelib.store.models import EntryItem, Item, RecipientItem
from chalicelib.store.records import MESSAGE, Entry
from chalicelib.store.statuses import effective
from chalicelib.store.table import translated

MERGED = "+"
"""The end of a cursor into a timeline that lies under several ids."""


def page(
    customer_id: str, *, limit: int, before: str | None = None
) -> tuple[list[Entry], str | None]:
    """One page of a customer's timeline, newest first: one request, whatever its length; of a
    merged customer one more for each id under which their history lies.

    `before` is the cursor the previous page returned; None as the second value: the end.
    """
    if before and before.endswith(MERGED):
        return _page_of(customers.get(customer_id).family, limit, before.removesuffix(MERGED))
    found = _newest(customer_id, limit + 1, before)
    if found and found[0].gsi1sk == keys.FAMILY:
        return _page_of(customers.get(customer_id).family, limit, before)
    return _cut(found, limit)


def _page_of(
    family: Sequence[str], limit: int, before: str | None
) -> tuple[list[Entry], str | None]:
    found = [row for one in family for row in _newest(one, limit + 1, before or keys.FAMILY)]
    entries, cursor = _cut(sorted(found, key=_place, reverse=True), limit)
    return entries, f"{cursor}{MERGED}" if cursor else None


def _newest(customer_id: str, limit: int, before: str | None) -> list[Item]:
    bound = EntryItem.gsi1sk < before if before else None
    with translated():
        query = Item.timeline.query(
            keys.timeline(customer_id),
            range_key_condition=bound,
            scan_index_forward=False,
            limit=limit,
            page_size=limit,
        )
        return list(query)


def _cut(found: Sequence[Item], limit: int) -> tuple[list[Entry], str | None]:
    """As many as a page holds; there is a next one if one more was found."""
    shown = found[:limit]
    cursor = shown[-1].gsi1sk if len(found) > limit else None
    return [from_item(row) for row in shown], cursor


def _place(row: Item) -> str:
    return row.gsi1sk or ""


def of_conversation(
    family: Sequence[str], conversation_id: str, *, since: datetime, limit: int = 500
) -> list[Entry]:
    """A conversation's entries in order of time: its customer's timeline from its beginning."""
    found: list[Item] = []
    with translated():
        for customer_id in family:
            found += Item.timeline.query(
                keys.timeline(customer_id),
                range_key_condition=EntryItem.gsi1sk >= keys.moment(since, ""),
                filter_condition=EntryItem.conversation_id == conversation_id,
                limit=limit,
            )
    ordered = sorted(found, key=_place)[:limit]
    return [_with_recipients(from_item(entry)) for entry in ordered]


def _with_recipients(entry: Entry) -> Entry:
    if entry.direction != "out" or not entry.details.get("group"):
        return entry
    pk, _ = keys.entry(entry.key)
    with translated():
        rows = list(RecipientItem.query(pk, RecipientItem.sk.startswith("R#")))
    told = {row.sk.removeprefix("R#"): effective(None, told_of(row)) or "" for row in rows}
    return msgspec.structs.replace(entry, recipients=told)


def last_from(family: Sequence[str], channel: str, *, since: datetime) -> datetime | None:
    """When the customer last wrote on this channel, if that was after `since`."""
    newest: list[datetime] = []
    wanted = (
        (EntryItem.channel == channel) & (EntryItem.direction == "in") & (EntryItem.kind == MESSAGE)
    )
    with translated():
        for customer_id in family:
            found = Item.timeline.query(
                keys.timeline(customer_id),
                range_key_condition=EntryItem.gsi1sk >= keys.moment(since, ""),
                filter_condition=wanted,
                scan_index_forward=False,
                limit=1,
            )
            newest += [from_item(row).at for row in found]
    return max(newest, default=None)


def sent_until(
    family: Sequence[str], channel: str, *, until: datetime, limit: int = 50
) -> list[Entry]:
    """The last messages sent to a customer on a channel up to a moment, newest first."""
    wanted = (EntryItem.channel == channel) & (EntryItem.direction == "out")
    found: list[Item] = []
    with translated():
        for customer_id in family:
            found += Item.timeline.query(
                keys.timeline(customer_id),
                range_key_condition=EntryItem.gsi1sk <= keys.moment(until, "~"),
                filter_condition=wanted,
                scan_index_forward=False,
                limit=limit,
                page_size=limit * 2,
            )
    return [from_item(row) for row in found]
