"""Staff API: incidents – one trouble of many devices."""

from chalicelib.errors import InvalidRequest
from chalicelib.store import incident_members, incidents
from chalicelib.store.incident_records import Incident
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.incident_views import (
    IncidentPage,
    IncidentView,
    mails_of,
    summary_of,
    with_cases,
)

STATUS = Parameter(name="status", meaning='"open" (default) or "closed"')


def list_incidents(call: Call) -> IncidentPage:
    status = call.query.get("status", "open")
    if status not in ("open", "closed"):
        raise InvalidRequest(f"status must be {STATUS.meaning}")
    page, cursor = incidents.listed(status, limit=call.limit, before=call.cursor)
    return IncidentPage(incidents=[summary_of(one) for one in page], next_cursor=cursor)


def get_incident(call: Call) -> IncidentView:
    """One incident with its counts, and its alerts page by page. The alerts in it open no cases of
    their own, and their owners hear only what is critical, or of it once, as the playbook says."""
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
    shown = with_cases([*first[:1], *last[:1], *page])
    return IncidentView(
        incident=summary_of(incident),
        raised=raised,
        cleared=cleared,
        first=shown[0] if first else None,
        last=shown[1] if last else None,
        members=tuple(shown[len(shown) - len(page) :]),
        mails=mails_of(incident, call.wiring.playbook.devices.incidents.tell, raised),
        next_cursor=cursor,
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
