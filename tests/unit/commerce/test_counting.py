"""What an order adds to its customer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from chalicelib.commerce.counting import counted, gain
from chalicelib.commerce.orders import Order, Refund
from chalicelib.store.records import Counted

T0 = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
ORDER = Order(
    platform="shopify",
    shop="kahve",
    order_id="1",
    placed_at=T0,
    currency="TRY",
    total=Decimal("120.505"),
)
BACK = {"r": Refund(at=T0, amount=Decimal(200), currency="TRY")}
LATER = T0 + timedelta(days=1)


@pytest.mark.parametrize(
    ("order", "counts"),
    [
        (ORDER, Counted(orders=1, spent=12051, at=T0)),
        (replace(ORDER, currency="EUR"), Counted(orders=1, at=T0)),
        (replace(ORDER, refunds=BACK), Counted(orders=1, at=T0)),
        (replace(ORDER, cancelled_at=LATER), Counted(at=T0)),
        (replace(ORDER, test=True), Counted()),
        (replace(ORDER, placed_at=None), Counted()),
        (replace(ORDER, total=Decimal(0)), Counted(orders=1, at=T0)),
    ],
)
def test_an_order_counts_as_it_stands(order: Order, counts: Counted) -> None:
    assert counted(order, "TRY") == counts


def test_what_is_gained_is_the_difference_and_a_moment_only_if_it_is_new() -> None:
    before, now = Counted(orders=1, spent=500, at=T0), Counted(orders=0, spent=0, at=T0)
    assert gain(before, now) == Counted(orders=-1, spent=-500)
    assert gain(None, before) == before
    assert gain(before, before) == Counted()
