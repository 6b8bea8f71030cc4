"""From the feed's order to facts about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.channels.base import Handle
from chalicelib.channels.handles import email_handle, phone_handle
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
from chalicelib.commerce.feed import wire
from chalicelib.commerce.wire import first_mail, first_text, key_id
from chalicelib.errors import ParseError

PLATFORM = "orders"
PLACED, UPDATED, DELIVERED, CANCELLED, REFUNDED = (
    f"order.{what}" for what in ("placed", "updated", "delivered", "cancelled", "refunded")
)
TYPES = frozenset({PLACED, UPDATED, DELIVERED, CANCELLED, REFUNDED})
_WHOLE = "order"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What happened, in which shop and when; `path` is where in the JSON its order stands."""

    what: str
    shop: str
    at: datetime
    path: str


def facts_of(order: wire.Order, told: Told) -> list[OrderChange]:
    """What an order of the feed says. Raises ParseError naming what is missing."""
    order_id = key_id(order.id, f"{told.path}.id")
    arrived = _arrivals(order, told, order_id)
    returned = _refunds(order, told, order_id)
    if told.what == PLACED or order.placed_at is not None:
        return [_snapshot(order, told, order_id), *arrived, *returned]
    if told.what == DELIVERED or (told.what == REFUNDED and returned):
        return [*arrived, *returned]
    raise ParseError(f"`{told.path}.placed_at` is missing: {told.what} tells the whole order")


def _snapshot(order: wire.Order, told: Told, order_id: str) -> OrderSnapshot:
    cancelled_at = told.at if told.what == CANCELLED else None
    return OrderSnapshot(
        platform=PLATFORM,
        shop=told.shop,
        order_id=order_id,
        updated_at=order.updated_at or told.at,
        name=clean_name(order.number) or order_id,
        buyer=buyer_of(order.customer, told) if order.customer else None,
        placed_at=order.placed_at or told.at,
        currency=order.currency or "",
        total=Decimal(0) if order.total is None else order.total,
        items=items_of(order.items, told),
        cancelled_at=order.cancelled_at or cancelled_at,
        fully_refunded=bool(order.fully_refunded) or (told.what == REFUNDED and not order.refunds),
        test=bool(order.test),
        country=order.country.upper() if order.country else None,
        coupons=tuple(dict.fromkeys(code.strip() for code in order.coupons or () if code.strip())),
        checkouts=()
        if order.checkout_id is None
        else (key_id(order.checkout_id, f"{told.path}.checkout_id"),),
    )


def items_of(items: list[wire.Item] | None, told: Told) -> tuple[Item, ...]:
    return tuple(_item(item, f"{told.path}.items[{n}]") for n, item in enumerate(items or ()))


def _item(item: wire.Item, path: str) -> Item:
    return Item(
        product_id=None
        if item.product_id is None
        else key_id(item.product_id, f"{path}.product_id"),
        title=clean_name(item.title) or "",
        quantity=item.quantity,
    )


def buyer_of(customer: wire.Customer, told: Told) -> Buyer:
    """Addresses identify somebody only if the shop says that it has checked them."""
    own = mail = phone = None
    if customer.id is not None:
        value = key_id(customer.id, f"{told.path}.customer.id")
        own = Handle(kind=PLATFORM, account=told.shop, value=value)
    if customer.email and customer.email_verified:
        mail = email_handle(customer.email)
    if customer.phone and customer.phone_verified:
        phone = phone_handle(customer.phone)
    return Buyer(
        handles=tuple(handle for handle in (own, mail, phone) if handle),
        name=clean_name(customer.name),
        locale=first_text(customer.locale),
        email=first_mail(customer.email),
        phone=first_text(customer.phone),
        email_marketing=customer.email_marketing,
        email_marketing_at=customer.email_marketing_at,
    )


def _arrivals(order: wire.Order, told: Told, order_id: str) -> list[ShipmentDelivered]:
    """Parcel by parcel where the shop tells so; the order as one otherwise."""
    arrived = {
        key_id(shipment.id, f"{told.path}.shipments[{n}].id"): shipment.delivered_at
        for n, shipment in enumerate(order.shipments or ())
        if shipment.delivered_at
    }
    if order.delivered_at:
        arrived[_WHOLE] = order.delivered_at
    if told.what == DELIVERED and not arrived:
        arrived[_WHOLE] = told.at
    return [
        ShipmentDelivered(
            platform=PLATFORM, shop=told.shop, order_id=order_id, fulfillment_id=name, at=at
        )
        for name, at in arrived.items()
    ]


def _refunds(order: wire.Order, told: Told, order_id: str) -> list[RefundMade]:
    return [
        RefundMade(
            platform=PLATFORM,
            shop=told.shop,
            order_id=order_id,
            refund_id=key_id(refund.id, f"{told.path}.refunds[{index}].id"),
            at=refund.at or told.at,
            amount=abs(refund.amount),
            currency=refund.currency or order.currency,
            # No money went back: it is the goods that did.
            returned=0 if refund.amount else ALL_UNITS,
        )
        for index, refund in enumerate(order.refunds or ())
    ]
