"""WooCommerce's webhooks: its ping, its signature, its orders and PHP's ways of saying nothing."""

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from chalicelib.channels.base import Answer, Delivery, Handle, Ignored
from chalicelib.commerce.base import ShopEvent
from chalicelib.commerce.facts import (
    Buyer,
    Item,
    OrderChange,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.woocommerce import WOOCOMMERCE
from chalicelib.commerce.woocommerce.source import WooCommerce
from chalicelib.errors import NotFound, ParseError, SignatureError
from tests.unit.commerce.shop_payloads import EVENTS, RECEIVED, add_up, recorded

SHOP = "kahve-atolyesi.example"
SECRETS = {"secrets": ["old-secret", 'new & <"secret">']}


def deliver(
    body: Any,
    topic: str | None = "order.updated",
    source: str | None = f"https://{SHOP}/",
    shop: WooCommerce = WOOCOMMERCE,
) -> list[ShopEvent]:
    given = {"x-wc-webhook-topic": topic, "x-wc-webhook-source": source}
    return shop.parse(
        Delivery(
            delivery_id="dlv_1",
            source="woocommerce",
            received_at=RECEIVED,
            headers={name: value for name, value in given.items() if value is not None},
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        )
    )


def updated(**order: Any) -> list[ShopEvent]:
    modified = {"date_modified_gmt": "2026-11-14T10:00:00"}
    return deliver({"id": 1, **modified, **order})


def snapshot_of(told: list[ShopEvent]) -> OrderSnapshot:
    (snapshot,) = [one for one in told if isinstance(one, OrderSnapshot)]
    return snapshot


def arrived(told: list[ShopEvent]) -> list[tuple[str, datetime]]:
    return [(one.fulfillment_id, one.at) for one in told if isinstance(one, ShipmentDelivered)]


def signed_by_openssl(body: bytes, secret: str) -> str:
    mac = HMAC(secret.encode(), SHA256())
    mac.update(body)
    return base64.b64encode(mac.finalize()).decode()


class TestPing:
    def test_it_is_answered_before_anything_is_checked(self) -> None:
        body = (EVENTS / "woocommerce/ping.form").read_bytes()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        assert WOOCOMMERCE.ping(headers=headers, body=body) == Answer(text="ok", kept=False)
        assert WOOCOMMERCE.ping(headers={}, body=b"webhook_id=0\n")

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"{}", b'{"webhook_id":7}', b"webhook_id=7&x=1", b"webhook_id=" + b"7" * 99),
            *(b"x" * 1_000_000, b" " * 1_000_000, b"webhook_id=\xd9\xa1"),
        ],
    )
    def test_nothing_else_passes_for_one(self, body: bytes) -> None:
        assert WOOCOMMERCE.ping(headers={}, body=body) is None


class TestSignature:
    def check(self, signature: str | None, body: bytes) -> None:
        headers = {} if signature is None else {"x-wc-webhook-signature": signature}
        WOOCOMMERCE.verify(headers=headers, body=body, secrets=SECRETS, now=RECEIVED)

    @pytest.mark.parametrize("secret", SECRETS["secrets"])
    def test_what_openssl_signs_with_any_of_the_secrets_is_taken(self, secret: str) -> None:
        body = (EVENTS / "woocommerce/order.created.processing.json").read_bytes()
        self.check(signed_by_openssl(body, secret), body)

    def test_a_signature_known_beforehand(self) -> None:
        # RFC 4231, test case 2.
        mac = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        headers = {"x-wc-webhook-signature": base64.b64encode(bytes.fromhex(mac)).decode()}
        body, secrets = b"what do ya want for nothing?", {"secrets": ["Jefe"]}
        WOOCOMMERCE.verify(headers=headers, body=body, secrets=secrets, now=RECEIVED)

    @pytest.mark.parametrize(
        "signature", [None, "", "çöp", "\udcff", "====", signed_by_openssl(b"{}", "old-secret")]
    )
    def test_anything_else_is_refused(self, signature: str | None) -> None:
        with pytest.raises(SignatureError):
            self.check(signature, b'{"id": 1}')

    def test_without_a_secret_everything_is(self) -> None:
        headers = {"x-wc-webhook-signature": signed_by_openssl(b"{}", "x")}
        unusable: list[dict[str, list[str]]] = [{}, {"secrets": []}, {"secrets": [""]}]
        for secrets in unusable:
            with pytest.raises(SignatureError):
                WOOCOMMERCE.verify(headers=headers, body=b"{}", secrets=secrets, now=RECEIVED)

    def test_there_is_no_handshake(self) -> None:
        with pytest.raises(NotFound):
            WOOCOMMERCE.handshake(query={}, secrets=SECRETS)


