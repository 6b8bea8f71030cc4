"""Orders as the store keeps them: whole, under a version."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.clock import iso
from chalicelib.errors import Contention, NotFound
from chalicelib.store import entries, keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import CustomerItem, Item, OrderItem
from chalicelib.store.records import Counted, Entry, OrderRecord
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


def save(
    order: OrderRecord, lines: Sequence[Entry] = (), *, gain: Counted | None = None
) -> OrderRecord:
    """Write the order, its lines on the timeline, and what its customer gains by the change
    (`Counted.at` being when they ordered, if that is news), if nobody wrote it since it was read.

    Raises Contention otherwise.
    """
    left = gain or Counted()
    while True:
        item = _item(order)
        transaction = Transaction()
        transaction.put("order", item)
        for line in lines:
            transaction.put(f"entry:{line.key}", entries.item(line))
        if order.customer_id:
            _credit(transaction, order.customer_id, left)
        try:
            transaction.commit()
        except Refused as refused:
            left = _without(left, refused)
        else:
            return from_item(item)


def _without(gain: Counted, refused: Refused) -> Counted:
    """The gain without that which the customer can't take: a moment when they have ordered later
    since (which is seen only when it is written), all of it when they are not there any more.

    Raises Contention if it is something else that stood in the way.
    """
    credit = [r for r in refused.refusals if r.tag == "customer" and r.condition_failed]
    if len(refused.refusals) != 1 or not credit:
        raise Contention(f"the order or its customer has just changed: {refused}") from refused
    there = credit[0].old is not None and gain.at is not None
    return Counted(orders=gain.orders, spent=gain.spent) if there else Counted()


def _item(order: OrderRecord) -> OrderItem:
    pk, sk = keys.order(order.key)
    item = OrderItem(pk=pk, sk=sk, **fields(order, "key"))
    if order.customer_id:
        item.gsi2pk = keys.timeline(order.customer_id)
        item.gsi2sk = f"O#{iso(order.placed_at) if order.placed_at else ''}#{order.key}"
    return item


def _credit(transaction: Transaction, customer_id: str, gain: Counted) -> None:
    """Add to what is counted for a customer. Nothing else of theirs is read or written, so their
    version stays: who changes something else about them at the same time is not in the way."""
    actions: list[Action] = []
    condition: Condition = CustomerItem.pk.exists()
    if gain.orders:
        actions.append(CustomerItem.orders.add(gain.orders))
    if gain.spent:
        actions.append(CustomerItem.spent.add(gain.spent))
    if gain.at:
        known = CustomerItem.last_order_at
        actions.append(known.set(gain.at))
        condition &= known.does_not_exist() | (known < gain.at)
    if actions:
        transaction.update(
            "customer", CustomerItem(*keys.customer(customer_id)), actions, condition
        )


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
