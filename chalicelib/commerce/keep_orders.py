"""Keep orders: facts added up under a version, milestones on the timeline, each announced once.

What an order adds to its customer (orders, spent) is written with it, as the difference to what it
added before. What else follows – its milestones' events, and what `following` names – it remembers
once that is done. A worker that dies in between leaves it to whoever touches the order next, at the
latest to the redelivery of its own message.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.commerce import counting, records
from chalicelib.commerce.facts import Buyer, CheckoutSeen, OrderChange, OrderFact
from chalicelib.commerce.keep_checkouts import CheckoutBook
from chalicelib.commerce.orders import MILESTONES, Order, apply, milestone_at, milestones
from chalicelib.commerce.reviewing import with_review
from chalicelib.errors import Contention
from chalicelib.events import Event
from chalicelib.store import orders
from chalicelib.store.records import Counted, Entry, OrderRecord

MAX_ATTEMPTS = 8

Following = Iterator[tuple[str, Callable[[], None]]]
"""What follows from an order, each under the name by which it is remembered as done."""

_EVENT: dict[str, type[events.Data]] = {
    "placed": events.OrderPlaced,
    "delivered": events.OrderDelivered,
    "returned": events.OrderReturned,
    "refunded": events.OrderRefunded,
    "cancelled": events.OrderCancelled,
}


@dataclass(frozen=True, kw_only=True)
class OrderBook:
    """Keeps orders, and hands on the checkouts among the facts. `customer_of` finds or creates the
    customer behind a buyer (None if the buyer gave nothing to go by), `following` tells what
    follows once from an order of this customer; `currency` is that in which spending is counted."""

    currency: str
    checkouts: CheckoutBook
    customer_of: Callable[[Order, Buyer], str | None]
    following: Callable[[Order, str | None], Following]
    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def keep(self, facts: Iterable[OrderFact], trace: str | None = None) -> None:
        """Add facts to their orders and checkouts. Repeats and late comers change nothing they
        shouldn't.

        Raises Contention or Unavailable to be called again with the same facts.
        """
        by_order: dict[str, list[OrderChange]] = {}
        by_checkout: dict[str, list[CheckoutSeen]] = {}
        for fact in facts:
            if isinstance(fact, CheckoutSeen):
                by_checkout.setdefault(fact.checkout_key, []).append(fact)
            else:
                by_order.setdefault(fact.order_key, []).append(fact)
        for sightings in by_checkout.values():
            self.checkouts.keep(sightings, trace)
        for key, told in by_order.items():
            self._change(key, told, trace)

    def reviewed(
        self, key: str, *, product_id: str | None, each: bool, at: datetime
    ) -> OrderRecord:
        """Note that the order, or one product of it, was reviewed; with `each` the order itself is
        when all of its products are. Raises NotFound."""
        for attempt in range(MAX_ATTEMPTS):
            record = orders.get(key)
            order = records.from_record(record.document)
            noted = with_review(order, product_id, each=each, at=at)
            if noted == order:
                return record
            changed = msgspec.structs.replace(record, document=records.to_record(noted))
            try:
                return orders.save(changed)
            except Contention:
                self.pause(attempt)
        raise Contention(f"order {key} kept changing")

    def _change(self, key: str, facts: list[OrderChange], trace: str | None) -> None:
        for attempt in range(MAX_ATTEMPTS):
            try:
                saved = self._add(orders.find(key), facts)
                self._announce(saved, trace)
            except Contention:
                self.pause(attempt)
            else:
                return
        raise Contention(f"order {key} kept changing")

    def _add(self, record: OrderRecord | None, facts: list[OrderChange]) -> OrderRecord:
        before = records.from_record(record.document) if record else None
        order = before
        for fact in facts:
            order = apply(order, fact)
        assert order is not None  # a list of facts is never empty
        customer_id = record.customer_id if record else None
        if customer_id is None and order.buyer is not None:
            customer_id = self.customer_of(order, order.buyer)
        counts = counting.counted(order, self.currency) if customer_id else Counted()
        had = record.counted if record and record.counted else Counted()
        if record and (order, customer_id, counts) == (before, record.customer_id, had):
            return record
        return orders.save(
            OrderRecord(
                key=order.key,
                document=records.to_record(order),
                customer_id=customer_id,
                placed_at=order.placed_at,
                announced=record.announced if record else (),
                counted=counts,
                version=record.version if record else None,
            ),
            _entries(order, customer_id),
            gain=counting.gain(had, counts),
        )

    def _announce(self, record: OrderRecord, trace: str | None) -> None:
        order, who = records.from_record(record.document), record.customer_id
        news = []
        for name, do in self.following(order, who):
            if name not in record.announced:
                do()
                news.append(name)
        if who is not None:
            reached = [name for name in MILESTONES if name in milestones(order)]
            told = [name for name in reached if name not in record.announced]
            self.bus().publish(_event(order, who, name, trace) for name in told)
            news += told
        if news:
            announced = (*record.announced, *news)
            orders.save(msgspec.structs.replace(record, announced=announced))


def _event(order: Order, customer_id: str, milestone: str, trace: str | None) -> Event:
    at = milestone_at(order, milestone)
    assert at is not None  # it is among the order's milestones
    where = {"country": order.country} if milestone == "delivered" else {}
    data = _EVENT[milestone](order_key=order.key, customer_id=customer_id, at=at, **where)
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
