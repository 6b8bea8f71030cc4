"""A kept position, as a frozen value. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.events import Event
from chalicelib.store.records import Record

KEPT = timedelta(hours=24)
"""How long after its moment a position is kept."""


class Location(Record, frozen=True, kw_only=True):
    """Where a customer was last: degrees (WGS 84), and by how many metres that may be wrong.
    `store_id` is the store they were at then, if any, and `entered_at` when they had come there;
    `outbox` holds what may not be on the bus yet."""

    customer_id: str
    at: datetime
    lat: float
    lon: float
    accuracy_m: float
    expires_at: datetime
    store_id: str | None = None
    entered_at: datetime | None = None
    outbox: tuple[Event, ...] = ()


def latest(found: Iterable[Location], now: datetime) -> Location | None:
    """Of one person's locations, kept under several ids, the one that counts; what has expired is
    not there."""
    fresh = [one for one in found if one.expires_at > now]
    return max(fresh, key=lambda one: one.at, default=None)
