"""A device's alerts as the list of alerts keeps them, and as the bus tells of them. Pure."""

from typing import Literal, cast

from chalicelib import events
from chalicelib.events import Event
from chalicelib.fleet.state import AlertState
from chalicelib.store.records import Alert, DeviceRecord

Severity = Literal["info", "warning", "critical"]


def listed(device: DeviceRecord, alert: AlertState) -> Alert:
    """The alert for the list; it belongs to whoever owns the device now."""
    return Alert(
        id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        severity=alert.severity,
        raised_at=alert.raised_at,
        cleared_at=alert.cleared_at,
        owner_id=device.owner_id,
        evidence=dict(alert.evidence),
    )


def raised(device: DeviceRecord, alert: AlertState) -> Event:
    data = events.AlertRaised(
        alert_id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        severity=cast(Severity, alert.severity),
        raised_at=alert.raised_at,
        owner_id=device.owner_id,
    )
    return events.event(data, alert.alert_id, at=alert.raised_at, trace=device.id)


def cleared(device: DeviceRecord, alert: AlertState) -> Event:
    at = alert.cleared_at or alert.raised_at
    data = events.AlertCleared(
        alert_id=alert.alert_id,
        device_id=device.id,
        rule=alert.rule,
        cleared_at=at,
        owner_id=device.owner_id,
    )
    return events.event(data, alert.alert_id, at=at, trace=device.id)