class TestEvents:
    def test_a_new_order(self) -> None:
        assert recorded("woocommerce/order.created.processing") == [
            OrderSnapshot(
                platform="woocommerce",
                shop=SHOP,
                order_id="4711",
                updated_at=datetime(2026, 11, 9, 8, 14, 35, tzinfo=UTC),
                name="4711",
                buyer=Buyer(
                    handles=(Handle(kind="woocommerce", account=SHOP, value="58"),),
                    name="Zeynep Arslan",
                    locale="tr",
                    email="zeynep.arslan@example.com",
                    phone="0532 555 01 44",
                ),
                placed_at=datetime(2026, 11, 9, 8, 14, 32, tzinfo=UTC),
                currency="TRY",
                total=Decimal("825.00"),
                items=(
                    Item(product_id="312", title="Etiyopya Guji – 250 g", quantity=2),
                    Item(product_id="287", title="Kâğıt Filtre & Huni", quantity=1),
                ),
                country="TR",
            )
        ]

    def test_a_guest_has_an_address_but_no_handle(self) -> None:
        snapshot = snapshot_of(recorded("woocommerce/order.created.guest_on_hold"))
        assert snapshot.buyer == Buyer(
            name="Thomas O'Brien", email="thomas.obrien@example.com", phone="+353 91 555 017"
        )
        assert (snapshot.name, snapshot.currency) == ("KA-4712", "EUR")

    def test_cancelled_when_it_is_first_told(self) -> None:
        snapshot = snapshot_of(recorded("woocommerce/order.updated.cancelled"))
        assert snapshot.cancelled_at == datetime(2026, 11, 17, 20, 0, 3, tzinfo=UTC)

    def test_a_part_given_back(self) -> None:
        told = recorded("woocommerce/order.updated.part_refund")
        assert told[-1] == RefundMade(
            platform="woocommerce",
            shop=SHOP,
            order_id="4711",
            refund_id="4760",
            at=datetime(2026, 11, 14, 9, 2, 11, tzinfo=UTC),
            amount=Decimal("185.00"),
            currency="TRY",
        )
        assert not add_up(*told)[f"woocommerce:{SHOP}:4711"].refunded

    def test_all_given_back(self) -> None:
        told = recorded("woocommerce/order.updated.refunded")
        assert snapshot_of(told).fully_refunded
        assert sum(one.amount for one in told if isinstance(one, RefundMade)) == 2760

    def test_php_has_nothing_to_say(self) -> None:
        assert recorded("woocommerce/order.updated.php_nothing") == [
            OrderSnapshot(
                platform="woocommerce",
                shop=SHOP,
                order_id="4731",
                updated_at=datetime(2026, 11, 14, 21, 10, 1, tzinfo=UTC),
                name="4731",
                placed_at=datetime(2026, 11, 14, 21, 10, tzinfo=UTC),
                items=(Item(product_id=None, title="Hediye Kartı", quantity=1),),
            )
        ]

    def test_restored_from_the_bin_it_is_an_order_again(self) -> None:
        snapshot = snapshot_of(recorded("woocommerce/order.restored"))
        assert (snapshot.order_id, snapshot.test) == ("4730", True)

    @pytest.mark.parametrize(
        ("name", "what"),
        [
            ("order.created.checkout_draft", "order.created.checkout-draft"),
            ("order.deleted", "order.deleted"),
            ("order.updated.gone", "order.updated.woocommerce_rest_shop_order_invalid_id"),
            ("customer.updated", "customer.updated"),
            (
                "action.woocommerce_order_status_changed",
                "action.woocommerce_order_status_changed",
            ),
        ],
    )
    def test_what_is_no_order_is_kept_raw_and_counted(self, name: str, what: str) -> None:
        assert recorded(f"woocommerce/{name}") == [Ignored(channel="woocommerce", what=what)]

    @pytest.mark.parametrize("topic", [None, "", " ", "product.updated", "coupon.created"])
    def test_other_topics_need_not_even_be_json(self, topic: str | None) -> None:
        (ignored,) = deliver(b"[]", topic=topic, source=None)
        assert isinstance(ignored, Ignored)
        assert ignored.what == ((topic or "").strip() or "no_topic")


