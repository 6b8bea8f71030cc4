"""Matters of devices: what needs attention. Pure."""

from datetime import datetime

from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.playbook_sections import Words
from chalicelib.store.briefing import Briefing


def alert(brief: Briefing, playbook: Playbook, _now: datetime) -> Matter:
    """A notice about a device, whose trouble must not be over."""
    if brief.alert is None or brief.device is None:
        return Matter(over="alert_gone")
    over = "alert_cleared" if brief.alert.cleared_at else None
    if brief.notification and brief.device.owner_id != brief.notification.customer_id:
        over = "not_the_owner"
    rule = brief.alert.rule
    messages = {one.name: one.message for one in playbook.devices.rules}
    return Matter(
        over=over,
        subject=Subject(
            name=first_name(brief.customer),
            device=brief.device.name or brief.device.id,
            message=messages.get(rule) or Words(tr=f"{rule}.", en=f"{rule}."),
        ),
    )
