"""From Shopify's shapes to facts about orders."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.channels.base import Handle
from chalicelib.channels.handles import email_handle
from chalicelib.channels.wire import clean_name
from chalicelib.commerce.facts import (
    Buyer,
    Item,
    OrderFact,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.shopify import wire
from chalicelib.commerce.wire import Id, first_mail, first_text, key_id, short

PLATFORM = "shopify"
_CONSENT = {
    "subscribed": True,
    "not_subscribed": False,
    "unsubscribed": False,
    "redacted": False,
    "invalid": False,
}
_ARRIVED = ("delivered", "picked_up")
_PAID_BACK = ("success", "pending")
_GLOBAL_ID = re.compile(r"gid://shopify/\w+/(\w+)(?:\?.*)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Which shop (its permanent domain) a payload is from, and the time if it tells none itself."""

    shop: str
    at: datetime


def facts_of_order(order: wire.Order, origin: Origin) -> list[OrderFact]:
    """The snapshot, and every delivery and refund that the order embeds."""
    order_id = _id(order.id, "id")
    snapshot = _snapshot(order, order_id, origin)
    facts: list[OrderFact] = [snapshot]
    for index, parcel in enumerate(order.fulfillments or ()):
        facts += _delivered(parcel, order_id, origin, f"fulfillments[{index}].id")
    for index, refund in enumerate(order.refunds or ()):
        facts.append(_refund(refund, order_id, origin, f"refunds[{index}].id"))
    return facts


def facts_of_fulfillment(parcel: wire.Fulfillment, origin: Origin) -> list[OrderFact]:
    return _delivered(parcel, _id(parcel.order_id, "order_id"), origin, "id")


def facts_of_event(event: wire.FulfillmentEvent, origin: Origin) -> list[OrderFact]:
    if event.status not in _ARRIVED:
        return []
    return [
        ShipmentDelivered(
            platform=PLATFORM,
            shop=origin.shop,
            order_id=_id(event.order_id, "order_id"),
            fulfillment_id=_id(event.fulfillment_id, "fulfillment_id"),
            at=event.happened_at or event.created_at or origin.at,
        )
    ]


def facts_of_refund(refund: wire.Refund, origin: Origin) -> list[OrderFact]:
    return [_refund(refund, _id(refund.order_id, "order_id"), origin, "id")]


def _snapshot(order: wire.Order, order_id: str, origin: Origin) -> OrderSnapshot:
    return OrderSnapshot(
        platform=PLATFORM,
        shop=origin.shop,
        order_id=order_id,
        updated_at=order.updated_at or origin.at,
        name=order.name or "",
        buyer=_buyer(order, origin.shop),
        placed_at=order.created_at or order.processed_at,
        currency=order.currency or "",
        total=Decimal(0) if order.total_price is None else order.total_price,
        items=tuple(_item(line, index) for index, line in enumerate(order.line_items or ())),
        cancelled_at=order.cancelled_at,
        fully_refunded=order.financial_status == "refunded",
        test=bool(order.test),
        country=_country(order),
    )


def _item(line: wire.LineItem, index: int) -> Item:
    id_field = f"line_items[{index}].product_id"
    return Item(
        product_id=None if line.product_id is None else _id(line.product_id, id_field),
        title=clean_name(line.title) or clean_name(line.name) or "",
        quantity=1 if line.quantity is None else line.quantity,
    )


def _buyer(order: wire.Order, shop: str) -> Buyer | None:
    """None when the shop knows nobody, as for a sale at the till.

    The shipping address is left alone: a present goes to somebody else than the buyer.
    """
    customer = order.customer or wire.Customer()
    billing = order.billing_address or wire.Address()
    buyer = Buyer(
        handles=_handles(customer, shop),
        name=clean_name(customer.first_name, customer.last_name) or clean_name(billing.name),
        locale=first_text(order.customer_locale),
        email=first_mail(order.email, order.contact_email, customer.email),
        phone=first_text(order.phone, customer.phone, billing.phone),
        email_marketing=_consent(order, customer),
    )
    return buyer if buyer.handles or buyer.name or buyer.email or buyer.phone else None


def _handles(customer: wire.Customer, shop: str) -> tuple[Handle, ...]:
    handles = []
    if customer.id is not None:
        handles.append(Handle(kind="shopify", account=shop, value=_id(customer.id, "customer.id")))
    email = email_handle(short(customer.email or ""))
    if email and customer.verified_email:
        handles.append(email)
    return tuple(handles)


def _consent(order: wire.Order, customer: wire.Customer) -> bool | None:
    consent = customer.email_marketing_consent
    if consent is None or consent.state is None:
        return order.buyer_accepts_marketing
    return _CONSENT.get(consent.state)


def _country(order: wire.Order) -> str | None:
    profile = order.customer.default_address if order.customer else None
    addresses = (order.billing_address, order.shipping_address, profile)
    code = first_text(*(address.country_code for address in addresses if address))
    return code.upper() if code else None


def _delivered(
    parcel: wire.Fulfillment, order_id: str, origin: Origin, id_field: str
) -> list[OrderFact]:
    if parcel.shipment_status not in _ARRIVED:
        return []
    return [
        ShipmentDelivered(
            platform=PLATFORM,
            shop=origin.shop,
            order_id=order_id,
            fulfillment_id=_id(parcel.id, id_field),
            at=parcel.updated_at or parcel.created_at or origin.at,
        )
    ]


def _refund(refund: wire.Refund, order_id: str, origin: Origin, id_field: str) -> RefundMade:
    paid_back = [
        transaction
        for transaction in refund.transactions or ()
        if transaction.kind == "refund" and transaction.status in _PAID_BACK
    ]
    currencies = sorted({t.currency for t in paid_back if t.currency})
    return RefundMade(
        platform=PLATFORM,
        shop=origin.shop,
        order_id=order_id,
        refund_id=_id(refund.id, id_field),
        at=refund.created_at or refund.processed_at or origin.at,
        amount=sum((t.amount for t in paid_back if t.amount is not None), Decimal(0)),
        currency=currencies[0] if currencies else None,
    )


def _id(value: Id | None, field: str) -> str:
    """One order has one key, whether its id comes as a number, as text or in the form of the
    GraphQL API (`gid://shopify/Order/1`)."""
    text = key_id(value, field)
    found = _GLOBAL_ID.fullmatch(text)
    return found[1] if found else text
