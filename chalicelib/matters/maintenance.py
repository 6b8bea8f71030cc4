"""Matters of maintenance: what is expected, due or done. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.fleet.rules.plans import plan_of
from chalicelib.maintenance_sections import DUE, MaintenancePlan
from chalicelib.outreach import maintenance_keys as keys
from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.decide import SNOOZED
from chalicelib.outreach.deliver import Matter
from chalicelib.store.briefing import Briefing
from chalicelib.store.device_records import Alert, DeviceRecord
from chalicelib.store.notification_records import Notification

PlansOf = Callable[[DeviceRecord], Sequence[MaintenancePlan]]
"""The plans that hold for a device."""


def maintenance(brief: Briefing, plans_of: PlansOf, _now: datetime) -> Matter:
    """A word about maintenance, to who owns the device and as long as it is not yet done, or due
    when it was only to be expected; its text was written when it was planned."""
    note, device, alert = brief.notification, brief.device, brief.alert
    assert note is not None  # it is what is asked about
    if device is None:
        return Matter(over="device_gone")
    over = None if _owns(brief, device) else "not_the_owner"
    if not keys.is_done(note.key):
        over = over or _over(note, device, alert, plans_of(device))
    return Matter(
        over=over,
        wait_until=alert.snoozed_until if alert else None,
        wait_reason=SNOOZED,
        late_from=alert.snoozed_until if alert else None,
        subject=Subject(name=first_name(brief.customer), device=device.name or device.id),
    )


def _owns(brief: Briefing, device: DeviceRecord) -> bool:
    return brief.customer is not None and device.owner_id in brief.customer.family


def _over(
    note: Notification,
    device: DeviceRecord,
    alert: Alert | None,
    known: Sequence[MaintenancePlan],
) -> str | None:
    plan = plan_of(known, keys.plan_in(note.key, device.id) or "")
    if plan is None:
        return "plan_gone"
    if keys.is_due(note.key):
        return _no_longer_due(alert)
    from chalicelib.fleet.state import (
        due,  # the rules and all they bring, for who is told ahead alone
    )

    if due.cycle(device, plan) != keys.cycle_in(note.key, device.id):
        return "maintenance_done"
    return "due_already" if due.is_due(device, plan.name) else None


def _no_longer_due(alert: Alert | None) -> str | None:
    if alert is None:
        return "alert_gone"
    if alert.cleared_at is not None:
        return "alert_cleared"
    # What is overdue is told by a notice of its own.
    return None if alert.severity == DUE else "overdue"
