"""Consent as it is said: the present state on the customer, every word of it in the history."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.errors import Contention
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
) -> Customer:
    """Record a grant or withdrawal. Raises NotFound; Contention if others keep changing it."""
    consent = Consent(granted=granted, at=at, source=source, wording=wording)
    for attempt in range(MAX_ATTEMPTS):
        try:
            customers.set_consent(customers.get(customer_id), purpose, consent)
        except Refused:
            pause(attempt)
        else:
            return customers.get(customer_id)
    raise Contention(f"customer {customer_id} kept changing: repeat the call")