class TestArrival:
    AT = datetime(2026, 11, 14, 10, tzinfo=UTC)
    COMPLETED = datetime(2026, 11, 12, 13, 40, 1, tzinfo=UTC)

    def test_completed_is_all_that_a_plain_shop_says(self) -> None:
        told = recorded("woocommerce/order.updated.completed")
        assert arrived(told) == [("order", self.COMPLETED)]

    def test_once_completed_stays_delivered(self) -> None:
        later = updated(status="refunded", date_completed_gmt="2026-11-12T13:40:01")
        assert arrived(later) == [("order", self.COMPLETED)]

    def test_completed_without_its_time(self) -> None:
        assert arrived(updated(status="wc-completed")) == [("order", self.AT)]

    @pytest.mark.parametrize("status", ["delivered", "wc-delivered", "hezarfen-delivered"])
    def test_plugins_have_a_status_of_their_own(self, status: str) -> None:
        assert arrived(updated(status=status)) == [("order", self.AT)]

    @pytest.mark.parametrize("status", ["processing", "shipped", "partial-shipped", "", None])
    def test_under_way_is_not_delivered(self, status: str | None) -> None:
        assert arrived(updated(status=status)) == []

    def test_tracked_parcels_know_better_than_the_order(self) -> None:
        assert arrived(recorded("woocommerce/order.updated.tracked_in_transit")) == []
        told = recorded("woocommerce/order.updated.tracked_delivered")
        assert arrived(told) == [("parcel-0", datetime(2026, 11, 15, 12, 44, 30, tzinfo=UTC))]

    def test_parcels_in_a_list_with_gaps(self) -> None:
        parcels = {"1": {"status": "in_transit"}, "4": {"status": "delivered"}, "5": None}
        meta = [{"key": "shipment_status", "value": parcels}, {"key": "shipment_status"}]
        told = updated(status="completed", meta_data=meta)
        assert arrived(told) == [("parcel-4", self.AT)]

    def test_a_brand_may_name_its_own_statuses(self) -> None:
        shop = WooCommerce(delivered=["teslim-edildi"])
        completed = {"id": 1, "status": "completed", "date_completed_gmt": "2026-11-12T13:40:01"}
        assert arrived(deliver(completed, shop=shop)) == []
        theirs = {**completed, "status": "teslim-edildi", "date_modified_gmt": "2026-11-14T10:00"}
        assert arrived(deliver(theirs, shop=shop)) == [("order", self.AT)]


