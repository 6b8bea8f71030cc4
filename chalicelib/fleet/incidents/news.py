"""What is told of incidents: each happening is one event, however often it is told. Pure."""

from datetime import datetime
from typing import cast

from chalicelib import events
from chalicelib.events import Event, Severity
from chalicelib.store.incident_records import Incident


def opened(incident: Incident, *, opening: int) -> Event:
    """Each time that it opens is an event of its own."""
    data = events.IncidentOpened(
        incident_id=incident.id,
        model=incident.model,
        rule=incident.rule,
        severity=cast(Severity, incident.severity),
        opened_at=incident.opened_at,
        devices=incident.devices,
        opening=opening,
    )
    at = incident.opened_at
    return events.event(data, incident.id, str(opening), at=at, trace=incident.id)


def grew(incident: Incident, *, alerts: int, at: datetime) -> Event:
    data = events.IncidentGrew(
        incident_id=incident.id,
        model=incident.model,
        rule=incident.rule,
        severity=cast(Severity, incident.severity),
        at=at,
        alerts=alerts,
    )
    return events.event(data, incident.id, str(alerts), at=at, trace=incident.id)


def closed(incident: Incident, *, devices: int, at: datetime) -> Event:
    data = events.IncidentClosed(
        incident_id=incident.id,
        model=incident.model,
        rule=incident.rule,
        closed_at=at,
        devices=devices,
        closed_by=incident.closed_by,
        opening=incident.openings,
    )
    return events.event(data, incident.id, str(incident.openings), at=at, trace=incident.id)
