"""Staff API: incidents – one trouble of many devices."""

from datetime import datetime

from chalicelib.errors import InvalidRequest
from chalicelib.store import incident_members, incidents
from chalicelib.store.incident_records import Incident, IncidentMember
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import View

STATUS = Parameter(name="status", meaning='"open" (default) or "closed"')


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


class IncidentView(View, frozen=True, kw_only=True):
    """An incident with how many alerts it has had and how many of those are over, the first and the
    last of them, and a page of all, oldest first."""

    incident: IncidentSummary
    raised: int
    cleared: int
    first: IncidentMember | None = None
    last: IncidentMember | None = None
    members: tuple[IncidentMember, ...] = ()
    next_cursor: str | None = None


def list_incidents(call: Call) -> IncidentPage:
    status = call.query.get("status", "open")
    if status not in ("open", "closed"):
        raise InvalidRequest(f"status must be {STATUS.meaning}")
    page, cursor = incidents.listed(status, limit=call.limit, before=call.cursor)
    return IncidentPage(incidents=[_summary(one) for one in page], next_cursor=cursor)


def get_incident(call: Call) -> IncidentView:
    """One incident with its counts, and its alerts page by page. The alerts in it open no cases of
    their own, and their owners hear only what is critical."""
    return _view(call, incidents.get(call.path["incident_id"]))


def close_incident(call: Call) -> IncidentView:
    """End an incident by hand; its alerts stay as they are. The next alerts of its kind are looked
    after one by one again, until there are enough for another incident."""
    closed = call.wiring.ending.close(call.path["incident_id"], by=call.key.name)
    return _view(call, closed)


def _view(call: Call, incident: Incident) -> IncidentView:
    raised, cleared = incident_members.counts(incident.id)
    page, cursor = incident_members.members(incident.id, limit=call.limit, after=call.cursor)
    first, _ = incident_members.members(incident.id, limit=1)
    last, _ = incident_members.members(incident.id, limit=1, last=True)
    return IncidentView(
        incident=_summary(incident),
        raised=raised,
        cleared=cleared,
        first=first[0] if first else None,
        last=last[0] if last else None,
        members=tuple(page),
        next_cursor=cursor,
    )


def _summary(incident: Incident) -> IncidentSummary:
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


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/incidents",
        scope="devices:read",
        summary="Incidents, latest first",
        handle=list_incidents,
        returns=IncidentPage,
        query=(STATUS, LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path="/v1/incidents/{incident_id}",
        scope="devices:read",
        summary="One incident with its counts and alerts",
        handle=get_incident,
        returns=IncidentView,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="POST",
        path="/v1/incidents/{incident_id}/close",
        scope="alerts:write",
        summary="Close an incident by hand",
        handle=close_incident,
        returns=IncidentView,
    ),
)
