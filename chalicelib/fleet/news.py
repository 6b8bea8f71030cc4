"""A change of a device as the events that tell it, and its alerts as they are listed. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.events import Event, Severity
from chalicelib.fleet.rules.rule import SEVERITIES, Rule
from chalicelib.fleet.state.device import AlertState, Reading
from chalicelib.fleet.state.expected import Expected
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.store.device_records import Alert, DeviceRecord

MOST_RECENT = 16
"""How many of the latest values an alert shows."""


def listed(
    device: DeviceRecord,
    alert: AlertState,
    *,
    recent: Mapping[str, list[float]] | None = None,
    cleared_by: str | None = None,
) -> Alert:
    """The alert as staff see it; `recent` with one that is new, which alone names whose it is."""
    return Alert(
        id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        severity=alert.severity,
        raised_at=alert.raised_at,
        severity_at=alert.severity_at,
        cleared_at=alert.cleared_at,
        owner_id=device.owner_id if recent is not None else None,
        model=device.model if recent is not None else None,
        evidence=dict(alert.evidence),
        recent=dict(recent or {}),
        cleared_by=cleared_by,
    )


def recent(
    alert: AlertState, window: Sequence[Reading], rules: Sequence[Rule]
) -> dict[str, list[float]]:
    """The latest values of what the alert's rule looks at, up to its start, oldest first."""
    inputs = next((rule.inputs for rule in rules if rule.name == alert.rule), frozenset[str]())
    found: dict[str, list[float]] = {}
    for name in sorted(inputs):
        values = [
            {**reading.metrics, **reading.counters}.get(name)
            for reading in window
            if reading.at <= alert.raised_at
        ]
        known = [value for value in values if value is not None][-MOST_RECENT:]
        if known:
            found[name] = known
    return found


def raised(device: DeviceRecord, alert: AlertState, recent_: Mapping[str, list[float]]) -> Event:
    data = events.AlertRaised(
        alert_id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        severity=cast(Severity, alert.severity),
        raised_at=alert.raised_at,
        owner_id=device.owner_id,
        model=device.model,
        evidence=dict(alert.evidence),
        recent=dict(recent_),
    )
    return events.event(data, alert.alert_id, at=alert.raised_at, trace=device.id)


def cleared(device: DeviceRecord, alert: AlertState, by: str | None = None) -> Event:
    at = alert.cleared_at or alert.raised_at
    data = events.AlertCleared(
        alert_id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        cleared_at=at,
        owner_id=device.owner_id,
        model=device.model,
        cleared_by=by,
    )
    return events.event(data, alert.alert_id, at=at, trace=device.id)


def regraded(device: DeviceRecord, alert: AlertState, was: str) -> Event:
    """An alert that has become graver or milder."""
    graver = SEVERITIES.index(alert.severity) > SEVERITIES.index(was)
    kind = events.AlertEscalated if graver else events.AlertDeescalated
    at = alert.severity_at or alert.raised_at
    data = kind(
        alert_id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        severity=cast(Severity, alert.severity),
        was=cast(Severity, was),
        at=at,
        owner_id=device.owner_id,
        model=device.model,
    )
    return events.event(data, alert.alert_id, alert.severity, iso(at), at=at, trace=device.id)


def expected(
    device: DeviceRecord, plan: MaintenancePlan, cycle: str, when: Expected, now: datetime
) -> Event:
    data = events.MaintenanceExpected(
        device_id=device.id,
        plan=plan.name,
        cycle=cycle,
        expected_at=when.at,
        earliest=when.earliest,
        latest=when.latest,
        owner_id=device.owner_id,
    )
    return events.event(data, device.id, plan.name, cycle, at=now, trace=device.id)


def maintained(device: DeviceRecord, at: datetime, plans: Sequence[str]) -> Event:
    data = events.MaintenanceDone(
        device_id=device.id, at=at, plans=list(plans), owner_id=device.owner_id
    )
    return events.event(data, device.id, iso(at), at=at, trace=device.id)


def transferred(device: DeviceRecord, from_id: str | None, at: datetime) -> Event:
    data = events.DeviceTransferred(
        device_id=device.id, at=at, from_id=from_id, to_id=device.owner_id
    )
    return events.event(data, device.id, iso(at), at=at, trace=device.id)
