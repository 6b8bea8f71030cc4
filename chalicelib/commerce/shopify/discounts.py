"""A code of ours as a discount at Shopify, by its Admin GraphQL API."""

from typing import Any

import msgspec

from chalicelib.channels.base import Account, Transport
from chalicelib.channels.sending import setting
from chalicelib.channels.wire import decode
from chalicelib.clock import iso
from chalicelib.commerce.honouring import answer, refused
from chalicelib.errors import ConfigurationError, ParseError, Unavailable
from chalicelib.store.outreach_records import Coupon

API_VERSION = "2026-07"
"""Shopify keeps each for a year; `api_version` of the account names another."""

_SCOPE = "write_discounts"
_TAKEN = "TAKEN"

_CREATE = (
    "mutation($discount: DiscountCodeBasicInput!) {"
    " discountCodeBasicCreate(basicCodeDiscount: $discount) {"
    " codeDiscountNode { id } userErrors { field code message } } }"
)


class UserError(msgspec.Struct):
    code: str | None = None
    message: str | None = None


class Created(msgspec.Struct, rename={"errors": "userErrors"}):
    errors: list[UserError] | None = None


class Data(msgspec.Struct, rename={"created": "discountCodeBasicCreate"}):
    created: Created | None = None


class Extensions(msgspec.Struct):
    code: str | None = None


class Error(msgspec.Struct):
    message: str | None = None
    extensions: Extensions | None = None


class Reply(msgspec.Struct):
    data: Data | None = None
    errors: list[Error] | str | None = None


_REPLY = msgspec.json.Decoder(Reply)


def create(coupon: Coupon, account: Account, transport: Transport) -> None:
    """Create the discount, once, for one use; that its code is taken already means it is there.

    Raises Unavailable to be called again; ConfigurationError if the account lacks shop,
    access_token or the right to create discounts; PlatformRefused.
    """
    token = setting(account, "shopify", "access_token")
    version = setting(account, "shopify", "api_version", API_VERSION)
    body = {"query": _CREATE, "variables": {"discount": _discount(coupon)}}
    reply = transport.post(
        f"{_base(account)}/admin/api/{version}/graphql.json",
        headers={"x-shopify-access-token": token, "content-type": "application/json"},
        body=msgspec.json.encode(body),
    )
    _judge(answer(reply, "Shopify", _SCOPE).body)


def _discount(coupon: Coupon) -> dict[str, Any]:
    return {
        "title": f"{coupon.code} ({coupon.reason})",
        "code": coupon.code,
        "startsAt": iso(coupon.issued_at),
        "endsAt": iso(coupon.expires_at),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"all": "ALL"},
        "customerGets": {"value": {"percentage": coupon.percent / 100}, "items": {"all": True}},
    }


def _base(account: Account) -> str:
    if account.get("api_base"):
        return setting(account, "shopify", "api_base").rstrip("/")
    shop = setting(account, "shopify", "shop").removesuffix(".myshopify.com")
    return f"https://{shop}.myshopify.com"


def _judge(body: bytes) -> None:
    try:
        reply = decode(_REPLY, body)
    except ParseError as error:
        raise Unavailable("Shopify's answer can't be read") from error
    if isinstance(reply.errors, str):
        raise refused("Shopify", reply.errors)
    for fault in reply.errors or ():
        code = fault.extensions.code if fault.extensions else None
        if code == "ACCESS_DENIED":
            raise ConfigurationError(
                f"Shopify lets us make no codes: give the access token the scope {_SCOPE}"
            )
        if code in ("THROTTLED", "INTERNAL_SERVER_ERROR"):
            raise Unavailable(f"Shopify is busy: {code}")
        raise refused("Shopify", fault.message or code or "an error without words")
    if reply.data is None or reply.data.created is None:
        raise Unavailable("Shopify's answer says nothing")
    wrong = [one for one in reply.data.created.errors or () if one.code != _TAKEN]
    if wrong:
        raise refused("Shopify", "; ".join(one.message or one.code or "?" for one in wrong))
