"""When a device's maintenance is overdue: what follows from any alert follows now."""

from dataclasses import replace

from chalicelib import events
from chalicelib.consequences.devices import open_case_and_tell_owner
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.fleet.rules.plans import is_maintenance
from chalicelib.store import devices


def open_case_when_overdue(event: Happened, hands: Hands) -> None:
    """What was due and only a reminder becomes a case for support and a notice once it is overdue;
    other alerts had theirs when they were raised."""
    graver: events.AlertEscalated = event.data
    alert = devices.get_alert(graver.device_id, graver.alert_id)
    if alert is None or not is_maintenance(alert.rule, hands.rulebook().plans_for(alert.model)):
        return
    raised = events.AlertRaised(
        alert_id=alert.id,
        device_id=alert.device_id,
        rule=alert.rule,
        severity=graver.severity,
        raised_at=alert.raised_at,
        owner_id=graver.owner_id,
        model=alert.model,
        evidence=alert.evidence,
        recent=alert.recent,
    )
    open_case_and_tell_owner(replace(event, data=raised), hands)
