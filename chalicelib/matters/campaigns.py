"""What a campaign's notification is about, just before it goes out. Pure."""

from datetime import datetime, timedelta

from chalicelib.outreach.campaigns import held_out, key, run_of
from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.deliver import Matter
from chalicelib.outreach.plan import notification_id
from chalicelib.playbook import Playbook
from chalicelib.store.briefing import Briefing

LOOK_AGAIN = timedelta(minutes=15)
"""How long a notification waits before it asks whether its campaign is still paused."""


def campaign(brief: Briefing, _playbook: Playbook, now: datetime) -> Matter:
    """A campaign's message: over once the campaign is cancelled, waiting while it is paused; for
    the control group everything is decided as for the others, but nothing goes out."""
    sent_by, note = brief.campaign, brief.notification
    if sent_by is None or note is None:
        return Matter(over="campaign_gone")
    if sent_by.status == "cancelled":
        return Matter(over="campaign_cancelled")
    if _had_it(brief):
        return Matter(over="had_it_already")
    paused = sent_by.status == "paused"
    return Matter(
        wait_until=now + LOOK_AGAIN if paused else None,
        wait_reason="campaign_paused" if paused else "",
        control=held_out(sent_by.id, note.customer_id, sent_by.holdout_percent),
        subject=Subject(name=first_name(brief.customer), contents=sent_by.contents),
    )


def _had_it(brief: Briefing) -> bool:
    """Whether this person got the same run's message under another id of theirs, from before they
    were merged."""
    campaign, note, customer = brief.campaign, brief.notification, brief.customer
    if not (campaign and note and customer and brief.ledger and customer.members):
        return False
    run = run_of(note.key)
    others = {
        notification_id(key(campaign, one, run))
        for one in customer.family
        if one != note.customer_id
    }
    return any(slot.notification_id in others for slot in brief.ledger.slots)
