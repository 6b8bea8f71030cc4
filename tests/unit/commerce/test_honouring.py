"""Our codes in the shops: the very requests, and what each answer means. No shop was reached."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels.base import NotSent, Unknown
from chalicelib.commerce.honouring import Shops
from chalicelib.commerce.registry import CODES
from chalicelib.errors import ConfigurationError, PlatformRefused, Unavailable
from chalicelib.store.outreach_records import Coupon
from tests.support.transports import Recorder, Reply, answer

COUPON = Coupon(
    code="KV7P2-9XQ4M",
    customer_id="cus_1",
    reason="cart",
    percent=7,
    issued_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    expires_at=datetime(2026, 11, 26, 10, tzinfo=UTC),
)
SHOPIFY = {"shop": "kahve.myshopify.com", "access_token": "shpat_1"}
WOO = {"url": "https://kahve.example/magaza/", "consumer_key": "ck_1", "consumer_secret": "cs_1"}
ODD: tuple[Any, ...] = (b"", b"<html>", {}, {"data": None}, [])
CREATED: Any = {"data": {"discountCodeBasicCreate": {"userErrors": []}}}


def user_error(code: str) -> dict[str, Any]:
    wrong = [{"field": ["basicCodeDiscount", "code"], "code": code, "message": "no"}]
    return {"data": {"discountCodeBasicCreate": {"codeDiscountNode": None, "userErrors": wrong}}}


def create(platform: str, *replies: Reply, **account: str) -> Recorder:
    recorder = Recorder(*replies)
    given = {"shopify": SHOPIFY, "woocommerce": WOO}[platform] | account
    CODES[platform](COUPON, given, recorder)
    return recorder


class TestShopify:
    def test_the_request(self) -> None:
        request = create("shopify", answer(body=CREATED)).last
        assert request.url == "https://kahve.myshopify.com/admin/api/2026-07/graphql.json"
        assert request.headers == {
            "x-shopify-access-token": "shpat_1",
            "content-type": "application/json",
        }
        assert "discountCodeBasicCreate(basicCodeDiscount: $discount)" in request.json["query"]
        assert request.json["variables"] == {
            "discount": {
                "title": "KV7P2-9XQ4M (cart)",
                "code": "KV7P2-9XQ4M",
                "startsAt": "2026-11-23T10:00:00.000Z",
                "endsAt": "2026-11-26T10:00:00.000Z",
                "usageLimit": 1,
                "appliesOncePerCustomer": True,
                "context": {"all": "ALL"},
                "customerGets": {"value": {"percentage": 0.07}, "items": {"all": True}},
            }
        }

    def test_another_version_and_a_short_name(self) -> None:
        recorder = create("shopify", answer(body=CREATED), shop="kahve", api_version="2027-01")
        assert recorder.url == "https://kahve.myshopify.com/admin/api/2027-01/graphql.json"

    def test_a_code_that_is_there_already_is_fine(self) -> None:
        create("shopify", answer(body=user_error("TAKEN")))

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (answer(body=user_error("INVALID")), PlatformRefused),
            (
                answer(body={"errors": [{"message": "x", "extensions": {"code": "THROTTLED"}}]}),
                Unavailable,
            ),
            (
                answer(
                    body={"errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}]}
                ),
                ConfigurationError,
            ),
            (answer(body={"errors": [{"message": "Field doesn't exist"}]}), PlatformRefused),
            (answer(404, {"errors": "Not Found"}), PlatformRefused),
            (answer(401, {"errors": "[API] Invalid API key"}), ConfigurationError),
            *((answer(status), Unavailable) for status in (429, 500, 503)),
            *((answer(body=odd), Unavailable) for odd in ODD),
            (NotSent(code="x", detail="no connection"), Unavailable),
            (Unknown(code="x", detail="no whole reply"), Unavailable),
        ],
    )
    def test_other_answers(self, reply: Reply, error: type[Exception]) -> None:
        with pytest.raises(error) as raised:
            create("shopify", reply)
        assert "shpat_1" not in str(raised.value)


class TestWooCommerce:
    def test_the_request(self) -> None:
        request = create("woocommerce", answer(201, {"id": 7})).last
        assert request.url == "https://kahve.example/magaza/wp-json/wc/v3/coupons"
        assert request.headers["authorization"] == "Basic Y2tfMTpjc18x"
        assert request.json == {
            "code": "KV7P2-9XQ4M",
            "discount_type": "percent",
            "amount": "7",
            "usage_limit": 1,
            "usage_limit_per_user": 1,
            "date_expires": "2026-11-26T10:00:00Z",
            "description": "cart",
        }

    def test_a_code_that_is_there_already_is_fine(self) -> None:
        code = "woocommerce_rest_coupon_code_already_exists"
        create("woocommerce", answer(400, {"code": code, "message": "exists"}))

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (answer(400, {"code": "rest_invalid_param", "message": "x"}), PlatformRefused),
            (answer(404, b"<html>"), PlatformRefused),
            (answer(401, {"code": "woocommerce_rest_cannot_create"}), ConfigurationError),
            (answer(502, b"<html>"), Unavailable),
            (Unknown(code="x", detail="no whole reply"), Unavailable),
        ],
    )
    def test_other_answers(self, reply: Reply, error: type[Exception]) -> None:
        with pytest.raises(error) as raised:
            create("woocommerce", reply)
        assert "cs_1" not in str(raised.value)


@pytest.mark.parametrize(
    ("platform", "missing"),
    [
        ("shopify", "access_token"),
        ("shopify", "shop"),
        ("woocommerce", "url"),
        ("woocommerce", "consumer_key"),
        ("woocommerce", "consumer_secret"),
    ],
)
def test_what_the_secret_lacks_is_named(platform: str, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        create(platform, answer(), **{missing: ""})


def test_every_shop_is_told_and_none_without_credentials() -> None:
    recorder = Recorder(answer(body=CREATED), answer(201, {"id": 7}))
    accounts = [("shopify", SHOPIFY), ("woocommerce", WOO)]
    Shops(accounts=lambda: accounts, transport=lambda: recorder).make_valid(COUPON)
    assert [json.loads(r.body).get("code") for r in recorder.requests] == [None, "KV7P2-9XQ4M"]
    Shops(accounts=list, transport=lambda: recorder).make_valid(COUPON)
    assert len(recorder.requests) == 2


def test_a_shop_that_does_not_take_the_code_is_not_in_the_others_way() -> None:
    recorder = Recorder(answer(401, b""), answer(201, {"id": 7}))
    accounts = [("shopify", SHOPIFY), ("woocommerce", WOO)]
    with pytest.raises(ConfigurationError, match="Shopify"):
        Shops(accounts=lambda: accounts, transport=lambda: recorder).make_valid(COUPON)
    assert recorder.json["code"] == "KV7P2-9XQ4M"
