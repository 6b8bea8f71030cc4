"""Timelines: everything about a customer by time. A merged customer's lies under several ids."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.store import keys
from chalicelib.store.entries import from_item, told_of
from chalicelib.store.models import EntryItem, Item, RecipientItem
from chalicelib.store.records import MESSAGE, Entry
from chalicelib.store.statuses import effective
from chalicelib.store.table import translated


def page(
    family: Sequence[str], *, limit: int, before: str | None = None
) -> tuple[list[Entry], str | None]:
    """One page of a customer's timeline, newest first: one request, whatever its length, for each
    id of the `family` under which the customer's history lies.

    `before` is the cursor the previous page returned; None as the second value: the end.
    """
    bound = EntryItem.gsi1sk < before if before else None
    found: list[Item] = []
    with translated():
        for customer_id in family:
            found += Item.timeline.query(
                keys.timeline(customer_id),
                range_key_condition=bound,
                scan_index_forward=False,
                limit=limit,
                page_size=limit,
            )
    found = sorted(found, key=lambda row: row.gsi1sk or "", reverse=True)[:limit]
    cursor = found[-1].gsi1sk if len(found) == limit else None
    return [from_item(entry) for entry in found], cursor


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
    ordered = sorted(found, key=lambda row: row.gsi1sk or "")[:limit]
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
