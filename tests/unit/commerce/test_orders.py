"""Orders add up the same from any order and any repetition of the same facts."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.channels.base import Handle
from chalicelib.commerce.facts import (
    ALL_UNITS,
    Buyer,
    Item,
    OrderChange,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.orders import MILESTONES, Order, Refund, apply, milestone_at, milestones
from chalicelib.commerce.records import from_record, to_record

T0 = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
WHICH = {"platform": "shopify", "shop": "kahve.example", "order_id": "9411029384756102931"}


def at(minute: int) -> datetime:
    return T0 + timedelta(minutes=minute)


def snapshot(minute: int = 0, **values: object) -> OrderSnapshot:
    given_: dict[str, object] = {
        "updated_at": at(minute),
        "placed_at": T0,
        "currency": "TRY",
        "total": Decimal("100.00"),
    }
    return OrderSnapshot(**WHICH, **{**given_, **values})  # type: ignore[arg-type]


def refund(
    refund_id: str,
    minute: int,
    amount: str,
    currency: str | None = "TRY",
    returned: int = 0,
) -> RefundMade:
    return RefundMade(
        **WHICH,
        refund_id=refund_id,
        at=at(minute),
        amount=Decimal(amount),
        currency=currency,
        returned=returned,
    )


def delivered(fulfillment_id: str, minute: int) -> ShipmentDelivered:
    return ShipmentDelivered(**WHICH, fulfillment_id=fulfillment_id, at=at(minute))


def add_up(*facts: OrderChange, start: Order | None = None) -> Order:
    order = start
    for fact in facts:
        order = apply(order, fact)
    assert order is not None
    return order


MOMENTS = st.integers(0, 5).map(at)
AMOUNTS = st.sampled_from(["0", "40.00", "60.00", "60.0", "100"]).map(Decimal)
BUYERS = st.sampled_from(
    [
        None,
        Buyer(email="a@example.com"),
        Buyer(
            handles=(Handle(kind="shopify", account="kahve.example", value="1"),),
            name="Ayşe Yılmaz",
            locale="tr",
            email_marketing=True,
            email_marketing_at=T0,
        ),
    ]
)
SNAPSHOTS = st.builds(
    OrderSnapshot,
    **{name: st.just(value) for name, value in WHICH.items()},
    updated_at=MOMENTS,
    name=st.sampled_from(["#1001", "#1001-B"]),
    buyer=BUYERS,
    placed_at=st.none() | MOMENTS,
    currency=st.sampled_from(["TRY", "EUR"]),
    total=AMOUNTS,
    items=st.lists(
        st.builds(
            Item, product_id=st.none() | st.just("7"), title=st.just("Süzgeç"), quantity=st.just(2)
        ),
        max_size=2,
    ).map(tuple),
    cancelled_at=st.none() | MOMENTS,
    fully_refunded=st.booleans(),
    test=st.booleans(),
    country=st.none() | st.just("TR"),
    coupons=st.sampled_from([(), ("KV7P2-9XQ4M",)]),
    checkouts=st.sampled_from([(), ("c1", "t1")]),
)
FACTS = st.one_of(
    SNAPSHOTS,
    st.builds(delivered, st.sampled_from("ab"), st.integers(0, 5)),
    st.builds(
        refund,
        st.sampled_from("xy"),
        st.integers(0, 5),
        st.sampled_from(["0", "40.00", "100"]),
        st.sampled_from([None, "TRY", "EUR"]),
        st.sampled_from([0, 1, 2, ALL_UNITS]),
    ),
)
ORDERS = st.lists(FACTS, min_size=1, max_size=8).map(lambda facts: add_up(*facts))


@settings(deadline=None)
@given(st.data())
def test_any_order_and_repetition_of_facts_is_one_order(data: st.DataObject) -> None:
    facts = data.draw(st.lists(FACTS, min_size=1, max_size=7))
    shuffled = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts)))))
    assert add_up(*shuffled) == add_up(*facts)


@settings(deadline=None)
@given(order=ORDERS, fact=FACTS)
def test_a_fact_known_already_changes_nothing(order: Order, fact: OrderChange) -> None:
    once = apply(order, fact)
    assert apply(once, fact) == once


@settings(deadline=None)
@given(order=ORDERS, fact=FACTS)
def test_the_store_keeps_it_all(order: Order, fact: OrderChange) -> None:
    record = json.loads(json.dumps(to_record(order)))
    stored = from_record(record)
    assert stored == order
    assert to_record(stored) == record
    assert apply(stored, fact) == apply(order, fact)


def test_our_own_knowledge_is_kept_and_stored() -> None:
    start = replace(add_up(delivered("a", 1)), reviewed_at=at(9), customer_id="cus_1")
    order = add_up(snapshot(test=True), refund("x", 1, "5"), start=start)
    assert (order.reviewed_at, order.customer_id) == (at(9), "cus_1")
    assert from_record(to_record(order)) == order


def test_the_newest_snapshot_speaks() -> None:
    order = add_up(snapshot(2, name="#2"), snapshot(1, name="#1"), snapshot(3, name="#3"))
    assert (order.name, order.snapshot_at) == ("#3", at(3))


def test_what_happened_stays_with_its_earliest_time() -> None:
    order = add_up(
        snapshot(1, cancelled_at=at(4)),
        snapshot(2, cancelled_at=at(3)),
        snapshot(9),
        delivered("b", 8),
        delivered("a", 7),
        delivered("a", 6),
    )
    assert order.cancelled_at == at(3)
    assert order.deliveries == {"a": at(6), "b": at(8)}
    assert order.delivered_at == at(6)


def test_a_fact_of_another_order_is_refused() -> None:
    other = ShipmentDelivered(
        platform="shopify", shop="kahve.example", order_id="2", fulfillment_id="a", at=T0
    )
    with pytest.raises(ValueError, match=r"shopify:kahve\.example:2"):
        apply(add_up(snapshot()), other)


class TestRefunds:
    def test_in_parts_until_all_is_back(self) -> None:
        order = add_up(snapshot(), refund("x", 1, "40"))
        assert not order.refunded
        order = add_up(refund("y", 2, "60"), start=order)
        assert order.refunded_at == at(2)

    def test_first_pending_then_known_is_one_refund(self) -> None:
        order = add_up(snapshot(), refund("x", 3, "100"), refund("x", 1, "0", None))
        assert order.refunds == {"x": Refund(at=at(1), amount=Decimal(100), currency="TRY")}
        assert order.refunded

    def test_the_shops_own_word_counts(self) -> None:
        order = add_up(snapshot(5, fully_refunded=True), snapshot(3, fully_refunded=True))
        assert order.refunded_at == at(3)

    def test_other_currencies_cannot_be_compared(self) -> None:
        assert not add_up(snapshot(), refund("x", 1, "100", "JPY")).refunded
        assert add_up(snapshot(), refund("x", 1, "100", None)).refunded

    def test_a_gift_is_not_refunded(self) -> None:
        assert not add_up(snapshot(total=Decimal(0)), refund("x", 1, "0")).refunded

    def test_before_its_order_a_refund_waits(self) -> None:
        order = add_up(refund("x", 1, "100"))
        assert milestones(order) == frozenset()
        assert milestones(add_up(snapshot(), start=order)) == {"placed", "refunded"}


def test_milestones_have_their_times() -> None:
    order = add_up(
        snapshot(cancelled_at=at(4)),
        delivered("a", 3),
        refund("x", 5, "100.00"),
        refund("y", 6, "0", returned=ALL_UNITS),
    )
    assert milestones(order) == frozenset(MILESTONES)
    times = [at(0), at(3), at(6), at(5), at(4)]
    assert [milestone_at(order, name) for name in MILESTONES] == times


class TestReturns:
    CUPS = Item(product_id="7", title="Fincan", quantity=2)
    TIP = Item(product_id=None, title="Bahşiş", quantity=1)

    def test_when_all_pieces_have_come_back(self) -> None:
        order = add_up(snapshot(items=(self.CUPS, self.TIP)), refund("x", 3, "0", returned=1))
        assert order.returned_at is None
        order = add_up(refund("y", 5, "20", returned=1), start=order)
        assert order.returned_at == at(5)
        assert not order.refunded

    def test_before_its_order_a_return_waits_unless_it_is_of_everything(self) -> None:
        early = refund("x", 3, "0", returned=2)
        assert add_up(early).returned_at is None
        assert add_up(early, snapshot(items=(self.CUPS,))).returned_at == at(3)
        assert add_up(refund("x", 3, "0", returned=ALL_UNITS)).returned_at == at(3)

    def test_told_twice_it_is_one(self) -> None:
        once = refund("x", 3, "0", returned=1)
        order = add_up(snapshot(items=(self.CUPS,)), once, once, refund("x", 4, "5"))
        assert order.returned_at is None


@settings(deadline=None)
@given(order=ORDERS, fact=st.builds(delivered, st.sampled_from("ab"), st.integers(0, 5)))
def test_a_milestone_is_never_lost_to_a_delivery(order: Order, fact: OrderChange) -> None:
    assert milestones(order) <= milestones(apply(order, fact))
