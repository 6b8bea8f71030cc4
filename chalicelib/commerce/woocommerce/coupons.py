"""A code of ours as a coupon in WooCommerce, by its REST API."""

import base64

import msgspec

from chalicelib.channels.base import Account, Transport
from chalicelib.channels.sending import setting
from chalicelib.channels.wire import decode
from chalicelib.commerce.honouring import answer, refused
from chalicelib.errors import ParseError
from chalicelib.store.outreach_records import Coupon

_EXISTS = "woocommerce_rest_coupon_code_already_exists"


class Failure(msgspec.Struct):
    code: object = None
    message: object = None


_FAILURE = msgspec.json.Decoder(Failure)


def create(coupon: Coupon, account: Account, transport: Transport) -> None:
    """Create the coupon, once, for one use; that its code exists already means it is there.

    Raises Unavailable to be called again; ConfigurationError if the account lacks url,
    consumer_key, consumer_secret or the right to create coupons; PlatformRefused.
    """
    key = setting(account, "woocommerce", "consumer_key")
    secret = setting(account, "woocommerce", "consumer_secret")
    basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
    reply = transport.post(
        f"{setting(account, 'woocommerce', 'url').rstrip('/')}/wp-json/wc/v3/coupons",
        headers={"authorization": f"Basic {basic}", "content-type": "application/json"},
        body=msgspec.json.encode(_coupon(coupon)),
    )
    found = answer(reply, "WooCommerce", "read and write (WooCommerce → Settings → REST API)")
    if not 200 <= found.status < 300:
        _judge(found.body, found.status)


def _coupon(coupon: Coupon) -> dict[str, object]:
    return {
        "code": coupon.code,
        "discount_type": "percent",
        "amount": str(coupon.percent),
        "usage_limit": 1,
        "usage_limit_per_user": 1,
        # With its zone: without one it would be read as the shop's own time.
        "date_expires": f"{coupon.expires_at:%Y-%m-%dT%H:%M:%SZ}",
        "description": coupon.reason,
    }


def _judge(body: bytes, status: int) -> None:
    try:
        failure = decode(_FAILURE, body)
    except ParseError:
        failure = Failure()
    if failure.code != _EXISTS:
        words = failure.message or failure.code or f"HTTP {status}"
        raise refused("WooCommerce", str(words))
