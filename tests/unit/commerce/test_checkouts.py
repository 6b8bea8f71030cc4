"""Checkouts: what shops tell of them, and what that adds up to in any order."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.commerce.base import ShopEvent
from chalicelib.commerce.checkouts import (
    Basket,
    apply,
    from_record,
    ordered,
    safe_url,
    to_record,
)
from chalicelib.commerce.consents import word
from chalicelib.commerce.facts import Buyer, CheckoutSeen, Item
from chalicelib.errors import ParseError
from tests.unit.commerce.shop_payloads import SHOPIFY_SHOP, deliver, recorded

T0 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WHICH = {"platform": "shopify", "shop": "kahve.example", "checkout_id": "c1"}
MOMENTS = st.integers(0, 5).map(lambda minute: T0 + timedelta(minutes=minute))
SIGHTINGS = st.builds(
    CheckoutSeen,
    **{name: st.just(value) for name, value in WHICH.items()},
    updated_at=MOMENTS,
    started_at=st.none() | st.just(T0),
    buyer=st.sampled_from(
        [None, Buyer(email="a@example.com"), Buyer(email="b@example.com", email_marketing=True)]
    ),
    currency=st.sampled_from(["TRY", "EUR"]),
    total=st.sampled_from(["0", "40.00", "40.0"]).map(Decimal),
    items=st.lists(
        st.builds(Item, product_id=st.none(), title=st.just("Süzgeç"), quantity=st.just(2)),
        max_size=2,
    ).map(tuple),
    country=st.none() | st.just("TR"),
    url=st.none() | st.just("https://kahve.example/devam"),
    completed_at=st.none() | MOMENTS,
    gone=st.booleans(),
)
ENDS = st.builds(lambda at: at, MOMENTS)


def seen(event: list[ShopEvent]) -> CheckoutSeen:
    (fact,) = event
    assert isinstance(fact, CheckoutSeen)
    return fact


def add_up(*told: CheckoutSeen | datetime) -> Basket:
    """Sightings, and moments at which an order was known to come of it."""
    basket: Basket | None = None
    for one in told:
        if isinstance(one, datetime):
            basket = ordered(basket, ("shopify", "kahve.example", "c1"), one)
        else:
            basket = apply(basket, one)
    assert basket is not None
    return basket


@settings(deadline=None)
@given(st.data())
def test_any_order_and_repetition_is_one_checkout(data: st.DataObject) -> None:
    told = data.draw(st.lists(SIGHTINGS | ENDS, min_size=1, max_size=7))
    again = data.draw(st.lists(st.sampled_from(told), max_size=4))
    assert add_up(*data.draw(st.permutations(told + again))) == add_up(*told)


@settings(deadline=None)
@given(st.lists(SIGHTINGS | ENDS, min_size=1, max_size=4))
def test_the_store_keeps_it_all(told: list[CheckoutSeen | datetime]) -> None:
    basket = add_up(*told)
    assert from_record(json.loads(json.dumps(to_record(basket)))) == basket


def test_what_became_an_order_waits_no_more_whatever_is_heard_later() -> None:
    something = (Item(product_id="7", title="Süzgeç", quantity=1),)
    begun = CheckoutSeen(**WHICH, updated_at=T0, items=something)  # type: ignore[arg-type]
    assert add_up(begun).waits
    assert not add_up(T0, begun, replace(begun, updated_at=T0 + timedelta(hours=9))).waits
    assert not add_up(begun, replace(begun, gone=True)).waits
    assert not add_up(replace(begun, items=())).waits


class TestShopify:
    def test_a_checkout_with_a_buyer(self) -> None:
        fact = seen(recorded("shopify/checkouts.update.tr"))
        assert fact.checkout_key == f"shopify:{SHOPIFY_SHOP}:37460121948311127"
        assert fact.updated_at == datetime(2026, 11, 23, 7, 58, 40, tzinfo=UTC)
        assert (fact.currency, fact.total, fact.country) == ("TRY", Decimal("1419.80"), "TR")
        assert [item.title for item in fact.items][1] == "Seramik Süzgeç (V60)"
        assert fact.url is not None
        assert fact.url.startswith("https://kahve-dukkani.myshopify.com/78213/checkouts/ac/")
        assert fact.buyer is not None
        assert (fact.buyer.email, fact.buyer.email_marketing) == ("ayse.yilmaz@example.com", True)
        assert fact.completed_at is None

    def test_one_of_nobody_yet(self) -> None:
        assert seen(recorded("shopify/checkouts.create.tr")).buyer is None

    def test_one_that_became_an_order(self) -> None:
        fact = seen(recorded("shopify/checkouts.update.completed.tr"))
        assert fact.completed_at == datetime(2026, 11, 23, 8, 40, 10, tzinfo=UTC)

    def test_a_deleted_one_is_known_by_its_id_alone(self) -> None:
        fact = seen(recorded("shopify/checkouts.delete"))
        assert (fact.checkout_id, fact.gone) == ("37460121948311999", True)

    @pytest.mark.parametrize("body", [b"{}", b'{"id": null, "token": ""}', b'{"id": [1]}'])
    def test_one_without_a_name_is_refused(self, body: bytes) -> None:
        headers = {"x-shopify-topic": "checkouts/update", "x-shopify-shop-domain": SHOPIFY_SHOP}
        with pytest.raises(ParseError):
            deliver("shopify", body, headers)

    def test_its_order_names_it_and_the_code_it_used(self) -> None:
        snapshot = recorded("shopify/orders.create.with_code.tr")[0]
        assert snapshot.checkouts == (  # type: ignore[union-attr]
            "37460121948311127",
            "5f0a1c7be4d94b02a9d1b6e0c2f38a47",
        )
        assert snapshot.coupons == ("KV7P2-9XQ4M",)  # type: ignore[union-attr]

    def test_a_token_beyond_measure_loses_no_order(self) -> None:
        body = json.dumps({"id": 1, "checkout_token": "x" * 65, "discount_codes": None}).encode()
        headers = {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": SHOPIFY_SHOP}
        (snapshot,) = deliver("shopify", body, headers)
        assert snapshot.checkouts == ()  # type: ignore[union-attr]


class TestFeed:
    def test_a_checkout(self) -> None:
        fact = seen(recorded("orders/checkout_updated"))
        assert fact.checkout_key == "orders:kahve.example:sepet-991"
        assert fact.url == "https://kahve.example/odeme/devam?sepet=991"
        assert fact.buyer is not None
        assert fact.buyer.email_marketing_at == datetime(2026, 11, 23, 8, 2, 40, tzinfo=UTC)
        assert [item.title for item in fact.items] == ["Seramik Demlik", "Hediye paketi"]

    def test_one_that_became_an_order_may_say_nothing_else(self) -> None:
        fact = seen(recorded("orders/checkout_completed"))
        assert fact.completed_at == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)

    @pytest.mark.parametrize("data", ["{}", '{"shop":"x"}', '{"shop":"x","checkout":{}}'])
    def test_what_is_missing_is_named(self, data: str) -> None:
        body = f'{{"type": "checkout.updated", "data": {data}}}'.encode()
        with pytest.raises(ParseError, match=r"shop|checkout|id"):
            deliver("orders", body, {})

    def test_an_order_names_its_checkout_and_codes(self) -> None:
        order: dict[str, Any] = {"id": "1", "placed_at": "2026-11-23T08:00:00Z"}
        order |= {"coupons": [" KV7P2-9XQ4M ", "YAZ", "YAZ", ""], "checkout_id": 991}
        event = {"type": "order.placed", "data": {"shop": "kahve.example", "order": order}}
        (snapshot,) = deliver("orders", json.dumps(event).encode(), {})
        assert snapshot.coupons == ("KV7P2-9XQ4M", "YAZ")  # type: ignore[union-attr]
        assert snapshot.checkouts == ("991",)  # type: ignore[union-attr]


def test_woocommerce_writes_codes_in_lower_case() -> None:
    snapshot = recorded("woocommerce/order.created.with_coupon")[0]
    assert snapshot.coupons == ("kv7p2-9xq4m",)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://kahve.example/devam?a=1", True),
        *((bad, False) for bad in ("http://kahve.example/", "javascript:alert(1)", "//x", "")),
        *((bad, False) for bad in ("https://", "https://[", "https://x y", "https://x\n/")),
        ("https://kahve.example/" + "a" * 2000, False),
    ],
)
def test_only_an_https_address_is_linked_to(url: str, kept: bool) -> None:
    assert safe_url(url) == (url if kept else None)


class TestWord:
    LATER = T0 + timedelta(days=3)

    def said(self, marketing: bool | None, at: datetime | None = None) -> datetime | None:
        buyer = Buyer(email_marketing=marketing, email_marketing_at=at)
        found = word(buyer, platform="shopify", begun=T0, seen=self.LATER)
        return found.at if found else None

    def test_a_yes_is_as_old_as_the_checkout_a_no_as_new_as_its_news(self) -> None:
        assert self.said(True) == T0
        assert self.said(False) == self.LATER
        assert self.said(True, T0 - timedelta(days=80)) == T0 - timedelta(days=80)

    def test_a_clock_that_runs_ahead_does_not_outlast_later_words(self) -> None:
        assert self.said(True, self.LATER + timedelta(days=900)) == self.LATER

    def test_nothing_said_is_no_word(self) -> None:
        assert self.said(None) is None
        assert word(None, platform="shopify", begun=T0, seen=T0) is None
