"""An order as the sum of the facts about it, whichever way those came.

`apply` is commutative, associative and idempotent: of two snapshots the newer one counts, what
only ever happens (cancelled, delivered, refunded) is kept with its earliest time. So a redelivery,
a delivery out of order and a full replay all end in the same `Order`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from chalicelib.commerce.facts import (
    ALL_UNITS,
    Buyer,
    Item,
    OrderChange,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)

MILESTONES = ("placed", "delivered", "returned", "refunded", "cancelled")
"""What can be true of an order for good, in the order in which it usually becomes so."""


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money given back: when, how much, in which currency (None where the shop didn't tell), and
    for how many pieces that the buyer sent back."""

    at: datetime
    amount: Decimal
    currency: str | None = None
    returned: int = 0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order, as far as it is known: before its first snapshot that may be a refund alone.

    `snapshot_at` is the time of the newest snapshot, from which name, buyer, placed_at, currency,
    total, items, test, country, coupons and checkouts are. `deliveries` is by fulfilment id,
    `refunds` by refund id.
    `reviewed_at`, `reviewed_products` and `customer_id` are Temas's own knowledge, which no fact
    touches.
    """

    platform: str
    shop: str
    order_id: str
    name: str = ""
    buyer: Buyer | None = None
    placed_at: datetime | None = None
    snapshot_at: datetime | None = None
    currency: str = ""
    total: Decimal = Decimal(0)
    items: tuple[Item, ...] = ()
    test: bool = False
    country: str | None = None
    coupons: tuple[str, ...] = ()
    checkouts: tuple[str, ...] = ()
    cancelled_at: datetime | None = None
    fully_refunded_at: datetime | None = None
    """When the shop was first seen to call the order refunded in full."""
    deliveries: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    refunds: Mapping[str, Refund] = msgspec.field(default_factory=dict)
    reviewed_at: datetime | None = None
    """When nothing of it was left to review."""
    reviewed_products: tuple[str, ...] = ()
    """Product ids of the items that have been reviewed one by one."""
    customer_id: str | None = None

    @property
    def key(self) -> str:
        return f"{self.platform}:{self.shop}:{self.order_id}"

    @property
    def delivered_at(self) -> datetime | None:
        """When the first parcel arrived."""
        return min(self.deliveries.values(), default=None)

    @property
    def refunded_at(self) -> datetime | None:
        """When the refunds first made up the whole price, or the shop said they do."""
        return _earliest(self.fully_refunded_at, self._paid_back_at())

    @property
    def returned_at(self) -> datetime | None:
        """When the buyer had sent back all of it. One of six cups sent back leaves it None."""
        goods = sum(item.quantity for item in self.items if item.product_id is not None)
        whole = goods or sum(item.quantity for item in self.items) or ALL_UNITS
        return _reached(
            Decimal(whole), [(r.at, Decimal(r.returned)) for r in self.refunds.values()]
        )

    @property
    def refunded(self) -> bool:
        """True for a full refund; a part given back (a broken cup of six) leaves it False."""
        return self.refunded_at is not None

    def _paid_back_at(self) -> datetime | None:
        """Counts only money in the order's own currency: others can't be compared."""
        if self.total <= 0:
            return None
        counted = [
            (refund.at, refund.amount)
            for refund in self.refunds.values()
            if refund.currency in (None, self.currency)
        ]
        return _reached(self.total, counted)


_FROM_SNAPSHOT = (
    "name", "buyer", "placed_at", "currency", "total", "items", "test", "country", "coupons",
    "checkouts",
)  # fmt: skip


def apply(order: Order | None, fact: OrderChange) -> Order:
    """The order with the fact added. Raises ValueError if the fact is about another order."""
    if order is None:
        order = Order(platform=fact.platform, shop=fact.shop, order_id=fact.order_id)
    elif order.key != fact.order_key:
        raise ValueError(f"a fact about {fact.order_key} can't be added to {order.key}")
    if isinstance(fact, OrderSnapshot):
        return _with_snapshot(order, fact)
    if isinstance(fact, ShipmentDelivered):
        return _with_delivery(order, fact)
    return _with_refund(order, fact)


def milestones(order: Order) -> frozenset[str]:
    """Which of `MILESTONES` the order has reached; what once happened is not undone later."""
    return frozenset(name for name in MILESTONES if milestone_at(order, name) is not None)


def milestone_at(order: Order, name: str) -> datetime | None:
    """When the order reached the milestone; None if it hasn't, KeyError if there is no such."""
    return {
        "placed": order.placed_at,
        "delivered": order.delivered_at,
        "returned": order.returned_at,
        "refunded": order.refunded_at,
        "cancelled": order.cancelled_at,
    }[name]


def _with_snapshot(order: Order, fact: OrderSnapshot) -> Order:
    refunded_at = fact.updated_at if fact.fully_refunded else None
    order = replace(
        order,
        cancelled_at=_earliest(order.cancelled_at, fact.cancelled_at),
        fully_refunded_at=_earliest(order.fully_refunded_at, refunded_at),
    )
    if order.snapshot_at is not None and not _newer(fact, order, order.snapshot_at):
        return order
    values = {name: getattr(fact, name) for name in _FROM_SNAPSHOT}
    return replace(order, snapshot_at=fact.updated_at, **values)


def _newer(fact: OrderSnapshot, order: Order, snapshot_at: datetime) -> bool:
    """By time; two of one moment by their text, so that both orders of arrival agree."""
    return (fact.updated_at, _face(fact)) > (snapshot_at, _face(order))


def _face(of: OrderSnapshot | Order) -> str:
    return repr([getattr(of, name) for name in _FROM_SNAPSHOT])


def _with_delivery(order: Order, fact: ShipmentDelivered) -> Order:
    known = order.deliveries.get(fact.fulfillment_id, fact.at)
    deliveries = {**order.deliveries, fact.fulfillment_id: min(known, fact.at)}
    return replace(order, deliveries=deliveries)


def _with_refund(order: Order, fact: RefundMade) -> Order:
    """Of one refund told twice, the larger amount counts: at first it may still be pending."""
    told = Refund(at=fact.at, amount=fact.amount, currency=fact.currency, returned=fact.returned)
    known = order.refunds.get(fact.refund_id, told)
    refund = Refund(
        at=min(known.at, told.at),
        amount=max(known.amount, told.amount),
        currency=max(known.currency or "", told.currency or "") or None,
        returned=max(known.returned, told.returned),
    )
    return replace(order, refunds={**order.refunds, fact.refund_id: refund})


def _reached(whole: Decimal, parts: Iterable[tuple[datetime, Decimal]]) -> datetime | None:
    """When the parts, added up by their time, first made up the whole."""
    counted = sorted(parts)
    sums = accumulate(part for _, part in counted)
    return next((at for (at, _), sum_ in zip(counted, sums, strict=True) if sum_ >= whole), None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
