"""The part of WooCommerce's order JSON (REST API v3) that Temas reads.

PHP and plugins have their own ways of saying nothing: `""`, `false`, `0` or `[]` where a text, a
number or an object belongs, a number where a text does, an object with numbered keys where a list
does. So every field takes anything, and the functions below say what is meant.
"""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

import msgspec

from chalicelib.clock import parse_iso, to_millis
from chalicelib.commerce.wire import MANY, MOST
from chalicelib.errors import ParseError

Scalar = str | bool | int | float | None

_LONGEST_AMOUNT = 32
_LONGEST_TEXT = 1000

T = TypeVar("T")

Many = Annotated[list[T | None], MANY] | Annotated[dict[str, T | None], MANY] | Scalar


class Address(msgspec.Struct):
    first_name: object = None
    last_name: object = None
    company: object = None
    email: object = None
    phone: object = None
    country: object = None


class LineItem(msgspec.Struct):
    product_id: object = None
    name: object = None
    quantity: object = None


class Refund(msgspec.Struct):
    id: object = None
    total: object = None


class CouponLine(msgspec.Struct):
    code: object = None


class Meta(msgspec.Struct):
    key: object = None
    value: object = None


class Order(msgspec.Struct):
    id: object = None
    number: object = None
    status: object = None
    currency: object = None
    total: object = None
    customer_id: object = None
    date_created: object = None
    date_created_gmt: object = None
    date_modified: object = None
    date_modified_gmt: object = None
    date_completed: object = None
    date_completed_gmt: object = None
    lang: object = None
    billing: Address | list[object] | Scalar = None
    shipping: Address | list[object] | Scalar = None
    line_items: Many[LineItem] = None
    coupon_lines: Many[CouponLine] = None
    refunds: Many[Refund] = None
    meta_data: Many[Meta] = None

    code: object = None
    """Of an error that WooCommerce posts in place of an order."""
    data: object = None
    order: object = None
    """Where the Legacy API, which nobody should use any more, puts everything."""


ORDER = msgspec.json.Decoder(Order)


def text(value: object) -> str:
    """The words of a field, trimmed and cut, without HTML's escapes; "" for nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    words = str(value)[:_LONGEST_TEXT]
    if "&" in words:
        from html import unescape

        words = unescape(words)
    return words.strip()


def identity(value: object) -> str:
    """An id's text; "" for none, which WooCommerce also writes as 0."""
    found = text(value)
    return "" if found == "0" else found


def amount(value: object, field: str) -> Decimal | None:
    """A sum of money, None where there is none. Raises ParseError for what is no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    written = str(value).strip()
    if not written:
        return None
    try:
        found = Decimal(written[: _LONGEST_AMOUNT + 1])
    except InvalidOperation:
        found = Decimal("NaN")
    if not (len(written) <= _LONGEST_AMOUNT and found.is_finite() and abs(found) < MOST):
        raise ParseError(f"`{field}` is not an amount of money")
    return found


def moment(gmt: object, local: object = None) -> datetime | None:
    """The moment of a `…_gmt` field, which is UTC without saying so; None for none.

    Webhooks of the API's version 1 have only the shop's own time. Its zone is not told: read as
    UTC it is some hours off, and still orders one payload after the other.
    """
    for value in (gmt, local):
        if isinstance(value, str) and value.strip():
            try:
                naive = datetime.fromisoformat(value.strip()).replace(tzinfo=UTC)
                return to_millis(parse_iso(naive.isoformat()))
            except (ValueError, ParseError):
                continue
    return None


def members(value: Many[T]) -> list[T]:
    """What a list holds, be it written as a list or as an object with numbered keys."""
    if isinstance(value, dict):
        value = list(value.values())
    return [one for one in value if one is not None] if isinstance(value, list) else []
