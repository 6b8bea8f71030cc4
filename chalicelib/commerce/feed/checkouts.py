"""From the feed's checkout to a sighting of it."""

from decimal import Decimal

from chalicelib.commerce.checkouts import safe_url
from chalicelib.commerce.facts import CheckoutSeen
from chalicelib.commerce.feed import wire
from chalicelib.commerce.feed.orders import PLATFORM, Told, buyer_of, items_of
from chalicelib.commerce.wire import key_id
from chalicelib.errors import ParseError

UPDATED, COMPLETED = "checkout.updated", "checkout.completed"
TYPES = frozenset({UPDATED, COMPLETED})


def fact_of(checkout: wire.Checkout | None, told: Told) -> CheckoutSeen:
    """Raises ParseError naming what is missing."""
    if checkout is None:
        raise ParseError("Object missing required field `checkout` - at `$.data`")
    completed_at = told.at if told.what == COMPLETED else None
    return CheckoutSeen(
        platform=PLATFORM,
        shop=told.shop,
        checkout_id=key_id(checkout.id, f"{told.path}.id"),
        updated_at=checkout.updated_at or told.at,
        started_at=checkout.started_at,
        buyer=buyer_of(checkout.customer, told) if checkout.customer else None,
        currency=checkout.currency or "",
        total=Decimal(0) if checkout.total is None else checkout.total,
        items=items_of(checkout.items, told),
        country=checkout.country.upper() if checkout.country else None,
        url=safe_url(checkout.url),
        completed_at=checkout.completed_at or completed_at,
    )
