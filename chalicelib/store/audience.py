"""All customers, page by page: the listing of one shard after the other, never a Scan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.store import customers, keys, ledgers
from chalicelib.store.models import Item
from chalicelib.store.outreach_records import Ledger
from chalicelib.store.records import Customer
from chalicelib.store.table import get_many, translated

Cursor = tuple[int, str]
"""Where a page begins: in which shard, behind which key."""

START: Cursor = (0, "")

LARGEST = 100
"""Customers of a page: what one BatchGetItem reads and one transaction writes."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Customers who lead or stand alone, each with those merged into them; `looked_at` counts all
    that the listing had, `after` is where the next page begins (None: there is none)."""

    people: Sequence[tuple[Customer, Sequence[Customer]]]
    looked_at: int
    after: Cursor | None


def page(cursor: Cursor, limit: int = LARGEST) -> Page:
    """The customers from there on: one Query, one BatchGetItem, and another one if any of them has
    others merged into them. Read as of a moment ago: what counts is decided again before sending.
    """
    shard, behind = cursor
    bound = Item.gsi2sk > behind if behind else None
    with translated():
        rows = list(
            Item.listing.query(keys.all_customers(shard), bound, limit=limit, page_size=limit)
        )
    found = get_many((keys.customer(row.pk.removeprefix("C#")) for row in rows), consistent=False)
    read = sorted((customers.customer_from(item) for item in found.values()), key=lambda c: c.id)
    leading = [customer for customer in read if customer.merged_into is None]
    return Page(
        people=_with_members(leading),
        looked_at=len(rows),
        after=_after(shard, rows, limit),
    )


def _after(shard: int, rows: Sequence[Item], limit: int) -> Cursor | None:
    if len(rows) == limit:
        return shard, rows[-1].pk
    return (shard + 1, "") if shard + 1 < keys.CUSTOMER_SHARDS else None


def _with_members(
    leading: Sequence[Customer],
) -> list[tuple[Customer, Sequence[Customer]]]:
    members = _read(member for customer in leading for member in customer.members)
    return [
        (customer, [members[name] for name in customer.members if name in members])
        for customer in leading
    ]


def _read(ids: Iterable[str]) -> dict[str, Customer]:
    wanted = [keys.customer(one) for one in ids]
    found: dict[str, Customer] = {}
    for first in range(0, len(wanted), LARGEST):
        items = get_many(wanted[first : first + LARGEST], consistent=False).values()
        found |= {customer.id: customer for customer in map(customers.customer_from, items)}
    return found


def ledgers_of(people: Sequence[Customer]) -> dict[str, Ledger]:
    """What each of these customers got lately, under whichever of their ids, in one request for
    each hundred."""
    wanted = [keys.ledger(one) for customer in people for one in customer.family]
    found: dict[str, Ledger] = {}
    for first in range(0, len(wanted), LARGEST):
        items = get_many(wanted[first : first + LARGEST], consistent=False).values()
        found |= {one.customer_id: one for one in map(ledgers.from_item, items)}
    return {
        customer.id: ledgers.joined(
            found.get(customer.id, Ledger(customer_id=customer.id)),
            [found[member] for member in customer.members if member in found],
        )
        for customer in people
    }


def share(cursor: Cursor | None) -> float:
    """How much of all customers lies before this place, from 0 to 1: a fair guess, because ids are
    random and the listing is in their order."""
    if cursor is None:
        return 1.0
    shard, behind = cursor
    letters = behind.rpartition("_")[2][:3]
    within = 0.0
    for number, letter in enumerate(letters, 1):
        within += max(_LETTERS.find(letter), 0) / len(_LETTERS) ** number
    return (shard + within) / keys.CUSTOMER_SHARDS


_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
"""Of ids, in the order in which they sort."""
