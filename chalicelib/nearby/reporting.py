"""Reporting: a position is judged, kept in place of the last one, and what follows is told.

What is to be told lies on the location until it is on the bus. So a worker that dies in between
leaves it to the repeat of its own call, or to the customer's next report, whichever is first. What
is told twice keeps its event id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import Conflict, ConsentMissing, Contention
from chalicelib.nearby.geometry import Report
from chalicelib.nearby.judging import Whereabouts, answer, check, taken
from chalicelib.nearby_sections import Nearby
from chalicelib.playbook import Playbook
from chalicelib.store import customers, locations
from chalicelib.store.location_records import Location, latest
from chalicelib.store.records import Customer

LOCATION = "location"
"""The consent that this needs. It is no purpose of sending: an offer needs marketing's as well."""

MAX_ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Locating:
    """Takes reports. `pause` waits before attempt n + 1."""

    playbook: Playbook
    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def report(self, customer_id: str, report: Report) -> Whereabouts:
        """Take in where a customer is; the same report again gets the same answer.

        Raises InvalidRequest for an impossible position; Conflict if the playbook asks for none;
        NotFound; ConsentMissing, and nothing is kept; Contention or Unavailable to be called again.
        """
        check(report, self.clock())
        rules = self.playbook.nearby
        if rules is None:
            raise Conflict("the playbook has no [nearby]: send no locations, none is kept")
        for attempt in range(MAX_ATTEMPTS):
            try:
                return self._report(customers.get(customer_id), report, rules)
            except Contention:
                self.pause(attempt)
        raise Contention(f"customer {customer_id} kept changing: repeat the call")

    def _report(self, customer: Customer, report: Report, rules: Nearby) -> Whereabouts:
        now, agreed_at = self.clock(), _agreed(customer)
        found = [self._told(one, now) for one in locations.of_family(customer.family)]
        kept = latest(found, now)
        wanted = taken(
            kept,
            report,
            customer_id=customer.id,
            agreed_at=agreed_at,
            stores=self.playbook.stores,
            rules=rules,
            now=now,
        )
        if wanted is None:
            return answer(kept, report)
        locations.save(wanted, customer, instead_of=_own(customer, found))
        return answer(self._told(wanted, now), report)

    def _told(self, location: Location, now: datetime) -> Location:
        """The location once it has told what it had to; nobody cares after it has expired."""
        if not location.outbox or location.expires_at <= now:
            return location
        self.bus().publish(location.outbox)
        locations.empty_outbox(location)
        return msgspec.structs.replace(location, outbox=())


def _agreed(customer: Customer) -> datetime:
    """When the customer agreed. Raises ConsentMissing if they have not, or not any more."""
    said = customer.consent(LOCATION)
    if said is None or not said.granted:
        raise ConsentMissing(
            f"customer {customer.id} has not agreed to the use of their location, and nothing is "
            f"kept: ask them, and record a yes with PUT /v1/customers/{customer.id}/consents "
            f'{{"purpose": "{LOCATION}", "granted": true}}'
        )
    return said.at


def _own(customer: Customer, found: Sequence[Location]) -> Location | None:
    return next((one for one in found if one.customer_id == customer.id), None)
