"""Incidents as staff see them."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.consequences import incident_words
from chalicelib.consequences.alert_lines import case_key
from chalicelib.outreach.plan import notification_id
from chalicelib.store import entries, notifications
from chalicelib.store.incident_records import Incident, IncidentMember
from chalicelib.web.views import View


class IncidentSummary(View, frozen=True, kw_only=True):
    """`severity` is the gravest of its alerts'; `since` when the first of those it began with was
    raised; `devices` how many it began with and, once it is closed, how many there were in all."""

    id: str
    model: str
    rule: str
    severity: str
    status: str
    opened_at: datetime
    since: datetime
    devices: int
    closed_at: datetime | None = None
    closed_by: str | None = None


class IncidentPage(View, frozen=True, kw_only=True):
    incidents: list[IncidentSummary]
    next_cursor: str | None = None


class IncidentAlert(View, frozen=True, kw_only=True):
    """An alert of an incident; `conversation_id` is its case, if it has one: the first alerts of a
    wave have, those that joined later as a rule have none."""

    alert_id: str
    device_id: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None
    conversation_id: str | None = None


class IncidentMail(View, frozen=True, kw_only=True):
    """A mail to the team: `about` is opened, grew or closed, and the number of times or of alerts;
    `status` is that of its notification, which tells more."""

    notification_id: str
    about: str
    status: str
    sent_at: datetime | None = None


class IncidentView(View, frozen=True, kw_only=True):
    """An incident with how many alerts it has had and how many of those are over, the first and the
    last of them, a page of all, oldest first, and the mails that the team has had of it."""

    incident: IncidentSummary
    raised: int
    cleared: int
    first: IncidentAlert | None = None
    last: IncidentAlert | None = None
    members: tuple[IncidentAlert, ...] = ()
    mails: tuple[IncidentMail, ...] = ()
    next_cursor: str | None = None


def with_cases(members: Sequence[IncidentMember]) -> list[IncidentAlert]:
    """With the conversations that are their cases, in one request for each 100."""
    cases = entries.get_entries({case_key(one.alert_id) for one in members})
    found = {key: line.conversation_id for key, line in cases.items()}
    return [
        IncidentAlert(
            alert_id=one.alert_id,
            device_id=one.device_id,
            severity=one.severity,
            raised_at=one.raised_at,
            cleared_at=one.cleared_at,
            conversation_id=found.get(case_key(one.alert_id)),
        )
        for one in members
    ]


def mails_of(incident: Incident, tell: Sequence[str], alerts: int) -> tuple[IncidentMail, ...]:
    """The mails to the addresses that the playbook names now."""
    keys = {notification_id(key): key for key in incident_words.keys(incident, tell, alerts)}
    found = {note.id: note for note in notifications.find_many(keys)}
    planned = sorted((found[name] for name in keys if name in found), key=lambda n: n.planned_at)
    return tuple(
        IncidentMail(
            notification_id=note.id,
            about=":".join(keys[note.id].split(":", 4)[2:4]),
            status=note.status,
            sent_at=note.sent_at,
        )
        for note in planned
    )


def summary_of(incident: Incident) -> IncidentSummary:
    return IncidentSummary(
        id=incident.id,
        model=incident.model,
        rule=incident.rule,
        severity=incident.severity,
        status=incident.status,
        opened_at=incident.opened_at,
        since=incident.since,
        devices=incident.devices,
        closed_at=incident.closed_at,
        closed_by=incident.closed_by,
    )
