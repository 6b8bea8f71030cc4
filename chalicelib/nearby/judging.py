"""What a report of a position changes: nothing, or where its customer is now. Pure.

Only the newest position counts. What is late, stale or too inexact is ignored: it is no mistake of
the caller's, and sending it again would change nothing. What no device can have measured is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from chalicelib import events
from chalicelib.clock import iso, to_millis
from chalicelib.errors import InvalidRequest
from chalicelib.events import Event
from chalicelib.nearby.geometry import Report, entering, whereabouts
from chalicelib.nearby_sections import Nearby, Store
from chalicelib.store.location_records import KEPT, Location

FRESH = timedelta(minutes=15)
"""An older position says where somebody was, not where they are."""

AHEAD = timedelta(minutes=2)
"""By which a device's clock may run ahead of ours."""

DIGITS = 5
"""Of a degree that are kept: about a metre, which is more than any phone knows."""


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """The answer to a report: at which store they are now, and whether this report says that they
    have just come there."""

    store: str | None
    entered: bool


def check(report: Report, now: datetime) -> None:
    """Raises InvalidRequest for what can't be a position of now, naming the field. The numbers stay
    out of the message: messages are logged by who gets them."""
    if not (isfinite(report.lat) and -90 <= report.lat <= 90):
        raise InvalidRequest("lat must be degrees from -90 to 90: are lat and lon swapped?")
    if not (isfinite(report.lon) and -180 <= report.lon <= 180):
        raise InvalidRequest("lon must be degrees from -180 to 180: turn what is beyond by 360")
    if not (isfinite(report.accuracy_m) and report.accuracy_m >= 0):
        raise InvalidRequest(
            "accuracy_m must be metres, 0 or more: a device that gives less has no position to send"
        )
    if report.at > now + AHEAD:
        raise InvalidRequest(
            "at lies in the future: send when the position was measured, by a clock that is right"
        )


def taken(
    kept: Location | None,
    report: Report,
    *,
    customer_id: str,
    agreed_at: datetime,
    stores: Sequence[Store],
    rules: Nearby,
    now: datetime,
) -> Location | None:
    """The location to keep instead of `kept`; None if the report changes nothing.

    What was measured before the customer agreed (`agreed_at`) is no position that they let us have.
    """
    late = kept is not None and report.at <= kept.at
    earliest = max(now - FRESH, to_millis(agreed_at))
    if late or report.at < earliest or report.accuracy_m > rules.accuracy_m:
        return None
    before = kept.store_id if kept else None
    here = whereabouts(before, report, stores)
    entered = entering(before, report, stores)
    stayed = kept.entered_at if kept and here and not entered else None
    return Location(
        customer_id=customer_id,
        at=report.at,
        lat=round(report.lat, DIGITS),
        lon=round(report.lon, DIGITS),
        accuracy_m=round(report.accuracy_m, 1),
        store_id=here.id if here else None,
        entered_at=report.at if entered else stayed,
        outbox=(_told(customer_id, entered.id, report.at),) if entered else (),
        expires_at=report.at + KEPT,
    )


def answer(kept: Location | None, report: Report) -> Whereabouts:
    """What `kept` says to this report: to a repeated one the same as the first time."""
    if kept is None:
        return Whereabouts(store=None, entered=False)
    return Whereabouts(store=kept.store_id, entered=kept.entered_at == report.at)


def _told(customer_id: str, store_id: str, at: datetime) -> Event:
    entered = events.StoreEntered(customer_id=customer_id, store_id=store_id, at=at)
    return events.event(entered, customer_id, store_id, iso(at), at=at)
