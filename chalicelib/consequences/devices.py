"""After an alert: a case for support, and a word to the owner."""

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.inbox.arrivals import Arrival
from chalicelib.outreach.plan import Plan
from chalicelib.store.records import Entry


def open_case_and_tell_owner(event: Happened, hands: Hands) -> None:
    """A device needs attention: a case for support, a notice for its owner.

    A device without an owner has nobody's timeline to open a case on; its alert is in the list.
    """
    raised: events.AlertRaised = event.data
    if raised.owner_id is None:
        return
    conversation_id = _open_case(event, raised, raised.owner_id, hands)
    hands.planner.plan(
        Plan(
            key=_alert(raised.alert_id),
            purpose="safety" if raised.severity == "critical" else "service",
            kind="alert",
            customer_id=raised.owner_id,
            due_at=hands.clock(),
            conversation_id=conversation_id,
            device_id=raised.device_id,
            alert_id=raised.alert_id,
        )
    )


def _open_case(
    event: Happened, raised: events.AlertRaised, owner_id: str, hands: Hands
) -> str | None:
    key = _alert(raised.alert_id)
    line = Entry(
        key=key,
        at=raised.raised_at,
        kind="alert",
        delivery_id=event.id,
        details={
            "alert_id": raised.alert_id,
            "device_id": raised.device_id,
            "rule": raised.rule,
            "severity": raised.severity,
        },
    )
    subject = f"{raised.device_id}: {raised.rule}"
    arrival = Arrival(entry=line, opened_by="alert", customer_id=owner_id, subject=subject)
    kept = hands.inbox.keep([arrival])
    if key in kept.failures:
        raise kept.failures[key]
    hands.bus().publish(kept.events)
    return kept.placed.get(key)


def withdraw_notice(event: Happened, hands: Hands) -> None:
    """What is over needs no warning."""
    hands.planner.cancel(_alert(event.data.alert_id), "alert_cleared")


def _alert(alert_id: str) -> str:
    return f"alert:{alert_id}"