class TestShapes:
    def test_almost_nothing_is_enough(self) -> None:
        now = RECEIVED.replace(microsecond=123000)
        assert deliver({"id": "12"}) == [
            OrderSnapshot(
                platform="woocommerce",
                shop=SHOP,
                order_id="12",
                name="12",
                updated_at=now,
                placed_at=now,
            )
        ]

    def test_an_older_payload_never_overwrites_a_newer_one(self) -> None:
        new = updated(number="new", date_modified_gmt="2026-11-14T10:00:01")
        old = updated(number="old", date_modified_gmt="2026-11-14T10:00:00")
        for told in (new + old, old + new):
            assert add_up(*told)[f"woocommerce:{SHOP}:1"].name == "new"

    @pytest.mark.parametrize(
        ("gmt", "local", "hour"),
        [
            ("2026-11-09T08:00:00", "2026-11-09T11:00:00", 8),
            (None, "2026-11-09T11:00:00", 11),
            ("", "2026-11-09T11:00:00", 11),
            ("0000-00-00T00:00:00", "2026-11-09T11:00:00", 11),
        ],
    )
    def test_times_are_utc_without_saying_so(self, gmt: str | None, local: str, hour: int) -> None:
        snapshot = snapshot_of(updated(date_created_gmt=gmt, date_created=local))
        assert snapshot.placed_at == datetime(2026, 11, 9, hour, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("source", "shop"),
        [
            ("https://Shop.example/", "shop.example"),
            ("http://shop.example", "shop.example"),
            ("shop.example/magaza/", "shop.example/magaza"),
            ("https://shop.example/magaza/?lang=tr#x", "shop.example/magaza"),
            ("https://user:pw@shop.example:8443/", "shop.example:8443"),
        ],
    )
    def test_a_shop_has_one_name(self, source: str, shop: str) -> None:
        assert snapshot_of(deliver({"id": 1}, source=source)).shop == shop

    @pytest.mark.parametrize("source", [None, "", "/", "https://", "http://[", "x" * 999, "a\x00b"])
    def test_a_shop_without_a_name_is_refused(self, source: str | None) -> None:
        with pytest.raises(ParseError, match="x-wc-webhook-source"):
            deliver({"id": 1}, source=source)

    @pytest.mark.parametrize(
        ("given", "locale"),
        [
            ({"meta_data": [{"key": "wpml_language", "value": "pt-br"}]}, "pt-br"),
            ({"meta_data": [{"key": "trp_language", "value": "tr_TR"}]}, "tr-TR"),
            ({"lang": "de"}, "de"),
            ({"lang": "the shop's own", "meta_data": [None, {"key": 7}]}, None),
        ],
    )
    def test_the_language_is_a_plugins_word(self, given: Any, locale: str | None) -> None:
        buyer = snapshot_of(updated(customer_id=5, **given)).buyer
        assert buyer is not None
        assert buyer.locale == locale

    @pytest.mark.parametrize("customer_id", [0, "0", "", None, False, []])
    def test_a_guest_by_any_name(self, customer_id: Any) -> None:
        assert snapshot_of(updated(customer_id=customer_id)).buyer is None

    def test_a_present_goes_to_somebody_else(self) -> None:
        shipping = {"first_name": "Deniz", "phone": "+905320000002", "country": "cy"}
        snapshot = snapshot_of(updated(shipping=shipping))
        assert (snapshot.buyer, snapshot.country) == (None, "CY")

    def test_numbers_as_php_writes_them(self) -> None:
        line = {"product_id": "9007199254740993", "name": 501, "quantity": "2.5"}
        snapshot = snapshot_of(updated(total=19.9, line_items=[line, None]))
        assert snapshot.total == Decimal("19.9")
        assert snapshot.items == (Item(product_id="9007199254740993", title="501", quantity=2),)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "`id`"),
            ({"id": 0}, "`id`"),
            ({"id": []}, "`id`"),
            ({"id": "9" * 65}, "`id`"),
            ({"id": 1, "total": "12,50"}, "`total`"),
            ({"id": 1, "total": "1e99"}, "`total`"),
            ({"id": 1, "total": "NaN"}, "`total`"),
            ({"id": 1, "total": "9" * 999}, "`total`"),
            ({"id": 1, "customer_id": "9" * 65}, "`customer_id`"),
            ({"id": 1, "refunds": [{"total": "-1"}]}, r"refunds\[0\].id"),
            ({"id": 1, "refunds": [{"id": 5, "total": "all"}]}, r"refunds\[0\].total"),
            ({"id": 1, "line_items": [{"quantity": "many"}]}, r"line_items\[0\].quantity"),
            ({"id": 1, "line_items": ["x"]}, "line_items"),
            ({"order": {"id": 1, "order_number": 1}}, "Legacy API"),
            ({"code": "woocommerce_rest_cannot_view", "data": {"status": 401}}, "cannot_view"),
            ({"code": "woocommerce_rest_cannot_view", "data": None}, "cannot_view"),
            (b"webhook_id=7", "JSON"),
        ],
    )
    def test_what_is_wrong_is_named(self, body: Any, field: str) -> None:
        with pytest.raises(ParseError, match=field):
            deliver(body)

    def test_personal_data_stays_out_of_errors(self) -> None:
        with pytest.raises(ParseError) as caught:
            updated(total="zeynep.arslan@example.com")
        assert "zeynep" not in str(caught.value)

    def test_every_fact_names_its_order(self) -> None:
        for name in ("order.updated.part_refund", "order.updated.refunded"):
            for fact in recorded(f"woocommerce/{name}"):
                assert isinstance(fact, OrderChange)
                assert fact.order_key.startswith(f"woocommerce:{SHOP}:47")
