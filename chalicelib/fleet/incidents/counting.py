"""Alerts counted in incidents, once each, and incidents told of once all they began with is in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.errors import Contention
from chalicelib.fleet.incidents.ending import Ending
from chalicelib.fleet.incidents.incident import Member, graver, gravest
from chalicelib.store import devices, incident_members, incident_owners, incidents, troubles
from chalicelib.store.device_records import Alert
from chalicelib.store.incident_records import IncidentMember, Pointer
from chalicelib.store.table import Refused

ATTEMPTS = 8

STUCK = timedelta(minutes=1)
"""After so long an incident that isn't ready was left so by a worker that ended."""


@dataclass(frozen=True, kw_only=True)
class Counting:
    """`within` is the span of time in which alerts are one incident; `owners_once`: an owner hears
    of it by the first of their alerts only."""

    within: timedelta
    owners_once: bool = False
    ending: Ending
    clock: Clock
    pause: Callable[[int], None]

    def around(
        self, model: str, rule: str, moment: datetime, after: datetime | None
    ) -> list[Member]:
        """The alerts that may be one incident with one of that moment."""
        earliest, latest = moment - self.within, moment + self.within
        found = troubles.gathered(model, rule, earliest, latest, after=after)
        return [Member(alert_id=a, device_id=d, raised_at=at) for a, d, at in found]

    def count(self, incident_id: str, alert: Alert, kept: Alert | None) -> bool:
        """Whether it is counted in this incident now; False if it is another one's."""
        for attempt in range(ATTEMPTS):
            member = IncidentMember(
                alert_id=alert.id,
                device_id=alert.device_id,
                severity=alert.severity,
                raised_at=alert.raised_at,
                cleared_at=kept.cleared_at if kept else None,
            )
            try:
                incident_members.join(incident_id, member, recorded=kept is not None)
            except Refused:
                kept = devices.get_alert(alert.device_id, alert.id)
                if kept is not None and kept.incident_id is not None:
                    return kept.incident_id == incident_id
                self.pause(attempt)
            else:
                return True
        raise Contention(f"alert {alert.id} keeps changing")

    def finish(self, pointer: Pointer | None, alert: Alert, incident_id: str) -> None:
        """Count in what an incident began with, and tell of it, if that is still to be done: by the
        one who opened it, however often its event comes; by others once it seems stuck."""
        if pointer is None or pointer.ready or pointer.incident_id != incident_id:
            return
        if pointer.opener != alert.id and self.clock() - pointer.opened_at < STUCK:
            return
        incident = incidents.get(incident_id)
        severities = [incident.severity]
        earliest = incident.since - self.within
        for alert_id, device_id, _ in troubles.gathered(
            incident.model, incident.rule, earliest, None, after=pointer.after
        ):
            known = devices.get_alert(device_id, alert_id)
            if known is not None and self.count(incident_id, known, known):
                severities.append(known.severity)
                if self.owners_once and known.owner_id is not None:
                    incident_owners.speaks_for(incident_id, known.owner_id, known.id)
        self.at_least(incident_id, gravest(severities))
        self.ending.tell_opened(incident, opening=1)
        incidents.make_ready(incident)
        self.ending.close_if_over(incident_id)

    def at_least(self, incident_id: str, severity: str) -> None:
        """Make an incident so grave, unless it is graver."""
        for attempt in range(ATTEMPTS):
            incident = incidents.find(incident_id)
            if incident is None or not graver(severity, than=incident.severity):
                return
            try:
                incidents.regrade(incident, severity=severity)
            except Refused:
                self.pause(attempt)
        raise Contention(f"incident {incident_id} keeps changing")
