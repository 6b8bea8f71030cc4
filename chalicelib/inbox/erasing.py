"""The beginning of an erasure: the door is closed. What is kept follows, page by page
(`consequences.erasing`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Conflict, Contention
from chalicelib.store import conversations, customers, erasures, suppressions
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.erasures import Leaving
from chalicelib.store.records import OPEN, Contact, Customer
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 8
MOST_MERGED = 25
MOST_CASES = 30
"""Ids merged into one, and open conversations that are closed to new messages in the same moment:
with them, a transaction has room for some handles."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Why somebody is to be erased, since when the brand knows, under which number of its own."""

    reason: str
    requested_at: datetime
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """Erases customers. `pause` waits before attempt n + 1."""

    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def begin(self, customer_id: str, wish: Wish, by: str) -> Erasure:
        """The customer, with all who were merged into them, is gone when this returns, and the rest
        is on its way. Of one who is being erased or was, the same record again; one that has got
        stuck goes on by it.

        Raises NotFound, Conflict where too many were merged, Contention, Unavailable.
        """
        erasure = erasures.find(customer_id) or self._begun(customer_id, wish, by)
        if erasure.done_at is None:
            self.bus().publish([requested(erasure)])
        return erasure

    def _begun(self, customer_id: str, wish: Wish, by: str) -> Erasure:
        for attempt in range(MAX_ATTEMPTS):
            customer = customers.get(customer_id)
            if len(customer.members) > MOST_MERGED:
                raise Conflict(
                    f"{len(customer.members)} customers were merged into this one, and "
                    f"{MOST_MERGED} can go with one call: unmerge some, and erase them first"
                )
            contacts = [c for one in (customer, *customers.members(customer)) for c in one.contacts]
            standing, lifted = suppressions.sorted_out(contacts)
            erasure = Erasure(
                customer_id=customer.id,
                other_ids=customer.members,
                reason=wish.reason,
                reference=wish.reference,
                requested_at=wish.requested_at,
                by=by,
                started_at=to_millis(self.clock()),
                erased={"customer": len(customer.family)},
                kept={"suppression": standing} if standing else {},
            )
            try:
                return erasures.begin(erasure, _leaving(customer, lifted))
            except Refused:
                if begun := erasures.find(customer_id):
                    return begun
                self.pause(attempt)
        raise Contention(f"customer {customer_id} keeps changing: repeat the call")


def requested(erasure: Erasure) -> events.Event:
    """The event by which an erasure is begun and, on the queue alone, carried on."""
    data = events.ErasureRequested(
        customer_id=erasure.customer_id,
        other_ids=list(erasure.other_ids),
        at=erasure.started_at,
    )
    return events.event(data, erasure.customer_id, at=erasure.started_at)


def _leaving(customer: Customer, lifted: list[Contact]) -> Leaving:
    people = [customer, *customers.members(customer)]
    handles = customers.identities(customers.identities_of(customer.family)).values()
    identities = [one for one in handles if one.customer_id in customer.family]
    hints = (one.open_conversation_id for one in people)
    wanted = dict.fromkeys([*hints, *(one.conversation_id for one in identities)])
    found = conversations.some([name for name in wanted if name][:MOST_CASES])
    return Leaving(
        people=people,
        identities=identities,
        conversations=[
            case
            for case in found.values()
            if case.status == OPEN and case.customer_id in customer.family
        ],
        lifted=lifted,
    )
