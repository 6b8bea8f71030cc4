"""The open feed of orders: its signature, its types, and every example of its page."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.channels.base import Handle, Ignored
from chalicelib.commerce.base import ShopEvent
from chalicelib.commerce.facts import (
    Buyer,
    Item,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.feed import FEED
from chalicelib.errors import ParseError, SignatureError
from tests.unit.commerce.shop_payloads import EVENTS, RECEIVED, ROOT, add_up, deliver, recorded

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_c2VjcmV0LW9mLXRoZS1vdGhlci1zaG9w"
PLACED = datetime(2026, 11, 9, 8, 2, 44, tzinfo=UTC)


def posted(what: str = "order.updated", **order: Any) -> list[ShopEvent]:
    event = {
        "type": what,
        "timestamp": "2026-11-22T10:00:00Z",
        "data": {"shop": "kahve.example", "order": {"id": "1", **order}},
    }
    return deliver("orders", json.dumps(event).encode(), {})


def snapshot_of(told: list[ShopEvent]) -> OrderSnapshot:
    (snapshot,) = [one for one in told if isinstance(one, OrderSnapshot)]
    return snapshot


class TestSignature:
    """Against the reference implementation of Standard Webhooks."""

    def signed(self, body: bytes, at: datetime = RECEIVED, secret: str = SECRET) -> dict[str, str]:
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign("msg_1", at, body.decode()),
        }

    def check(self, headers: dict[str, str], body: bytes) -> None:
        secrets = {"secrets": [OTHER, SECRET]}
        FEED.verify(headers=headers, body=body, secrets=secrets, now=RECEIVED)

    def test_the_shops_own_words_are_taken(self) -> None:
        body = (EVENTS / "orders/placed.json").read_bytes()
        self.check(self.signed(body), body)
        self.check(self.signed(body, secret=OTHER), body)

    def test_others_are_not(self) -> None:
        body = b'{"type": "order.placed"}'
        late = RECEIVED.replace(hour=20)
        for headers in (self.signed(b"{}"), self.signed(body, at=late), {}):
            with pytest.raises(SignatureError):
                self.check(headers, body)


class TestTypes:
    def test_a_new_order_of_a_known_customer(self) -> None:
        assert recorded("orders/placed") == [
            OrderSnapshot(
                platform="orders",
                shop="kahve.example",
                order_id="S-20418",
                updated_at=datetime(2026, 11, 9, 8, 2, 45, tzinfo=UTC),
                name="20418",
                buyer=Buyer(
                    handles=(
                        Handle(kind="orders", account="kahve.example", value="uye-5120"),
                        Handle(kind="email", value="elif.sahin@example.com"),
                        Handle(kind="phone", value="+905325550171"),
                    ),
                    name="Elif Şahin",
                    locale="tr-TR",
                    email="elif.sahin@example.com",
                    phone="+90 532 555 01 71",
                    email_marketing=True,
                ),
                placed_at=PLACED,
                currency="TRY",
                total=Decimal("1249.90"),
                items=(
                    Item(product_id="p-88", title="Seramik Demlik", quantity=1),
                    Item(product_id=None, title="Hediye paketi", quantity=1),
                ),
                country="TR",
            )
        ]

    def test_a_guest_is_whom_they_say_they_are_and_no_more(self) -> None:
        snapshot = snapshot_of(recorded("orders/updated_guest"))
        assert snapshot.buyer == Buyer(name="Jonas Weber", email="jonas.weber@example.com")
        assert (snapshot.order_id, snapshot.country) == ("20419", "DE")

    def test_delivered_as_a_whole_or_in_parcels(self) -> None:
        (whole,) = recorded("orders/delivered")
        at = datetime(2026, 11, 12, 14, 30, tzinfo=UTC)
        assert isinstance(whole, ShipmentDelivered)
        assert (whole.fulfillment_id, whole.at) == ("order", at)
        _, parcel = recorded("orders/delivered_parcels")
        assert isinstance(parcel, ShipmentDelivered)
        assert (parcel.fulfillment_id, parcel.at) == ("YK-1", at)

    def test_the_time_of_the_event_stands_in(self) -> None:
        now = datetime(2026, 11, 22, 10, tzinfo=UTC)
        (delivered,) = posted("order.delivered")
        assert isinstance(delivered, ShipmentDelivered)
        assert delivered.at == now
        cancelled = snapshot_of(posted("order.cancelled", placed_at="2026-11-09T08:00:00Z"))
        assert (cancelled.cancelled_at, cancelled.updated_at) == (now, now)
        placed = snapshot_of(posted("order.placed"))
        assert (placed.placed_at, placed.cancelled_at) == (now, None)

    def test_without_a_time_of_the_event_that_of_its_arrival_does(self) -> None:
        body = b'{"type":"order.delivered","data":{"shop":"a","order":{"id":7}}}'
        (delivered,) = deliver("orders", body, {})
        assert isinstance(delivered, ShipmentDelivered)
        assert delivered.at == RECEIVED.replace(microsecond=123000)

    def test_refunds_in_part_and_of_everything(self) -> None:
        (part,) = recorded("orders/refunded_part")
        assert part == RefundMade(
            platform="orders",
            shop="kahve.example",
            order_id="S-20418",
            refund_id="r-1",
            at=datetime(2026, 11, 15, 11, 59, 30, tzinfo=UTC),
            amount=Decimal("249.90"),
            currency="TRY",
        )
        assert snapshot_of(recorded("orders/refunded_whole")).fully_refunded
        order = {"placed_at": "2026-11-09T08:00:00Z", "currency": "TRY", "total": "10"}
        refunds = [{"id": 1, "amount": "4"}, {"id": 2, "amount": 6}]
        told = posted("order.refunded", **order, refunds=refunds)
        assert not snapshot_of(told).fully_refunded
        assert add_up(*told)["orders:kahve.example:1"].refunded

    def test_a_batch_tells_of_every_order(self) -> None:
        assert [o.order_id for o in add_up(*recorded("orders/batch")).values()] == [
            *("20500", "20501", "20502")
        ]

    def test_other_types_are_kept_raw_and_counted(self) -> None:
        (ignored,) = recorded("orders/checkout_abandoned")
        assert ignored == Ignored(channel="orders", what="checkout.abandoned")
        assert deliver("orders", b'{"type":"ping"}', {}) == [Ignored(channel="orders", what="ping")]


class TestWrong:
    @pytest.mark.parametrize(
        ("order", "field"),
        [
            ({}, r"\$\.data\.order\.placed_at"),
            ({"id": ""}, r"\$\.data\.order\.id"),
            ({"id": "x" * 65}, r"\$\.data\.order\.id"),
            ({"total": "1,50"}, r"order\.total"),
            ({"total": "NaN"}, "total"),
            ({"currency": "tl"}, r"order\.currency"),
            ({"country": "Türkiye"}, r"order\.country"),
            ({"placed_at": "2026-11-09T08:00:00"}, r"order\.placed_at"),
            ({"placed_at": "1970-01-01T00:00:00Z"}, "placed_at"),
            ({"refunds": [{"id": 1}]}, r"refunds\[\.\.\.\].*|amount"),
            ({"items": [{"quantity": 1}]}, "title"),
        ],
    )
    def test_what_is_wrong_is_named(self, order: dict[str, Any], field: str) -> None:
        with pytest.raises(ParseError, match=field):
            posted(**order)

    @pytest.mark.parametrize("what", ["order.updated", "order.cancelled", "order.refunded"])
    def test_these_tell_the_whole_order(self, what: str) -> None:
        with pytest.raises(ParseError, match=f"{what} tells the whole order"):
            posted(what)

    @pytest.mark.parametrize("shop", ["", "a:b", "https://a", "a b", "x" * 129])
    def test_a_shop_is_a_plain_name(self, shop: str) -> None:
        event = {"type": "order.placed", "data": {"shop": shop, "order": {"id": 1}}}
        with pytest.raises(ParseError, match="shop"):
            deliver("orders", json.dumps(event).encode(), {})

    def test_a_batch_has_its_limit(self) -> None:
        orders = [{"id": n, "placed_at": "2026-11-09T08:00:00Z"} for n in range(1001)]
        event = {"type": "order.updated", "data": {"shop": "a", "orders": orders}}
        with pytest.raises(ParseError, match="1000"):
            deliver("orders", json.dumps(event).encode(), {})

    def test_an_order_is_needed(self) -> None:
        with pytest.raises(ParseError, match="`order`"):
            deliver("orders", b'{"type":"order.placed","data":{"shop":"a"}}', {})


def examples(page: Path) -> list[Any]:
    fenced = re.findall(r"```json\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [json.loads(one) for one in fenced]


def test_every_example_of_the_page_is_read() -> None:
    events = [one for one in examples(ROOT / "docs/channels/orders.md") if "type" in one]
    assert {one["type"] for one in events} == {
        *(f"order.{what}" for what in ("placed", "updated", "delivered", "cancelled", "refunded")),
        *(f"checkout.{what}" for what in ("updated", "completed")),
    }
    for event in events:
        facts = deliver("orders", json.dumps(event).encode(), {})
        assert facts
        assert not any(isinstance(fact, Ignored) for fact in facts)


@pytest.mark.parametrize("shop", ["shopify", "woocommerce", "orders"])
def test_every_page_shows_the_secrets_as_they_are_kept(shop: str) -> None:
    shown = [one for one in examples(ROOT / f"docs/channels/{shop}.md") if shop in one]
    assert [list(one[shop]) for one in shown] == [["secrets"]]
