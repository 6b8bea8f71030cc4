"""From Shopify's checkouts to sightings of them."""

from decimal import Decimal

from chalicelib.commerce.checkouts import safe_url
from chalicelib.commerce.facts import CheckoutSeen
from chalicelib.commerce.shopify import buyers, wire
from chalicelib.commerce.shopify.orders import PLATFORM, Origin, items_of


def fact_of_checkout(checkout: wire.Checkout, origin: Origin) -> CheckoutSeen:
    """Its total is in the currency shown to the buyer. Raises ParseError without an id or token."""
    return CheckoutSeen(
        platform=PLATFORM,
        shop=origin.shop,
        checkout_id=_name(checkout),
        updated_at=checkout.updated_at or origin.at,
        started_at=checkout.created_at,
        buyer=buyers.buyer_of(checkout, origin.shop),
        currency=checkout.presentment_currency or checkout.currency or "",
        total=Decimal(0) if checkout.total_price is None else checkout.total_price,
        items=items_of(checkout.line_items),
        country=buyers.country_of(checkout),
        url=safe_url(checkout.abandoned_checkout_url),
        completed_at=checkout.completed_at,
    )


def fact_of_deletion(checkout: wire.Checkout, origin: Origin) -> CheckoutSeen:
    return CheckoutSeen(
        platform=PLATFORM,
        shop=origin.shop,
        checkout_id=_name(checkout),
        updated_at=origin.at,
        gone=True,
    )


def _name(checkout: wire.Checkout) -> str:
    """Its id, by which orders and deletions name it; the token where a payload has none."""
    return buyers.shop_id(checkout.id if checkout.id is not None else checkout.token, "id")
