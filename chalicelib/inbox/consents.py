"""Consent as it is said: the present state on the customer, every word of it in the history."""

from collections.abc import Callable
from datetime import datetime

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.errors import Contention, NotFound
from chalicelib.store import customers
from chalicelib.store.records import Consent, Customer
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 5


def record_consent(
    customer_id: str,
    purpose: str,
    *,
    granted: bool,
    source: str,
    at: datetime,
    pause: Callable[[int], None],
    wording: str = "",
    channel: str | None = None,
) -> Customer:
    """Record a grant or withdrawal for a purpose, on one channel or (None) on all; what is older
    than what they last said about just that goes into the history only. Raises NotFound; Contention
    if others keep changing it."""
    about = f"{purpose}/{channel}" if channel else purpose
    consent = Consent(granted=granted, at=at, source=source, wording=wording)
    for attempt in range(MAX_ATTEMPTS):
        try:
            customers.set_consent(customers.get(customer_id), about, consent)
        except Refused:
            pause(attempt)
        else:
            return customers.get(customer_id)
    raise Contention(f"customer {customer_id} kept changing: repeat the call")


def note_consent(
    customer_id: str,
    purpose: str,
    *,
    granted: bool,
    channel: str,
    source: str,
    at: datetime,
    bus: Callable[[], Bus],
    pause: Callable[[int], None],
) -> None:
    """Take in a consent that another system passes on, perhaps again and again: it is recorded only
    if it is news, later than what they last said and different from it; of somebody who is no more
    there is nothing to record. Raises Contention or Unavailable to be called again."""
    try:
        known = customers.get(customer_id).consent(purpose, channel)
    except NotFound:
        return
    said = (known.granted, known.at) if known else None
    if said != (granted, at):
        if known and (known.at >= at or known.granted == granted):
            return
        record_consent(
            customer_id,
            purpose,
            granted=granted,
            source=source,
            at=at,
            pause=pause,
            channel=channel,
        )
    # Again, if it was recorded before: whoever did may not have come to tell of it.
    changed = events.ConsentChanged(
        customer_id=customer_id, purpose=purpose, granted=granted, at=at, channel=channel
    )
    parts = (customer_id, purpose, channel, at.isoformat())
    bus().publish([events.event(changed, *parts, at=at)])


def consent_event(
    customer_id: str, purpose: str, granted: bool, at: datetime, channel: str | None = None
) -> events.Event:
    """The event that tells of what was recorded."""
    changed = events.ConsentChanged(
        customer_id=customer_id, purpose=purpose, granted=granted, at=at, channel=channel
    )
    about = f"{purpose}/{channel}" if channel else purpose
    return events.event(changed, customer_id, about, at.isoformat(), at=at)
