"""Figures as they lie in the table: counters of days, cards, rows and notes.

All that one event changes is one transaction, whose condition (the card's version, or that a row
isn't there yet) makes it count once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.clock import iso
from chalicelib.store import keys
from chalicelib.store.models import Item
from chalicelib.store.models_metrics import KpiCardItem, KpiCountItem, KpiNoteItem, KpiRowItem
from chalicelib.store.table import Key, Refused, Transaction, get_many, get_raw, translated

PARTS: Mapping[str, int] = {"T": 3, "C": 2, "H": 2, "K": 1, "V": 2}
"""Into how many items each part of a day is spread, so that writers rarely meet."""

FIGURES, ISSUES = "TCHK", "V"
"""What is read together: eight items a day for the figures, so that thirty days are three requests
of at most 100 keys, and two for the issues (package `voice`)."""

MOST_KEYS = 100

_PREFIX = "KPI#"
_KNOWN = ("pk", "sk", "type")


@dataclass(frozen=True, kw_only=True)
class Write:
    """What one event changes of a subject. `card`: its document and the version it had (None: it
    was not there). `counts` by (day, part, counter). `once`: the row that must not be there yet;
    it is gone after `forget_at`. `rows` by name: (list, place), None to take it out of its list.
    `notes` by (customer, line): whether it holds."""

    subject: str
    card: tuple[dict[str, Any], int | None] | None = None
    counts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    notes: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    once: str | None = None
    forget_at: datetime | None = None


def commit(write: Write) -> bool:
    """Write it all; False if the `once` row was there: it has been counted. Raises Refused if
    another writer was in the way: read again and repeat."""
    transaction = Transaction()
    _card(transaction, write)
    for name, listed in write.rows.items():
        row = KpiRowItem(f"{_PREFIX}{write.subject}", name)
        if listed:
            row.gsi2pk, row.gsi2sk = listed
        new = name == write.once
        if new and write.forget_at:
            row.expires_at = int(write.forget_at.timestamp())
        transaction.put(f"row:{name}", row, KpiRowItem.pk.does_not_exist() if new else None)
    for (customer_id, line), holds in write.notes.items():
        note = KpiNoteItem(keys.customer(customer_id)[0], f"{_PREFIX}{line}")
        note.gone = None if holds else True
        transaction.put("note", note)
    _counts(transaction, write)
    try:
        transaction.commit()
    except Refused as refused:
        once = f"row:{write.once}"
        if any(r.tag == once and r.condition_failed for r in refused.refusals):
            return False
        raise
    return True


def _card(transaction: Transaction, write: Write) -> None:
    if write.card is None:
        return
    document, version = write.card
    item = KpiCardItem(
        f"{_PREFIX}{write.subject}", "CARD", document=document, version=(version or 0) + 1
    )
    as_read = KpiCardItem.version == version
    transaction.put("card", item, as_read if version else KpiCardItem.pk.does_not_exist())


def _counts(transaction: Transaction, write: Write) -> None:
    number = int.from_bytes(sha256(write.subject.encode()).digest()[:4])
    items: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for (day, part, counter), n in write.counts.items():
        items[_day_part(day, part, number % PARTS[part])].append((counter, n))
    for key, counters in sorted(items.items()):
        actions: list[Action] = [Path([name]).add(n) for name, n in counters]
        transaction.update(f"count:{key[0]}", KpiCountItem(*key), actions)


def _day_part(day: str, part: str, shard: int) -> Key:
    return f"{_PREFIX}{day}#{part}{shard}", "KPI"


def cards(subjects: Iterable[str]) -> dict[str, tuple[dict[str, Any], int]]:
    """The cards there are, by subject, with their versions."""
    found = get_many((f"{_PREFIX}{subject}", "CARD") for subject in subjects)
    return {
        item.pk.removeprefix(_PREFIX): (item.document, int(item.version))
        for item in found.values()
        if isinstance(item, KpiCardItem)
    }


def notes(
    family: Iterable[str], since: datetime | None = None, until: datetime | None = None
) -> list[str]:
    """The lines beside these customers, those of a time or all."""
    first = f"{_PREFIX}{iso(since)}" if since else _PREFIX
    last = f"{_PREFIX}{iso(until)}$" if until else f"{_PREFIX}~"
    found: list[str] = []
    with translated():
        for customer_id in family:
            between = KpiNoteItem.sk.between(first, last)
            rows = KpiNoteItem.query(keys.customer(customer_id)[0], between, consistent_read=True)
            found += [row.sk.removeprefix(_PREFIX) for row in rows if not row.gone]
    return found


def read(days: Sequence[str], parts: str = FIGURES) -> dict[str, dict[str, int]]:
    """The counters of these days, by day and counter: one request for every 100 keys, eight keys a
    day (two of issues), however much was counted."""
    wanted = [
        _day_part(day, part, shard)
        for day in days
        for part in parts
        for shard in range(PARTS[part])
    ]
    found: dict[str, dict[str, int]] = {day: defaultdict(int) for day in days}
    for start in range(0, len(wanted), MOST_KEYS):
        for row in get_raw(wanted[start : start + MOST_KEYS]):
            day = row["pk"]["S"].split("#")[1]
            for name, value in row.items():
                if name not in _KNOWN and "N" in value:
                    found[day][name] += int(value["N"])
    return found


def listed(
    name: str, *, channel: str | None, after: str | None, limit: int
) -> tuple[list[str], str | None]:
    """The places of a list in order, of one channel or all, and the cursor of the next page."""
    bound: Condition | None = None
    if channel is not None:
        bound = Item.gsi2sk.between(after + "!" if after else f"{channel}#", f"{channel}$")
    elif after is not None:
        bound = Item.gsi2sk > after
    with translated():
        rows = list(Item.listing.query(name, bound, limit=limit, page_size=limit))
    places = [row.gsi2sk for row in rows if row.gsi2sk]
    return places, places[-1] if len(places) == limit else None


def newest(name: str, *, since: datetime, until: datetime, limit: int) -> list[str]:
    """The places of a list that is in order of time, those of a time, the latest first; one
    request."""
    between = Item.gsi2sk.between(iso(since), f"{iso(until)}~")
    with translated():
        rows = Item.listing.query(
            name, between, scan_index_forward=False, limit=limit, page_size=limit
        )
        return [row.gsi2sk for row in rows if row.gsi2sk]
