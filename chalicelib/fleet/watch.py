"""Watch: reports added to their devices, alerts raised and cleared, each told once.

A device carries the events of its last change until they are on the bus for certain: a worker
that dies in between leaves them to whoever touches the device next, at the latest to the
redelivery of its own message.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.errors import Contention, StoreRejected, TemasError
from chalicelib.events import Event
from chalicelib.fleet import records, watching
from chalicelib.fleet.reports import Report
from chalicelib.fleet.rules import Rule
from chalicelib.fleet.state import AlertState, DeviceState
from chalicelib.fleet.watching import Observed
from chalicelib.store import devices
from chalicelib.store.records import Alert, DeviceRecord
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 8


@dataclass(frozen=True)
class Watched:
    """What became of a batch: how much of it counted, and which devices failed and why."""

    kept: int = 0
    late: int = 0
    raised: int = 0
    cleared: int = 0
    failures: dict[str, TemasError] = field(default_factory=dict)


@dataclass(frozen=True)
class _Change:
    """A device before its write: the record to write, its changed alerts, and the tallies.

    `dirty` if there is anything to write."""

    record: DeviceRecord
    alerts: tuple[Alert, ...]
    dirty: bool = True
    kept: int = 0
    late: int = 0
    raised: int = 0
    cleared: int = 0


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Keeps the fleet. `rules` are the playbook's."""

    rules: Sequence[Rule]
    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def observe(self, reports: Sequence[Report]) -> Watched:
        """Add reports to their devices. A batch with nothing to raise costs two requests."""
        by_device: dict[str, list[Report]] = {}
        for report in reports:
            by_device.setdefault(report.device_id, []).append(report)
        known = devices.get_many_devices(by_device)
        changes = {
            device_id: self._added(known.get(device_id), device_id, told)
            for device_id, told in by_device.items()
        }
        written = self._write_together(changes)
        return self._tally(by_device, changes, written)

    def maintained(
        self, device_id: str, *, at: datetime, counters: Mapping[str, float] | None
    ) -> DeviceRecord:
        """Record a maintenance: usage counts anew from it, and what it was due for is cleared."""

        def change(record: DeviceRecord) -> _Change:
            state = _state(record, device_id)
            observed = watching.maintained(state, counters, at, self.rules)
            return _changed(record, [observed])

        return self._one(lambda: change(devices.get(device_id)))

    def register(
        self,
        device_id: str,
        *,
        owner_id: str | None,
        name: str | None,
        model: str | None,
        at: datetime,
    ) -> DeviceRecord:
        """Name a device and its owner; what it reported before stays."""

        def change() -> _Change:
            record = devices.get_many_devices([device_id]).get(device_id)
            record = record or DeviceRecord(id=device_id)
            named = msgspec.structs.replace(
                record,
                owner_id=owner_id,
                name=name,
                model=model,
                registered_at=record.registered_at or at,
            )
            return _Change(named, ())

        return self._one(change)

    def _added(
        self, record: DeviceRecord | None, device_id: str, reports: Sequence[Report]
    ) -> _Change:
        record = record or DeviceRecord(id=device_id)
        state = _state(record, device_id)
        seen: list[Observed] = []
        for report in sorted(reports, key=lambda r: (r.at, r.rank)):
            observed = watching.observe(state, report, self.rules)
            state = observed.state
            seen.append(observed)
        return _changed(record, seen)

    def _write_together(self, changes: Mapping[str, _Change]) -> bool:
        """All devices in one transaction, if they fit and none has events to tell."""
        pending = [change for change in changes.values() if change.dirty]
        if len(pending) < 2 or any(change.record.outbox for change in pending):
            return False
        try:
            devices.save([(change.record, change.alerts) for change in pending])
        except (Refused, Contention, StoreRejected):
            return False
        return True

    def _tally(
        self,
        by_device: Mapping[str, Sequence[Report]],
        changes: Mapping[str, _Change],
        written: bool,
    ) -> Watched:
        done: list[_Change] = []
        failures: dict[str, TemasError] = {}
        for device_id, change in changes.items():
            try:
                settled = written or not (change.dirty or change.record.outbox)
                told = by_device[device_id]
                done.append(change if settled else self._retried(device_id, change, told))
            except TemasError as error:
                failures[device_id] = error
        return Watched(
            kept=sum(change.kept for change in done),
            late=sum(change.late for change in done),
            raised=sum(change.raised for change in done),
            cleared=sum(change.cleared for change in done),
            failures=failures,
        )

    def _retried(self, device_id: str, first: _Change, reports: Sequence[Report]) -> _Change:
        made: list[_Change] = []

        def change() -> _Change:
            if made:
                fresh = devices.get_many_devices([device_id]).get(device_id)
                made.append(self._added(fresh, device_id, reports))
            else:
                made.append(first)
            return made[-1]

        self._one(change)
        return made[-1]

    def _one(self, change: Callable[[], _Change]) -> DeviceRecord:
        """Write one device's change, made anew whenever somebody else was first; then tell."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                made = change()
                if made.dirty:
                    devices.save([(made.record, made.alerts)])
                return self._tell(made.record)
            except (Contention, Refused):
                self.pause(attempt)
        raise Contention("a device kept changing")

    def _tell(self, record: DeviceRecord) -> DeviceRecord:
        if not record.outbox:
            return devices.get(record.id)
        self.bus().publish(msgspec.convert(event, Event) for event in record.outbox)
        current = devices.get(record.id)
        if current.outbox == record.outbox:
            devices.save([(msgspec.structs.replace(current, outbox=()), ())])
            return devices.get(record.id)
        return current


def _state(record: DeviceRecord, device_id: str) -> DeviceState:
    if not record.document:
        return DeviceState(device_id=device_id)
    return records.from_record(record.document)


def _changed(record: DeviceRecord, seen: Sequence[Observed]) -> _Change:
    raised = [alert for observed in seen for alert in observed.raised]
    cleared = [alert for observed in seen for alert in observed.cleared]
    moved = [alert for observed in seen for alert in observed.moved]
    state = seen[-1].state
    latest = {alert.alert_id: alert for alert in [*raised, *cleared, *moved, *state.alerts]}
    touched = {alert.alert_id for alert in [*raised, *cleared, *moved]}
    news = [_raised(record, latest[a.alert_id]) for a in raised]
    news += [_cleared(record, latest[a.alert_id]) for a in cleared]
    outbox = [*record.outbox, *(msgspec.to_builtins(event) for event in news)]
    written = msgspec.structs.replace(
        record,
        document=records.to_record(state),
        last_at=state.at,
        outbox=tuple(_unique(outbox)),
    )
    return _Change(
        record=written,
        alerts=tuple(_alert(record, latest[alert_id]) for alert_id in sorted(touched)),
        dirty=written != record,
        kept=sum(observed.changed for observed in seen),
        late=sum(observed.late for observed in seen),
        raised=len(raised),
        cleared=len(cleared),
    )


def _unique(told: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({event["id"]: event for event in told}.values())


def _alert(record: DeviceRecord, alert: AlertState) -> Alert:
    return Alert(
        id=alert.alert_id,
        device_id=record.id,
        rule=alert.rule,
        severity=alert.severity,
        raised_at=alert.raised_at,
        cleared_at=alert.cleared_at,
        owner_id=record.owner_id,
        evidence=dict(alert.evidence),
    )


def _raised(record: DeviceRecord, alert: AlertState) -> Event:
    data = events.AlertRaised(
        alert_id=alert.alert_id,
        device_id=record.id,
        rule=alert.rule,
        severity=alert.severity,  # type: ignore[arg-type]
        raised_at=alert.raised_at,
        owner_id=record.owner_id,
    )
    return events.event(data, alert.alert_id, at=alert.raised_at, trace=record.id)


def _cleared(record: DeviceRecord, alert: AlertState) -> Event:
    at = alert.cleared_at or alert.raised_at
    data = events.AlertCleared(
        alert_id=alert.alert_id,
        device_id=record.id,
        rule=alert.rule,
        cleared_at=at,
        owner_id=record.owner_id,
    )
    return events.event(data, alert.alert_id, at=at, trace=record.id)
