"""From WooCommerce's order to facts about it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.channels.base import Handle
from chalicelib.channels.wire import clean_name
from chalicelib.commerce.facts import (
    ALL_UNITS,
    Buyer,
    Item,
    OrderChange,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.wire import LONGEST_CODE, MOST_CODES, first_mail, key_id
from chalicelib.commerce.woocommerce import wire
from chalicelib.commerce.woocommerce.arrival import arrivals

PLATFORM = "woocommerce"
_LANGUAGES = ("wpml_language", "trp_language")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TEST_MODE = ("_wcpay_mode", "test")
_LONGEST = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Which shop a payload is from, the time if it tells none itself, and which statuses of an
    order mean that it has reached its buyer."""

    shop: str
    at: datetime
    delivered: Collection[str]


def status_of(order: wire.Order) -> str:
    return wire.text(order.status).removeprefix("wc-")


def facts_of_order(order: wire.Order, origin: Origin) -> list[OrderChange]:
    """The snapshot, and every arrival and refund that the order tells of. Raises ParseError."""
    order_id = key_id(wire.identity(order.id), "id")
    snapshot = _snapshot(order, order_id, origin)
    arrived = arrivals(order, status_of(order), snapshot.updated_at, origin.delivered)
    return [
        snapshot,
        *(
            ShipmentDelivered(
                platform=PLATFORM, shop=origin.shop, order_id=order_id, fulfillment_id=name, at=at
            )
            for name, at in arrived
        ),
        *_refunds(order, snapshot),
    ]


def _snapshot(order: wire.Order, order_id: str, origin: Origin) -> OrderSnapshot:
    status = status_of(order)
    updated_at = wire.moment(order.date_modified_gmt, order.date_modified) or origin.at
    billing = _address(order.billing)
    meta = {one.key: one.value for one in wire.members(order.meta_data) if isinstance(one.key, str)}
    return OrderSnapshot(
        platform=PLATFORM,
        shop=origin.shop,
        order_id=order_id,
        updated_at=updated_at,
        name=clean_name(wire.text(order.number)) or order_id,
        buyer=_buyer(order, billing, meta, origin.shop),
        placed_at=wire.moment(order.date_created_gmt, order.date_created) or updated_at,
        currency=_matching(_CURRENCY, wire.text(order.currency).upper()) or "",
        total=wire.amount(order.total, "total") or Decimal(0),
        items=tuple(_item(line, n) for n, line in enumerate(wire.members(order.line_items))),
        # WooCommerce keeps no time for these: the first payload that says so tells when.
        cancelled_at=updated_at if status == "cancelled" else None,
        fully_refunded=status == "refunded",
        test=meta.get(_TEST_MODE[0]) == _TEST_MODE[1],
        country=_country(billing) or _country(_address(order.shipping)),
        coupons=_codes(order),
    )


def _codes(order: wire.Order) -> tuple[str, ...]:
    """WooCommerce writes every code in lower case."""
    codes = (wire.text(line.code)[:LONGEST_CODE] for line in wire.members(order.coupon_lines))
    return tuple(dict.fromkeys(code for code in codes if code))[:MOST_CODES]


def _buyer(
    order: wire.Order, billing: wire.Address, meta: dict[str, object], shop: str
) -> Buyer | None:
    """None for an order that says nothing of who placed it.

    Whoever fills in the checkout writes whatever address they like: only the account counts.
    """
    customer_id = wire.identity(order.customer_id)
    account = key_id(customer_id, "customer_id") if customer_id else None
    name = clean_name(wire.text(billing.first_name), wire.text(billing.last_name))
    buyer = Buyer(
        handles=(Handle(kind=PLATFORM, account=shop, value=account),) if account else (),
        name=name or clean_name(wire.text(billing.company)),
        locale=_locale(order, meta),
        email=first_mail(wire.text(billing.email)),
        phone=wire.text(billing.phone)[:_LONGEST] or None,
    )
    return buyer if buyer.handles or buyer.name or buyer.email or buyer.phone else None


def _locale(order: wire.Order, meta: dict[str, object]) -> str | None:
    """What the plugins for shops in several languages note: WordPress writes `tr_TR`."""
    noted = (order.lang, *(meta.get(key) for key in _LANGUAGES))
    tags = (wire.text(value)[:_LONGEST].replace("_", "-") for value in noted)
    return next((tag for tag in tags if _LANGUAGE.fullmatch(tag)), None)


def _item(line: wire.LineItem, index: int) -> Item:
    id_field = f"line_items[{index}].product_id"
    product_id = wire.identity(line.product_id)
    quantity = wire.amount(line.quantity, f"line_items[{index}].quantity")
    return Item(
        product_id=key_id(product_id, id_field) if product_id else None,
        title=clean_name(wire.text(line.name)) or "",
        quantity=1 if quantity is None else int(quantity),
    )


def _refunds(order: wire.Order, snapshot: OrderSnapshot) -> list[RefundMade]:
    return [
        _refund(refund, f"refunds[{index}]", snapshot)
        for index, refund in enumerate(wire.members(order.refunds))
    ]


def _refund(refund: wire.Refund, field: str, snapshot: OrderSnapshot) -> RefundMade:
    """Their totals are negative, and their times are not told."""
    total = wire.amount(refund.total, f"{field}.total")
    return RefundMade(
        platform=PLATFORM,
        shop=snapshot.shop,
        order_id=snapshot.order_id,
        refund_id=key_id(wire.identity(refund.id), f"{field}.id"),
        at=snapshot.updated_at,
        amount=abs(total or Decimal(0)),
        currency=snapshot.currency or None,
        # No money went back: it is the goods that did.
        returned=ALL_UNITS if total == 0 else 0,
    )


def _address(value: object) -> wire.Address:
    return value if isinstance(value, wire.Address) else wire.Address()


def _country(address: wire.Address) -> str | None:
    return _matching(_COUNTRY, wire.text(address.country).upper())


def _matching(pattern: re.Pattern[str], value: str) -> str | None:
    return value if pattern.fullmatch(value) else None
