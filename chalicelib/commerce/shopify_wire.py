"""The part of Shopify's webhook JSON that Temas reads (Admin REST shapes).

Everything may be null or absent, since the API version, the app's scopes and the shop's privacy
settings each take fields away; what is there must have its documented type.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib.clock import EARLIEST, LATEST

Id = int | str
"""Numbers beyond 2^53, or their text."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_MOST = Decimal(10) ** 15


class Wire(msgspec.Struct, kw_only=True):
    """Refuses what the types alone let through: NaN for money, times out of any sensible range."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                setattr(self, name, _plausible(name, value))
            elif isinstance(value, Decimal) and not (value.is_finite() and abs(value) < _MOST):
                raise ValueError(f"`{name}` is not an amount of money")


def _plausible(name: str, value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        raise ValueError(f"`{name}` lies outside the years 2000 to 2099")
    return value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)


class Address(Wire):
    name: str | None = None
    phone: str | None = None
    country_code: str | None = None


class EmailConsent(Wire):
    state: str | None = None


class Customer(Wire):
    id: Id | None = None
    email: str | None = None
    verified_email: bool | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email_marketing_consent: EmailConsent | None = None
    default_address: Address | None = None


class LineItem(Wire):
    product_id: Id | None = None
    title: str | None = None
    name: str | None = None
    quantity: int | None = None


class Fulfillment(Wire):
    id: Id | None = None
    order_id: Id | None = None
    shipment_status: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None


class FulfillmentEvent(Wire):
    fulfillment_id: Id | None = None
    order_id: Id | None = None
    status: str | None = None
    happened_at: Moment | None = None
    created_at: Moment | None = None


class Transaction(Wire):
    kind: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None


class Refund(Wire):
    id: Id | None = None
    order_id: Id | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None
    transactions: list[Transaction] | None = None


class Order(Wire):
    id: Id | None = None
    name: str | None = None
    email: str | None = None
    contact_email: str | None = None
    phone: str | None = None
    customer: Customer | None = None
    customer_locale: str | None = None
    buyer_accepts_marketing: bool | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None
    updated_at: Moment | None = None
    cancelled_at: Moment | None = None
    currency: str | None = None
    total_price: Decimal | None = None
    financial_status: str | None = None
    test: bool | None = None
    line_items: list[LineItem] | None = None
    fulfillments: list[Fulfillment] | None = None
    refunds: list[Refund] | None = None


ORDER = msgspec.json.Decoder(Order)
FULFILLMENT = msgspec.json.Decoder(Fulfillment)
FULFILLMENT_EVENT = msgspec.json.Decoder(FulfillmentEvent)
REFUND = msgspec.json.Decoder(Refund)
