"""The documented JSON of the order feed, as Temas reads it; other fields are passed over."""

from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib.channels.wire import Id
from chalicelib.commerce.wire import MANY, MOST_CODES, Moment, Wire
from chalicelib.commerce.wire import Id as ShopId

MOST_ORDERS = 1000

_MISSING = msgspec.Raw(b"null")
Url = Annotated[str, msgspec.Meta(max_length=2000)]
Label = Annotated[str, msgspec.Meta(max_length=256)]
Locale = Annotated[str, msgspec.Meta(max_length=35)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Za-z]{2}$")]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
ShopName = Annotated[str, msgspec.Meta(pattern=r"^[^\s:/]{1,128}$")]
"""It becomes part of keys: no colon, no slash, no space."""


class Customer(Wire):
    id: ShopId | None = None
    name: str | None = None
    locale: Locale | None = None
    email: Label | None = None
    email_verified: bool | None = None
    phone: Label | None = None
    phone_verified: bool | None = None
    email_marketing: bool | None = None
    email_marketing_at: Moment | None = None


class Item(msgspec.Struct, kw_only=True):
    title: str
    product_id: ShopId | None = None
    quantity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1


class Shipment(Wire):
    id: ShopId
    delivered_at: Moment | None = None


class Refund(Wire):
    id: ShopId
    amount: Decimal
    currency: Currency | None = None
    at: Moment | None = None


class Order(Wire):
    id: ShopId
    number: Label | None = None
    placed_at: Moment | None = None
    updated_at: Moment | None = None
    currency: Currency | None = None
    total: Decimal | None = None
    country: Country | None = None
    test: bool | None = None
    customer: Customer | None = None
    items: Annotated[list[Item], MANY] | None = None
    shipments: Annotated[list[Shipment], MANY] | None = None
    delivered_at: Moment | None = None
    cancelled_at: Moment | None = None
    refunds: Annotated[list[Refund], MANY] | None = None
    fully_refunded: bool | None = None
    coupons: Annotated[list[Label], msgspec.Meta(max_length=MOST_CODES)] | None = None
    checkout_id: ShopId | None = None


class Checkout(Wire):
    id: ShopId
    started_at: Moment | None = None
    updated_at: Moment | None = None
    completed_at: Moment | None = None
    currency: Currency | None = None
    total: Decimal | None = None
    country: Country | None = None
    customer: Customer | None = None
    items: Annotated[list[Item], MANY] | None = None
    url: Url | None = None


class Data(msgspec.Struct):
    shop: ShopName
    order: Order | None = None
    orders: Annotated[list[Order], msgspec.Meta(max_length=MOST_ORDERS)] | None = None
    checkout: Checkout | None = None


class Event(msgspec.Struct):
    type: Id
    timestamp: object = None
    data: msgspec.Raw = _MISSING
    """Decoded only for the types that Temas knows: others have a shape of their own."""


EVENT = msgspec.json.Decoder(Event)
DATA = msgspec.json.Decoder(Data)
