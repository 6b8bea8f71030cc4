"""Alerts that gather to incidents: one is opened when there are enough, each is counted once.

Requests for each alert: one that stays alone costs two (a write, a query) beside the look that its
reaction takes anyway; one that joins an open incident costs two (a transaction, a read). The one
that opens an incident also counts in those from shortly before, two requests each, at most 500.

Two workers, a crash in between, an event that comes again or in the wrong order: the conditions of
each write, and the alert itself, which learns its incident in the very transaction that counts it,
make it come out the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib.clock import Clock, to_millis
from chalicelib.errors import Contention
from chalicelib.fleet.incidents.counting import Counting
from chalicelib.fleet.incidents.growing import Growing
from chalicelib.fleet.incidents.incident import NO_MODEL, Member, belongs, cause, graver
from chalicelib.ids import stable_id
from chalicelib.playbook_sections import Incidents as Enough
from chalicelib.store import incident_members, incidents, troubles
from chalicelib.store.device_records import Alert
from chalicelib.store.incident_records import Incident, Pointer, Sight, Standing
from chalicelib.store.table import Refused

ATTEMPTS = 8


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """Commands on incidents. `enough` is how many devices within which span make one."""

    enough: Enough
    counting: Counting
    growing: Growing
    clock: Clock
    pause: Callable[[int], None]

    def attend(self, alert: Alert, sight: Sight, *, at: datetime) -> str | None:
        """The incident that takes care of an alert, in which it is counted now; None if it has to
        be looked after by itself. `alert` is as its event tells, `sight` what there is of it, `at`
        when it was raised or became so grave."""
        model, pointer = alert.model or NO_MODEL, sight.pointer
        known = sight.alert.incident_id if sight.alert else None
        if known is not None:
            self.counting.finish(pointer, alert, known)
            return known if self._cared_for(known, alert, sight.alert) else None
        if graver(self.enough.severity, than=alert.severity):
            return None
        if pointer is not None and self._takes(pointer, at):
            return self._join(pointer, alert, sight.alert)
        if pointer is not None and pointer.closed_at is None:
            return None
        troubles.gather(alert, model, at=at, now=self.clock())
        after = pointer.closed_at if pointer else None
        first = cause(
            self.counting.around(model, alert.rule, at, after),
            devices=self.enough.devices,
            within=self.enough.within,
        )
        if first is None:
            return None
        opened = self._open(alert, model, first, pointer)
        return self._join(opened, alert, sight.alert) if self._takes(opened, at) else None

    def _takes(self, pointer: Pointer, at: datetime) -> bool:
        within, until = self.enough.within, pointer.closed_at
        return belongs(at, since=pointer.since, within=within, until=until)

    def _open(
        self, alert: Alert, model: str, first: tuple[Member, ...], before: Pointer | None
    ) -> Pointer:
        """The incident that is open now, by this worker or another."""
        now = self._now()
        incident = Incident(
            id=stable_id("inc", model, alert.rule, before.incident_id if before else ""),
            model=model,
            rule=alert.rule,
            severity=alert.severity,
            opened_at=now,
            since=first[0].raised_at,
            devices=len({one.device_id for one in first}),
        )
        for attempt in range(ATTEMPTS):
            try:
                incidents.put_new(incident, opener=alert.id, instead_of=before)
            except Refused:
                self.pause(attempt)
            pointer = incidents.latest(model, alert.rule)
            if pointer is not None and pointer.closed_at is None:
                return pointer
            before = pointer
            incident = msgspec.structs.replace(
                incident,
                id=stable_id("inc", model, alert.rule, before.incident_id if before else ""),
            )
        raise Contention(f"incidents of {model} and {alert.rule} keep changing")

    def _join(self, pointer: Pointer, alert: Alert, kept: Alert | None) -> str | None:
        incident_id = pointer.incident_id
        self.counting.finish(pointer, alert, incident_id)
        if not self.counting.count(incident_id, alert, kept):
            return None
        if graver(alert.severity, than=pointer.severity):
            self.counting.at_least(incident_id, alert.severity)
        # Looked at after it was counted: whoever closes the incident counts once more after that,
        # so that one of the two sees the other.
        latest = self._standing(incident_id, alert).latest
        over = kept is not None and kept.cleared_at is not None
        if over or _is_open(latest, incident_id):
            return incident_id
        return incident_id if self.counting.ending.reopened(incident_id) else None

    def _cared_for(self, incident_id: str, alert: Alert, kept: Alert | None) -> bool:
        """Whether nothing is to be done about an alert but what is done about its incident."""
        incident = self._standing(incident_id, alert).incident
        if incident is not None and graver(alert.severity, than=incident.severity):
            self.counting.at_least(incident_id, alert.severity)
        if incident is None or kept is None or kept.cleared_at is not None:
            return True
        if incident.status == "open" or incident.closed_by is not None:
            return True
        return self.counting.ending.reopened(incident_id)

    def _standing(self, incident_id: str, alert: Alert) -> Standing:
        """As it stands, its growth told: by whoever has just counted, or does so again."""
        now = incident_members.standing(incident_id, alert.model or NO_MODEL, alert.rule)
        self.growing.note(now)
        return now

    def _now(self) -> datetime:
        return to_millis(self.clock())


def _is_open(latest: Pointer | None, incident_id: str) -> bool:
    return latest is not None and latest.incident_id == incident_id and latest.closed_at is None
