"""Who is behind an order or a checkout at Shopify, and what they said about marketing."""

import re
from datetime import datetime
from typing import Protocol

from chalicelib.channels.base import Handle
from chalicelib.channels.handles import email_handle
from chalicelib.channels.wire import clean_name
from chalicelib.commerce.facts import Buyer
from chalicelib.commerce.shopify import wire
from chalicelib.commerce.wire import Id, first_mail, first_text, key_id, short

PLATFORM = "shopify"
_SAID = {"subscribed": True, "unsubscribed": False, "redacted": False}
"""States of a consent that are somebody's word: yes, no more, and "forget me". The others are not:
"not_subscribed" has a box that nobody ticked, "pending" a mail to confirm, "invalid" an address
that doesn't exist."""

_GLOBAL_ID = re.compile(r"gid://shopify/\w+/(\w+)(?:\?.*)?")


class Sale(Protocol):
    """What an order and a checkout have in common."""

    email: str | None
    phone: str | None
    customer: wire.Customer | None
    customer_locale: str | None
    buyer_accepts_marketing: bool | None
    billing_address: wire.Address | None
    shipping_address: wire.Address | None


def buyer_of(sale: Sale, shop: str) -> Buyer | None:
    """None when the shop knows nobody, as for a sale at the till.

    The shipping address is left alone: a present goes to somebody else than the buyer.
    """
    customer = sale.customer or wire.Customer()
    billing = sale.billing_address or wire.Address()
    said, said_at = _consent(sale, customer)
    contact = getattr(sale, "contact_email", None)
    buyer = Buyer(
        handles=_handles(customer, shop),
        name=clean_name(customer.first_name, customer.last_name) or clean_name(billing.name),
        locale=first_text(sale.customer_locale),
        email=first_mail(sale.email, contact, customer.email),
        phone=first_text(sale.phone, customer.phone, billing.phone),
        email_marketing=said,
        email_marketing_at=said_at,
    )
    return buyer if buyer.handles or buyer.name or buyer.email or buyer.phone else None


def country_of(sale: Sale) -> str | None:
    profile = sale.customer.default_address if sale.customer else None
    addresses = (sale.billing_address, sale.shipping_address, profile)
    code = first_text(*(address.country_code for address in addresses if address))
    return code.upper() if code else None


def _handles(customer: wire.Customer, shop: str) -> tuple[Handle, ...]:
    handles = []
    if customer.id is not None:
        own = shop_id(customer.id, "customer.id")
        handles.append(Handle(kind=PLATFORM, account=shop, value=own))
    email = email_handle(short(customer.email or ""))
    if email and customer.verified_email:
        handles.append(email)
    return tuple(handles)


def _consent(sale: Sale, customer: wire.Customer) -> tuple[bool | None, datetime | None]:
    """What was said and when. The box in the checkout counts only if ticked, and only where the
    customer's own state is not told."""
    consent = customer.email_marketing_consent
    if consent is None or consent.state is None:
        return (True if sale.buyer_accepts_marketing else None), None
    said = _SAID.get(consent.state)
    return said, consent.consent_updated_at if said is not None else None


def shop_id(value: Id | None, field: str) -> str:
    """One thing has one key, whether its id comes as a number, as text or in the form of the
    GraphQL API (`gid://shopify/Order/1`)."""
    text = key_id(value, field)
    found = _GLOBAL_ID.fullmatch(text)
    return found[1] if found else text
