"""The end of incidents: each alert that is over is counted once, and the incident closed when all
are, or when staff say so.

A cleared alert of an incident costs two requests, the last one a few more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib.bus import Bus
from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Contention
from chalicelib.fleet.incidents import news
from chalicelib.fleet.incidents.incident import Tally
from chalicelib.store import incident_members, incidents
from chalicelib.store.device_records import Alert
from chalicelib.store.incident_records import Incident
from chalicelib.store.table import Refused

ATTEMPTS = 8


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Commands that end incidents. Repeating one changes nothing, but tells the bus again."""

    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def cleared(self, alert: Alert, at: datetime) -> None:
        """An alert is over: so is its incident, if it was the last one."""
        if alert.incident_id is None:
            return None
        for attempt in range(ATTEMPTS):
            try:
                incident_members.clear(
                    alert.incident_id, device_id=alert.device_id, alert_id=alert.id, at=at
                )
            except Refused:
                self.pause(attempt)
            else:
                return self.close_if_over(alert.incident_id)
        raise Contention(f"the counts of incident {alert.incident_id} keep changing")

    def close(self, incident_id: str, *, by: str) -> Incident:
        """End an incident by hand; whoever ended it first is remembered. Raises NotFound."""
        for attempt in range(ATTEMPTS):
            incident = incidents.get(incident_id)
            try:
                if incident.status == "closed":
                    return self._told(incident)
                incidents.close(incident, at=self._now(), by=by)
            except Refused:
                self.pause(attempt)
        raise Contention(f"incident {incident_id} keeps changing: repeat the call")

    def reopened(self, incident_id: str) -> bool:
        """Whether an incident is open, after one of its alerts has turned out not to be over; one
        that staff have closed, or after which there is another, stays closed."""
        for attempt in range(ATTEMPTS):
            incident = incidents.get(incident_id)
            if incident.status == "open" or incident.closed_by is not None:
                return incident.status == "open"
            pointer = incidents.latest(incident.model, incident.rule)
            if pointer is None or pointer.incident_id != incident_id:
                return False
            try:
                if incident.told:
                    # First of all, so that a worker that ends here does it all again.
                    self.tell_opened(incident, opening=incident.openings + 1)
                incidents.reopen(incident)
            except Refused:
                self.pause(attempt)
        raise Contention(f"incident {incident_id} keeps changing")

    def tell_opened(self, incident: Incident, *, opening: int) -> None:
        """Tell the bus of an incident."""
        self.bus().publish([news.opened(incident, opening=opening)])

    def close_if_over(self, incident_id: str) -> None:
        """Close an incident all of whose alerts are over."""
        if not self._tally(incident_id).over:
            return
        incident = incidents.get(incident_id)
        pointer = incidents.latest(incident.model, incident.rule)
        own = pointer is not None and pointer.incident_id == incident_id
        if incident.told or (own and pointer is not None and not pointer.ready):
            # In the second case, whoever makes it ready looks at this again.
            return
        for attempt in range(ATTEMPTS):
            try:
                if incident.status == "open":
                    incidents.close(incident, at=self._now(), by=None)
                    incident = incidents.get(incident_id)
                if incident.closed_by is None and not self._tally(incident_id).over:
                    incidents.reopen(incident)
                else:
                    self._told(incident)
            except Refused:
                self.pause(attempt)
            else:
                return
        raise Contention(f"incident {incident_id} keeps changing")

    def _told(self, incident: Incident) -> Incident:
        """A closed incident, with the bus told of its end."""
        count = incident.devices if incident.told else incident_members.devices_in(incident.id)
        at = incident.closed_at or self._now()
        self.bus().publish([news.closed(incident, devices=count, at=at)])
        if not incident.told:
            incidents.make_told(incident, devices=count)
        return msgspec.structs.replace(incident, told=True, devices=count)

    def _tally(self, incident_id: str) -> Tally:
        raised, cleared = incident_members.counts(incident_id)
        return Tally(raised=raised, cleared=cleared)

    def _now(self) -> datetime:
        return to_millis(self.clock())
