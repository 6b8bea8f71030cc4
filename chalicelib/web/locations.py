"""Staff API: where a customer is, as the brand's app or site tells it."""

from datetime import datetime

import msgspec

from chalicelib.clock import to_millis
from chalicelib.errors import InvalidRequest
from chalicelib.nearby.geometry import Report
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import View


class LocationRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the device measured its position, in degrees (WGS 84), and by how many metres that may
    be wrong."""

    at: datetime
    lat: float
    lon: float
    accuracy_m: float


class LocationView(View, frozen=True, kw_only=True):
    """At which store of the playbook's they are now, and whether this report has just brought them
    there."""

    store: str | None
    entered: bool


def post_location(call: Call) -> LocationView:
    """Tell where a customer is. Only with their consent `location`: without it the answer is 403
    and nothing is kept. The newest position alone is kept, for 24 hours. A report that is late,
    older than 15 minutes or too inexact changes nothing; the same one may come again."""
    told: LocationRequest = call.body
    if told.at.tzinfo is None:
        raise InvalidRequest("at needs a time zone: end it with Z or an offset")
    report = Report(at=to_millis(told.at), lat=told.lat, lon=told.lon, accuracy_m=told.accuracy_m)
    found = call.wiring.locating.report(call.path["customer_id"], report)
    return LocationView(store=found.store, entered=found.entered)


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/v1/customers/{customer_id}/locations",
        scope="locations:write",
        summary="Tell where a customer is",
        handle=post_location,
        returns=LocationView,
        body=LocationRequest,
        audited=False,
    ),
)
