"""Notices about alerts to the owners of devices: one when it is raised, one more if it becomes
critical, and one when it is over, to whoever had any."""

from collections.abc import Iterable

from msgspec.structs import replace

from chalicelib import events
from chalicelib.consequences.hands import Hands
from chalicelib.errors import Unavailable
from chalicelib.outreach.decide import SNOOZED
from chalicelib.outreach.plan import Plan, notification_id
from chalicelib.store import notifications
from chalicelib.store.device_records import Alert
from chalicelib.store.notification_records import Notification

AGAIN = "snooze_changed"
"""Why a notice that was put off is decided anew."""

REACHED = ("sent", "uncertain")


def key_of(alert_id: str) -> str:
    return f"alert:{alert_id}"


def critical_key(alert_id: str) -> str:
    return f"alert:{alert_id}:critical"


def ids(alert_id: str) -> tuple[str, ...]:
    """The notifications that warn of an alert, planned or not."""
    return notification_id(key_of(alert_id)), notification_id(critical_key(alert_id))


def of_alert(raised: events.AlertRaised, owner_id: str, hands: Hands) -> Plan:
    return Plan(
        key=key_of(raised.alert_id),
        purpose="safety" if raised.severity == "critical" else "service",
        kind="alert",
        customer_id=owner_id,
        due_at=hands.clock(),
        device_id=raised.device_id,
        alert_id=raised.alert_id,
    )


def of_escalation(changed: events.AlertEscalated, owner_id: str, hands: Hands) -> Plan:
    return Plan(
        key=critical_key(changed.alert_id),
        purpose="safety",
        kind="alert",
        customer_id=owner_id,
        due_at=hands.clock(),
        device_id=changed.device_id,
        alert_id=changed.alert_id,
    )


def of_end(over: events.AlertCleared, told: Notification, hands: Hands) -> Plan:
    """To the one who was warned, whoever owns the device by now."""
    return Plan(
        key=f"alert:{over.alert_id}:well",
        purpose="service",
        kind="well_again",
        customer_id=told.customer_id,
        due_at=hands.clock(),
        device_id=over.device_id,
        alert_id=over.alert_id,
    )


def plan(hands: Hands, wanted: Plan, case: str | None) -> None:
    hands.planner.plan(replace(wanted, conversation_id=case))


def take_back(hands: Hands, notices: Iterable[Notification]) -> Notification | None:
    """Cancel those that wait; returns one that has reached the owner, or may have.

    Raises Unavailable while one is just being sent: whether it was, decides what follows.
    """
    reached: Notification | None = None
    for note in notices:
        found: Notification | None = note
        if note.status in notifications.WAITING:
            if hands.planner.cancel(note.key, "alert_cleared"):
                continue
            found = notifications.find(note.id)
        if found is not None and found.status == "claimed":
            raise Unavailable(f"notification {note.id} is just being sent")
        if found is not None and found.status in REACHED:
            reached = found
    return reached


def think_again(hands: Hands, note: Notification) -> None:
    """Decide anew on what waits because staff had put it off."""
    if note.status in notifications.WAITING and note.reason in (SNOOZED, AGAIN):
        hands.planner.hasten(note.key, AGAIN)


def as_raised(raised: events.AlertRaised) -> Alert:
    """The alert as its event tells."""
    return Alert(
        id=raised.alert_id,
        device_id=raised.device_id,
        rule=raised.rule,
        severity=raised.severity,
        raised_at=raised.raised_at,
        owner_id=raised.owner_id,
        model=raised.model,
    )
