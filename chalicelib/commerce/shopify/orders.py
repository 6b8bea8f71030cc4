"""From Shopify's shapes to facts about orders."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.channels.wire import clean_name
from chalicelib.commerce.facts import (
    Item,
    OrderChange,
    OrderSnapshot,
    RefundMade,
    ShipmentDelivered,
)
from chalicelib.commerce.shopify import buyers, wire
from chalicelib.commerce.shopify.buyers import shop_id
from chalicelib.commerce.wire import LONGEST_CODE, LONGEST_ID, MOST_CODES

PLATFORM = "shopify"
_ARRIVED = ("delivered", "picked_up")
_PAID_BACK = ("success", "pending")
_SENT_BACK = "return"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Which shop (its permanent domain) a payload is from, and the time if it tells none itself."""

    shop: str
    at: datetime


def facts_of_order(order: wire.Order, origin: Origin) -> list[OrderChange]:
    """The snapshot, and every delivery and refund that the order embeds."""
    order_id = shop_id(order.id, "id")
    snapshot = _snapshot(order, order_id, origin)
    facts: list[OrderChange] = [snapshot]
    for index, parcel in enumerate(order.fulfillments or ()):
        facts += _delivered(parcel, order_id, origin, f"fulfillments[{index}].id")
    for index, refund in enumerate(order.refunds or ()):
        facts.append(_refund(refund, order_id, origin, f"refunds[{index}].id"))
    return facts


def facts_of_fulfillment(parcel: wire.Fulfillment, origin: Origin) -> list[OrderChange]:
    return _delivered(parcel, shop_id(parcel.order_id, "order_id"), origin, "id")


def facts_of_event(event: wire.FulfillmentEvent, origin: Origin) -> list[OrderChange]:
    if event.status not in _ARRIVED:
        return []
    return [
        ShipmentDelivered(
            platform=PLATFORM,
            shop=origin.shop,
            order_id=shop_id(event.order_id, "order_id"),
            fulfillment_id=shop_id(event.fulfillment_id, "fulfillment_id"),
            at=event.happened_at or event.created_at or origin.at,
        )
    ]


def facts_of_refund(refund: wire.Refund, origin: Origin) -> list[OrderChange]:
    return [_refund(refund, shop_id(refund.order_id, "order_id"), origin, "id")]


def _snapshot(order: wire.Order, order_id: str, origin: Origin) -> OrderSnapshot:
    return OrderSnapshot(
        platform=PLATFORM,
        shop=origin.shop,
        order_id=order_id,
        updated_at=order.updated_at or origin.at,
        name=order.name or "",
        buyer=buyers.buyer_of(order, origin.shop),
        placed_at=order.created_at or order.processed_at,
        currency=order.currency or "",
        total=Decimal(0) if order.total_price is None else order.total_price,
        items=items_of(order.line_items),
        cancelled_at=order.cancelled_at,
        fully_refunded=order.financial_status == "refunded",
        test=bool(order.test),
        country=buyers.country_of(order),
        coupons=_codes(order),
        checkouts=_checkouts(order),
    )


def _codes(order: wire.Order) -> tuple[str, ...]:
    """The codes that took something off, however the payload tells of them."""
    named = (*(order.discount_codes or ()), *(order.discount_applications or ()))
    codes = (one.code.strip() for one in named if one.code)
    fit = dict.fromkeys(code for code in codes if 0 < len(code) <= LONGEST_CODE)
    return tuple(fit)[:MOST_CODES]


def _checkouts(order: wire.Order) -> tuple[str, ...]:
    """The checkout it was: by its id, and by the token that stands for it where there is none. A
    name that no checkout is kept under is no reason to lose an order."""
    told = (order.checkout_id, order.checkout_token)
    return tuple(shop_id(one, "checkout_id") for one in told if one and len(str(one)) <= LONGEST_ID)


def items_of(lines: list[wire.LineItem] | None) -> tuple[Item, ...]:
    return tuple(_item(line, index) for index, line in enumerate(lines or ()))


def _item(line: wire.LineItem, index: int) -> Item:
    id_field = f"line_items[{index}].product_id"
    return Item(
        product_id=None if line.product_id is None else shop_id(line.product_id, id_field),
        title=clean_name(line.title) or clean_name(line.name) or "",
        quantity=1 if line.quantity is None else line.quantity,
    )


def _delivered(
    parcel: wire.Fulfillment, order_id: str, origin: Origin, id_field: str
) -> list[OrderChange]:
    if parcel.shipment_status not in _ARRIVED:
        return []
    return [
        ShipmentDelivered(
            platform=PLATFORM,
            shop=origin.shop,
            order_id=order_id,
            fulfillment_id=shop_id(parcel.id, id_field),
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
        refund_id=shop_id(refund.id, id_field),
        at=refund.created_at or refund.processed_at or origin.at,
        amount=sum((t.amount for t in paid_back if t.amount is not None), Decimal(0)),
        currency=currencies[0] if currencies else None,
        returned=sum(
            max(line.quantity or 0, 0)
            for line in refund.refund_line_items or ()
            if line.restock_type == _SENT_BACK
        ),
    )
