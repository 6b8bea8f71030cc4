"""Shopify's webhooks: signature, every topic of `events/shopify`, and payloads gone wrong."""

import base64
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import Delivery, Handle, Ignored, Source
from chalicelib.commerce.base import ShopEvent
from chalicelib.commerce.facts import (
    Buyer,
    Item,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.shopify import SHOPIFY
from chalicelib.errors import NotFound, ParseError, SignatureError

EVENTS = Path(__file__).parents[3] / "events" / "shopify"
SHOP = "kahve-dukkani.myshopify.com"
RECEIVED = datetime(2026, 11, 15, 7, 0, 0, 123456, tzinfo=UTC)
SECRETS = {"secrets": ["old-secret", "new-secret"]}
AYSE_ORDER = "9411029384756102931"
JAMES_ORDER = "9411029384756103187"


def deliver(topic: str, body: Any, **headers: str) -> list[ShopEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    kept = {"x-shopify-topic": topic, "x-shopify-shop-domain": SHOP, **headers}
    return SHOPIFY.parse(
        Delivery(delivery_id="d1", source="shopify", received_at=RECEIVED, headers=kept, body=raw)
    )


def event(name: str) -> list[ShopEvent]:
    """The facts of a payload in `events/shopify`, whose name starts with its topic."""
    resource, action, *_ = name.split(".")
    return deliver(f"{resource}/{action}", (EVENTS / name).read_bytes())


def only_snapshot(facts: list[ShopEvent]) -> OrderSnapshot:
    (snapshot,) = [fact for fact in facts if isinstance(fact, OrderSnapshot)]
    return snapshot


def buyer_of(**order: Any) -> Buyer | None:
    return only_snapshot(deliver("orders/create", {"id": 1, **order})).buyer


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def check(signature: str | None, body: bytes = b'{"id": 1}') -> None:
    headers = {} if signature is None else {"x-shopify-hmac-sha256": signature}
    SHOPIFY.verify(headers=headers, body=body, secrets=SECRETS, now=RECEIVED)


class TestSignature:
    def test_is_a_source(self) -> None:
        source: Source = SHOPIFY
        assert source.name == "shopify"
        assert "x-shopify-topic" in source.kept_headers

    @pytest.mark.parametrize("secret", SECRETS["secrets"])
    def test_any_configured_secret_signs(self, secret: str) -> None:
        body = '{"note": "kahve ☕ \u2028"}'.encode()
        check(sign(body, secret), body)

    @pytest.mark.parametrize(
        "signature",
        [None, "", "çöp", "\udcff", "====", "not base64", sign(b"{}", "new-secret")],
    )
    def test_anything_else_is_refused(self, signature: str | None) -> None:
        with pytest.raises(SignatureError):
            check(signature)

    def test_no_handshake(self) -> None:
        with pytest.raises(NotFound):
            SHOPIFY.handshake(query={}, secrets=SECRETS)


class TestEvents:
    def test_a_new_order(self) -> None:
        assert event("orders.create.tr.json") == [
            OrderSnapshot(
                platform="shopify",
                shop=SHOP,
                order_id=AYSE_ORDER,
                name="#1001",
                buyer=Buyer(
                    handles=(
                        Handle(kind="shopify", account=SHOP, value="8844012345678901237"),
                        Handle(kind="email", value="ayse.yilmaz@example.com"),
                    ),
                    name="Ayşe Yılmaz",
                    locale="tr",
                    email="ayse.yilmaz@example.com",
                    phone="+90 532 000 00 01",
                    email_marketing=True,
                    email_marketing_at=datetime(2026, 9, 2, 15, 20, 11, tzinfo=UTC),
                ),
                placed_at=datetime(2026, 11, 9, 7, 14, 38, tzinfo=UTC),
                updated_at=datetime(2026, 11, 9, 7, 14, 40, tzinfo=UTC),
                currency="TRY",
                total=Decimal("1419.80"),
                items=(
                    Item(
                        product_id="9100234567890123457",
                        title="Yirgacheffe Çekirdek Kahve 250 g",
                        quantity=2,
                    ),
                    Item(
                        product_id="9100234567890123999", title="Seramik Süzgeç (V60)", quantity=1
                    ),
                ),
                country="TR",
            )
        ]

    def test_an_unverified_address_names_nobody(self) -> None:
        buyer = only_snapshot(event("orders.create.en.json")).buyer
        assert buyer is not None
        assert [handle.kind for handle in buyer.handles] == ["shopify"]
        assert (buyer.email, buyer.phone) == ("james.whitfield@example.com", "+447700900123")
        assert (buyer.locale, buyer.email_marketing) == ("en-GB", None)

    def test_a_sale_at_the_till(self) -> None:
        snapshot = only_snapshot(event("orders.create.pos.json"))
        assert snapshot.buyer is None
        assert snapshot.country is None
        assert snapshot.items == (Item(product_id=None, title="Filtre kahve", quantity=1),)

    def test_shipped_is_not_delivered(self) -> None:
        assert len(event("orders.fulfilled.tr.json")) == 1
        assert event("fulfillments.create.tr.json") == []
        assert event("fulfillment_events.create.in_transit.tr.json") == []

    def test_delivered_however_it_is_told(self) -> None:
        (told,) = event("fulfillment_events.create.delivered.tr.json")
        (update,) = event("fulfillments.update.tr.json")
        embedded = event("orders.updated.tr.json")[1]
        assert told == ShipmentDelivered(
            platform="shopify",
            shop=SHOP,
            order_id=AYSE_ORDER,
            fulfillment_id="6600123456789012399",
            at=datetime(2026, 11, 12, 11, 5, 31, tzinfo=UTC),
        )
        assert update == embedded
        assert isinstance(update, ShipmentDelivered)
        assert (update.fulfillment_id, update.order_key) == (told.fulfillment_id, told.order_key)

    def test_cancelled_and_paid_back(self) -> None:
        snapshot, embedded = event("orders.cancelled.en.json")
        assert isinstance(snapshot, OrderSnapshot)
        assert snapshot.cancelled_at == datetime(2026, 11, 15, 6, 12, 31, tzinfo=UTC)
        assert snapshot.fully_refunded
        assert event("refunds.create.en.json") == [embedded]
        assert embedded == RefundMade(
            platform="shopify",
            shop=SHOP,
            order_id=JAMES_ORDER,
            refund_id="5500123456789012777",
            at=datetime(2026, 11, 15, 6, 12, 30, tzinfo=UTC),
            amount=Decimal("18450.00"),
            currency="TRY",
        )

    def test_every_event_file_is_read(self) -> None:
        for path in EVENTS.glob("*.json"):
            assert isinstance(event(path.name), list)


class TestShapes:
    def test_almost_nothing_is_enough(self) -> None:
        snapshot = only_snapshot(deliver("orders/updated", {"id": "9007199254740993"}))
        assert snapshot == OrderSnapshot(
            platform="shopify",
            shop=SHOP,
            order_id="9007199254740993",
            updated_at=RECEIVED.replace(microsecond=123000),
        )

    def test_all_may_be_null(self) -> None:
        body = json.loads((EVENTS / "orders.updated.tr.json").read_bytes())
        assert deliver("orders/paid", {**dict.fromkeys(body), "id": 1})
        nulls = {"line_items": [{"title": None, "quantity": None}], "refunds": [{"id": 7}]}
        snapshot, refund = deliver("orders/paid", {"id": 1, **nulls})
        assert isinstance(snapshot, OrderSnapshot)
        assert snapshot.items == (Item(product_id=None, title="", quantity=1),)
        assert isinstance(refund, RefundMade)
        assert (refund.amount, refund.currency) == (Decimal(0), None)

    def test_the_time_of_the_event_stands_in(self) -> None:
        (snapshot,) = deliver(
            "orders/create", {"id": 1}, **{"x-shopify-triggered-at": "2026-11-01T10:00:00.5Z"}
        )
        assert isinstance(snapshot, OrderSnapshot)
        assert snapshot.updated_at == datetime(2026, 11, 1, 10, 0, 0, 500000, tzinfo=UTC)

    def test_only_money_really_going_back_counts(self) -> None:
        def paid(kind: str, status: str, amount: str | None) -> dict[str, Any]:
            return {"kind": kind, "status": status, "amount": amount, "currency": "TRY"}

        transactions = [
            paid("refund", "success", "10.10"),
            paid("refund", "pending", "5.00"),
            paid("refund", "success", None),
            paid("refund", "failure", "99"),
            paid("sale", "success", "99"),
        ]
        body = {"id": 2, "order_id": 1, "transactions": transactions}
        (refund,) = deliver("refunds/create", body)
        assert isinstance(refund, RefundMade)
        assert refund.amount == Decimal("15.10")

    def test_a_guest_has_an_address_but_no_handle(self) -> None:
        guest = buyer_of(contact_email=" Can@Example.com ", billing_address={"name": "Can Su"})
        assert guest == Buyer(name="Can Su", email="can@example.com")

    def test_the_address_of_the_account_is_the_last_resort(self) -> None:
        customer = {"id": 5, "email": "a@example.com", "verified_email": True}
        buyer = buyer_of(email="", customer=customer)
        assert buyer is not None
        assert buyer.email == "a@example.com"
        other = buyer_of(email="b@example.com", customer=customer)
        assert other is not None
        assert other.email == "b@example.com"
        assert other.handles[1].value == "a@example.com"

    def test_a_present_is_not_the_receivers_order(self) -> None:
        address = {"name": "Deniz Ak", "phone": "+905320000002", "country_code": "tr"}
        snapshot = only_snapshot(deliver("orders/create", {"id": 1, "shipping_address": address}))
        assert snapshot.buyer is None
        assert snapshot.country == "TR"

    @pytest.mark.parametrize(
        ("state", "at_checkout", "expected"),
        [
            ("subscribed", False, True),
            ("unsubscribed", True, False),
            ("pending", True, None),
            ("not_subscribed", True, None),
            ("redacted", True, False),
            ("invalid", True, None),
            (None, False, None),
            (None, True, True),
            (None, None, None),
        ],
    )
    def test_consent(self, state: str | None, at_checkout: bool | None, expected: bool) -> None:
        buyer = buyer_of(
            buyer_accepts_marketing=at_checkout,
            customer={"id": 5, "email_marketing_consent": {"state": state}},
        )
        assert buyer is not None
        assert buyer.email_marketing is expected

    @pytest.mark.parametrize(
        "topic",
        [
            *(
                "products/update",
                "orders/edited",
                "orders/delete",
                "orders/risk_assessment_changed",
            ),
            *("carts/update", "app/uninstalled", "fulfillment_events/delete", "x" * 255),
            *("customers/data_request", "customers/redact", "shop/redact"),
        ],
    )
    def test_topics_without_use_are_kept_raw_and_counted(self, topic: str) -> None:
        counted = topic.replace("/", "_")[:60]
        assert deliver(topic, b"not even JSON", **{"x-shopify-shop-domain": ""}) == [
            Ignored(channel="shopify", what=counted)
        ]

    def test_an_id_in_the_form_of_the_graphql_api_is_the_same_order(self) -> None:
        body = {
            "id": f"gid://shopify/Order/{AYSE_ORDER}",
            "customer": {"id": "gid://shopify/Customer/5"},
            "line_items": [{"product_id": "gid://shopify/Product/7?from=app"}],
        }
        snapshot = only_snapshot(deliver("orders/updated", body))
        assert snapshot.order_id == AYSE_ORDER
        assert snapshot.buyer is not None
        assert snapshot.buyer.handles == (Handle(kind="shopify", account=SHOP, value="5"),)
        assert snapshot.items[0].product_id == "7"

    @pytest.mark.parametrize(
        ("status", "arrived"),
        [
            *(("delivered", True), ("picked_up", True)),
            *(("carrier_picked_up", False), ("ready_for_pickup", False), ("failure", False)),
        ],
    )
    def test_what_has_reached_the_buyer(self, status: str, arrived: bool) -> None:
        parcel = {"fulfillment_id": 2, "order_id": 1, "status": status}
        assert bool(deliver("fulfillment_events/create", parcel)) is arrived

    def test_money_in_the_buyers_currency_is_told_as_such(self) -> None:
        paid = {"kind": "refund", "status": "success", "amount": "90.00", "currency": "EUR"}
        order = {"id": 1, "currency": "TRY", "presentment_currency": "EUR", "total_price": "4500"}
        told = deliver("orders/updated", {**order, "refunds": [{"id": 2, "transactions": [paid]}]})
        (snapshot, refund) = told
        assert isinstance(snapshot, OrderSnapshot)
        assert isinstance(refund, RefundMade)
        assert (snapshot.currency, snapshot.total) == ("TRY", Decimal(4500))
        assert (refund.currency, refund.amount) == ("EUR", Decimal("90.00"))

    @pytest.mark.parametrize("name", ["x-shopify-topic", "x-shopify-shop-domain"])
    @pytest.mark.parametrize("value", ["", " ", "x" * 256])
    def test_headers_are_needed(self, name: str, value: str) -> None:
        with pytest.raises(ParseError, match=name):
            deliver("orders/create", {"id": 1}, **{name: value})

    def test_a_broken_time_of_the_event_is_done_without(self) -> None:
        facts = deliver("orders/create", {"id": 1}, **{"x-shopify-triggered-at": "yesterday"})
        assert only_snapshot(facts).updated_at == RECEIVED.replace(microsecond=123000)

    @pytest.mark.parametrize(
        ("topic", "body", "field"),
        [
            ("orders/create", {}, "`id`"),
            ("orders/create", {"id": ""}, "`id`"),
            ("orders/create", {"id": "9" * 65}, "`id`"),
            ("orders/create", {"id": 1.5}, r"\$.id"),
            ("orders/create", {"id": True}, r"\$.id"),
            ("orders/create", {"id": 1, "total_price": "NaN"}, "total_price"),
            ("orders/create", {"id": 1, "total_price": "1e99"}, "total_price"),
            ("orders/create", {"id": 1, "total_price": True}, r"\$.total_price"),
            ("orders/create", {"id": 1, "updated_at": "2026-11-01T10:00:00"}, "updated_at"),
            ("orders/create", {"id": 1, "created_at": "1970-01-01T00:00:00Z"}, "created_at"),
            ("orders/create", {"id": 1, "created_at": 1700000000}, "created_at"),
            ("orders/create", {"id": 1, "customer": {"id": ""}}, "customer.id"),
            ("orders/create", {"id": 1, "customer": []}, r"\$.customer"),
            (
                "orders/create",
                {"id": 1, "fulfillments": [{"shipment_status": "delivered"}]},
                r"fulfillments\[0\].id",
            ),
            ("orders/create", {"id": 1, "refunds": [{}]}, r"refunds\[0\].id"),
            ("orders/create", {"id": 1, "line_items": [{"product_id": ""}]}, r"line_items\[0\]"),
            ("fulfillments/update", {"id": 1, "shipment_status": "delivered"}, "order_id"),
            ("fulfillment_events/create", {"status": "delivered", "order_id": 1}, "fulfillment_id"),
            ("refunds/create", {"order_id": 1}, "`id`"),
            ("refunds/create", {"id": 1}, "order_id"),
            ("refunds/create", b"", "JSON"),
            ("refunds/create", b"[]", "array"),
            ("refunds/create", b'{"id": "\xff"}', "JSON"),
            ("refunds/create", b'{"x":' * 100_000, "deep"),
        ],
    )
    def test_what_is_wrong_is_named(self, topic: str, body: Any, field: str) -> None:
        with pytest.raises(ParseError, match=field):
            deliver(topic, body)

    def test_personal_data_stays_out_of_errors(self) -> None:
        with pytest.raises(ParseError) as caught:
            deliver("orders/create", {"id": 1, "customer": "ayse.yilmaz@example.com"})
        assert "ayse" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "order_id", "status", "customer", "refunds", "updated_at"]),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    topic=st.sampled_from(["orders/create", "refunds/create", "fulfillment_events/create"]),
    body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
)
def test_any_body_is_read_or_refused(topic: str, body: bytes) -> None:
    try:
        facts = deliver(topic, body)
    except ParseError:
        return
    assert all(not isinstance(fact, Ignored) for fact in facts)
