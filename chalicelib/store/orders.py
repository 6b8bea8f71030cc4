"""Orders as the store keeps them: whole, under a version."""

from collections.abc import Sequence

from chalicelib.clock import iso
from chalicelib.errors import Contention, NotFound
from chalicelib.store import entries, keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item, OrderItem
from chalicelib.store.records import Entry, OrderRecord
from chalicelib.store.table import Refused, Transaction, get_many, translated


def from_item(found: Item) -> OrderRecord:
    return record(OrderRecord, found, key=found.pk.removeprefix("O#"))


def find(key: str) -> OrderRecord | None:
    found = get_many([keys.order(key)])
    return from_item(found[keys.order(key)]) if found else None


def get(key: str) -> OrderRecord:
    """Raises NotFound."""
    order = find(key)
    if order is None:
        raise NotFound(f"no order {key}: keys read platform:shop:id")
    return order


def save(order: OrderRecord, lines: Sequence[Entry] = ()) -> OrderRecord:
    """Write the order, and its lines on the timeline, if nobody wrote it since it was read.

    Raises Contention otherwise.
    """
    pk, sk = keys.order(order.key)
    item = OrderItem(pk=pk, sk=sk, **fields(order, "key"))
    if order.customer_id:
        item.gsi2pk = keys.timeline(order.customer_id)
        item.gsi2sk = f"O#{iso(order.placed_at) if order.placed_at else ''}#{order.key}"
    transaction = Transaction()
    transaction.put("order", item)
    for line in lines:
        transaction.put(f"entry:{line.key}", entries.item(line))
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"order {order.key} has just changed") from refused
    return from_item(item)


def of_customer(family: Sequence[str], *, limit: int = 50) -> list[OrderRecord]:
    """A customer's orders, the latest first."""
    rows: list[Item] = []
    with translated():
        for customer_id in family:
            rows += Item.listing.query(
                keys.timeline(customer_id),
                Item.gsi2sk.startswith("O#"),
                scan_index_forward=False,
                limit=limit,
            )
    newest = sorted(rows, key=lambda row: row.gsi2sk or "", reverse=True)[:limit]
    found = [(row.pk, row.sk) for row in newest]
    loaded = get_many(found, consistent=False)
    return [from_item(loaded[key]) for key in found if key in loaded]
