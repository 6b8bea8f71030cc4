"""Questions: what is remembered of one that was asked, so that its answer finds it. Pure."""

from datetime import datetime

from chalicelib.playbook import Playbook
from chalicelib.store.notification_records import Notification
from chalicelib.store.outreach_records import Survey
from chalicelib.store.records import Contact


def question(
    note: Notification, contact: Contact, playbook: Playbook, now: datetime
) -> Survey | None:
    """The survey that was asked with this notification at `contact`; None if it asks nothing."""
    nps = playbook.nps
    if note.kind == "satisfaction":
        within = playbook.satisfaction.answer_within
    elif note.kind == "article" and playbook.self_service:
        within = playbook.self_service.answer_within
    elif note.kind == "nps" and nps:
        within = nps.answer_within
    else:
        return None
    return Survey(
        id=note.id,
        kind=note.kind,
        customer_id=note.customer_id,
        asked_at=now,
        until=now + within,
        channel=contact.channel,
        conversation_id=note.conversation_id,
        resolution=resolution_in(note.key) if note.conversation_id else 0,
    )


def resolution_in(key: str) -> int:
    """Which resolution of its case a question is about, or which attempt of self-service: the
    number at the end of its key."""
    number = key.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0
