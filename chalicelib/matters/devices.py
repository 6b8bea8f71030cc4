"""Matters of devices: what needs attention, and what is over. Pure."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.decide import SNOOZED
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook_values import Words
from chalicelib.store.briefing import Briefing

MessageOf = Callable[[str | None, str], Words | None]
"""What the rule of this name says to people about devices of a model; None if there is none."""


def alert(brief: Briefing, message_of: MessageOf, _now: datetime) -> Matter:
    """A notice about a device, whose trouble must not be over, and which nobody has put off."""
    found = brief.alert
    if found is None or brief.device is None:
        return Matter(over="alert_gone")
    over = "alert_cleared" if found.cleared_at else None
    return Matter(
        over=_not_the_owner(brief) or over or _told_more_urgently(brief),
        wait_until=found.snoozed_until,
        wait_reason=SNOOZED,
        late_from=found.snoozed_until,
        subject=_subject(brief, message_of),
    )


def well_again(brief: Briefing, message_of: MessageOf, _now: datetime) -> Matter:
    """The good news after such a notice, which must still be true."""
    if brief.alert is None or brief.device is None:
        return Matter(over="alert_gone")
    over = None if brief.alert.cleared_at else "alert_open_again"
    return Matter(over=_not_the_owner(brief) or over, subject=_subject(brief, message_of))


def _not_the_owner(brief: Briefing) -> str | None:
    device, note, customer = brief.device, brief.notification, brief.customer
    if device is None or note is None:
        return None
    whose = {note.customer_id, *(customer.family if customer else ())}
    return None if device.owner_id in whose else "not_the_owner"


def _told_more_urgently(brief: Briefing) -> str | None:
    """Whether an alert has become critical since this was planned: that has a notice of its own,
    which waits for nothing."""
    note, found = brief.notification, brief.alert
    if note is None or found is None or note.purpose == "safety":
        return None
    return "alert_escalated" if found.severity == "critical" else None


def _subject(brief: Briefing, message_of: MessageOf) -> Subject:
    assert brief.device is not None
    assert brief.alert is not None
    rule, model = brief.alert.rule, brief.alert.model or brief.device.model
    return Subject(
        name=first_name(brief.customer),
        device=brief.device.name or brief.device.id,
        message=message_of(model, rule) or Words(tr=f"{rule}.", en=f"{rule}."),
    )
