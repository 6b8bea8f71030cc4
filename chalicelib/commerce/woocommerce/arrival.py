"""When a WooCommerce order has reached its buyer, of which WooCommerce itself has no notion.

In this order:

1. TrackShip's shipment statuses among the order's meta data, if it keeps any: parcel by parcel.
2. The order's status, if it is one that counts as delivered. Which do is up to the brand:
   `DELIVERED` has those of common plugins, and "completed", which is all a shop without such a
   plugin ever says.
3. That it once was completed (`date_completed_gmt`), if "completed" counts: a webhook which never
   came is never sent again, and the next one heals it.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice

from chalicelib.commerce.woocommerce import wire

COMPLETED = "completed"
DELIVERED = ("delivered", "hezarfen-delivered", COMPLETED)
_PARCELS = ("ts_shipment_status", "shipment_status")
_WHOLE = "order"
_LONGEST_PLACE = 40
_MOST_PARCELS = 1000


def arrivals(
    order: wire.Order, status: str, updated_at: datetime, delivered: Collection[str]
) -> list[tuple[str, datetime]]:
    """(name of the parcel, when it arrived) of all that arrived."""
    parcels = dict(_parcels(order))
    if parcels:
        return [(name, updated_at) for name, state in parcels.items() if state == "delivered"]
    completed_at = wire.moment(order.date_completed_gmt, order.date_completed)
    if COMPLETED in delivered and completed_at is not None:
        return [(_WHOLE, completed_at)]
    return [(_WHOLE, updated_at)] if status in delivered else []


def _parcels(order: wire.Order) -> Iterator[tuple[str, str]]:
    """Parcels by their place in TrackShip's list, with their states."""
    for meta in wire.members(order.meta_data):
        if meta.key in _PARCELS:
            value = meta.value
            listed = value.items() if isinstance(value, Mapping) else _numbered(value)
            for place, parcel in islice(listed, _MOST_PARCELS):
                state = parcel.get("status") if isinstance(parcel, Mapping) else None
                if isinstance(state, str) and state:
                    yield f"parcel-{place[:_LONGEST_PLACE]}", state


def _numbered(value: object) -> list[tuple[str, object]]:
    return [
        (str(place), one)
        for place, one in enumerate(value[:_MOST_PARCELS] if isinstance(value, list) else ())
    ]
