"""Staff API: what devices say that does not count, and why."""

from chalicelib.errors import NotFound
from chalicelib.store import quarantine
from chalicelib.store.device_records import Quarantine
from chalicelib.web.device_views import QuarantinePage, QuarantineView
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint


def list_quarantine(call: Call) -> QuarantinePage:
    """The device heard of last comes first. To take an unknown one in, register it."""
    found, cursor = quarantine.listed(limit=call.limit, after=call.cursor)
    return QuarantinePage(devices=[QuarantineView.of(one) for one in found], next_cursor=cursor)


def get_quarantine(call: Call) -> QuarantineView:
    return QuarantineView.of(_found(call.path["device_id"]))


def discard_quarantine(call: Call) -> QuarantineView:
    """Forget what a device said; answers with what is forgotten."""
    found = _found(call.path["device_id"])
    quarantine.discard(found.device_id)
    return QuarantineView.of(found)


def _found(device_id: str) -> Quarantine:
    found = quarantine.find(device_id)
    if found is None:
        raise NotFound(f"nothing of device {device_id} is in the quarantine")
    return found


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/quarantine",
        scope="devices:read",
        summary="Devices with reports that don't count",
        handle=list_quarantine,
        returns=QuarantinePage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path="/v1/quarantine/{device_id}",
        scope="devices:read",
        summary="What a device said that doesn't count",
        handle=get_quarantine,
        returns=QuarantineView,
    ),
    Endpoint(
        method="DELETE",
        path="/v1/quarantine/{device_id}",
        scope="devices:write",
        summary="Forget what a device said",
        handle=discard_quarantine,
        returns=QuarantineView,
    ),
)
