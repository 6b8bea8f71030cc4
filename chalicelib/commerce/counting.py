"""What an order adds to its customer: counted from the order as it stands, so that the difference
of two counts is exact whatever happened in between. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from chalicelib.commerce.orders import Order
from chalicelib.store.records import Counted

_HUNDREDTH = Decimal("0.01")


def counted(order: Order, currency: str) -> Counted:
    """One order and its sum, if it was really placed and stands: not a test, not cancelled. The sum
    is hundredths of `currency`, 0 for an order in another one or refunded in full."""
    if order.placed_at is None or order.test:
        return Counted()
    if order.cancelled_at is not None:
        return Counted(at=order.placed_at)
    counts = order.currency == currency and not order.refunded
    return Counted(orders=1, spent=_hundredths(order.total) if counts else 0, at=order.placed_at)


def gain(before: Counted | None, now: Counted) -> Counted:
    """What there is to add when a count has become another; its moment only if it is a new one."""
    was = before or Counted()
    return Counted(
        orders=now.orders - was.orders,
        spent=now.spent - was.spent,
        at=now.at if now.at != was.at else None,
    )


def _hundredths(amount: Decimal) -> int:
    return int(amount.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP) * 100)
