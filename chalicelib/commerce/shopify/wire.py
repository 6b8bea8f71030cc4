"""The part of Shopify's webhook JSON that Temas reads (Admin REST shapes).

Everything may be null or absent, since the API version, the app's scopes and the shop's privacy
settings each take fields away; what is there must have its documented type.
"""

from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib.commerce.wire import MANY, Id, Moment, Wire


class Address(msgspec.Struct, kw_only=True):
    name: str | None = None
    phone: str | None = None
    country_code: str | None = None


class EmailConsent(Wire):
    state: str | None = None
    consent_updated_at: Moment | None = None


class Customer(msgspec.Struct, kw_only=True):
    id: Id | None = None
    email: str | None = None
    verified_email: bool | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email_marketing_consent: EmailConsent | None = None
    default_address: Address | None = None


class LineItem(msgspec.Struct, kw_only=True):
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


class ReturnedLine(msgspec.Struct, kw_only=True):
    """`restock_type` is "return" for what the buyer has had and sends back; "cancel" for what
    never left."""

    quantity: int | None = None
    restock_type: str | None = None


class Refund(Wire):
    id: Id | None = None
    order_id: Id | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None
    transactions: Annotated[list[Transaction], MANY] | None = None
    refund_line_items: Annotated[list[ReturnedLine], MANY] | None = None


class DiscountCode(msgspec.Struct, kw_only=True):
    code: str | None = None


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
    checkout_id: Id | None = None
    checkout_token: str | None = None
    discount_codes: Annotated[list[DiscountCode], MANY] | None = None
    discount_applications: Annotated[list[DiscountCode], MANY] | None = None
    line_items: Annotated[list[LineItem], MANY] | None = None
    fulfillments: Annotated[list[Fulfillment], MANY] | None = None
    refunds: Annotated[list[Refund], MANY] | None = None


class Checkout(Wire):
    id: Id | None = None
    token: str | None = None
    email: str | None = None
    phone: str | None = None
    customer: Customer | None = None
    customer_locale: str | None = None
    buyer_accepts_marketing: bool | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    completed_at: Moment | None = None
    currency: str | None = None
    presentment_currency: str | None = None
    total_price: Decimal | None = None
    abandoned_checkout_url: str | None = None
    line_items: Annotated[list[LineItem], MANY] | None = None


ORDER = msgspec.json.Decoder(Order)
FULFILLMENT = msgspec.json.Decoder(Fulfillment)
FULFILLMENT_EVENT = msgspec.json.Decoder(FulfillmentEvent)
REFUND = msgspec.json.Decoder(Refund)
CHECKOUT = msgspec.json.Decoder(Checkout)
