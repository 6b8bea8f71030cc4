"""Keep orders: facts added up under a version, milestones on the timeline, each announced once.

An order remembers which milestones it has announced for certain. A worker that dies between
writing and announcing leaves them to whoever touches the order next – at the latest to the
redelivery of its own message.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.commerce import records
from chalicelib.commerce.facts import Buyer, OrderFact
from chalicelib.commerce.orders import MILESTONES, Order, apply, milestone_at, milestones
from chalicelib.errors import Contention
from chalicelib.events import Event
from chalicelib.store import orders
from chalicelib.store.records import Entry, OrderRecord

MAX_ATTEMPTS = 8

_EVENT: dict[str, type[events.Data]] = {
    "placed": events.OrderPlaced,
    "delivered": events.OrderDelivered,
    "refunded": events.OrderRefunded,
    "cancelled": events.OrderCancelled,
}


@dataclass(frozen=True, kw_only=True)
class OrderBook:
    """Keeps orders. `customer_of` finds or creates the customer behind a buyer (None if the buyer
    gave nothing to go by)."""

    customer_of: Callable[[Order, Buyer], str | None]
    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def keep(self, facts: Iterable[OrderFact], trace: str | None = None) -> None:
        """Add facts to their orders. Repeats and late comers change nothing they shouldn't.

        Raises Contention or Unavailable to be called again with the same facts.
        """
        by_order: dict[str, list[OrderFact]] = {}
        for fact in facts:
            by_order.setdefault(fact.order_key, []).append(fact)
        for key, told in by_order.items():
            self._change(key, told, trace)

    def reviewed(self, key: str, *, at: datetime) -> OrderRecord:
        """Note that the order was reviewed. Raises NotFound."""
        for attempt in range(MAX_ATTEMPTS):
            record = orders.get(key)
            order = records.from_record(record.document)
            if order.reviewed_at is not None:
                return record
            changed = msgspec.structs.replace(
                record, document=records.to_record(replace(order, reviewed_at=at))
            )
            try:
                return orders.save(changed)
            except Contention:
                self.pause(attempt)
        raise Contention(f"order {key} kept changing")

    def _change(self, key: str, facts: list[OrderFact], trace: str | None) -> None:
        for attempt in range(MAX_ATTEMPTS):
            try:
                saved = self._add(orders.find(key), facts)
                self._announce(saved, trace)
            except Contention:
                self.pause(attempt)
            else:
                return
        raise Contention(f"order {key} kept changing")

    def _add(self, record: OrderRecord | None, facts: list[OrderFact]) -> OrderRecord:
        before = records.from_record(record.document) if record else None
        order = before
        for fact in facts:
            order = apply(order, fact)
        assert order is not None  # a list of facts is never empty
        customer_id = record.customer_id if record else None
        if customer_id is None and order.buyer is not None:
            customer_id = self.customer_of(order, order.buyer)
        if record and order == before and customer_id == record.customer_id:
            return record
        return orders.save(
            OrderRecord(
                key=order.key,
                document=records.to_record(order),
                customer_id=customer_id,
                placed_at=order.placed_at,
                announced=record.announced if record else (),
                version=record.version if record else None,
            ),
            _entries(order, customer_id),
        )

    def _announce(self, record: OrderRecord, trace: str | None) -> None:
        order = records.from_record(record.document)
        news = [m for m in MILESTONES if m in milestones(order) and m not in record.announced]
        if not news or record.customer_id is None:
            return
        self.bus().publish(_event(order, record.customer_id, name, trace) for name in news)
        announced = (*record.announced, *news)
        orders.save(msgspec.structs.replace(record, announced=announced))


def _event(order: Order, customer_id: str, milestone: str, trace: str | None) -> Event:
    at = milestone_at(order, milestone)
    assert at is not None  # it is among the order's milestones
    data = _EVENT[milestone](order_key=order.key, customer_id=customer_id, at=at)
    return events.event(data, order.key, at=at, trace=trace)


def _entries(order: Order, customer_id: str | None) -> list[Entry]:
    """The order's lines on its customer's timeline: one a milestone, the same on every repeat."""
    if customer_id is None:
        return []
    return [
        Entry(
            key=f"order:{order.key}:{milestone}",
            at=at,
            kind="order",
            customer_id=customer_id,
            details={"order_key": order.key, "order": order.name, "milestone": milestone},
        )
        for milestone in MILESTONES
        if (at := milestone_at(order, milestone)) is not None
    ]
