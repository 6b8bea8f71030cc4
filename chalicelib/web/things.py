"""Staff API: what customers have – orders, devices – and the alerts about them."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.clock import EARLIEST
from chalicelib.commerce import records
from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.fleet.reports import AHEAD, DEVICE_ID, LONGEST_NAME, MOST_VALUES
from chalicelib.store import customers, devices, orders, owners
from chalicelib.web.customers import identity_keys
from chalicelib.web.endpoints import CURSOR, LIMIT, LONGEST, Call, Endpoint, Parameter
from chalicelib.web.views import AlertPage, DeviceView, OrderView

Text = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
Counters = Annotated[dict[Name, float], msgspec.Meta(max_length=MOST_VALUES)]

ALERT_STATUS = Parameter(name="status", meaning='"open" (default) or "cleared"')


class DeviceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who owns a device (by customer id, or any identity of theirs) and what it is called."""

    owner_id: Text | None = None
    owner_identity: Text | None = None
    name: Text | None = None
    model: Text | None = None


class MaintenanceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A maintenance done: `at` now by default; `counters` those that start anew, all by default."""

    at: datetime | None = None
    counters: Counters | None = None


def get_order(call: Call) -> OrderView:
    found = orders.get(call.path["order_key"])
    return OrderView.of(records.from_record(found.document), found.customer_id)


def put_device(call: Call) -> DeviceView:
    """Register a device or change its owner and name."""
    wanted: DeviceRequest = call.body
    device_id = call.path["device_id"]
    if not DEVICE_ID.fullmatch(device_id):
        raise InvalidRequest("a device id has 1 to 128 letters, digits and : _ . -")
    owner = wanted.owner_id
    if wanted.owner_identity:
        found = customers.identities(identity_keys(wanted.owner_identity))
        owner = next((identity.customer_id for identity in found.values()), None)
        if owner is None:
            raise NotFound("nobody is known by owner_identity")
    if owner:
        customers.get(owner)
    known = devices.get_many_devices([device_id]).get(device_id)
    if known and known.owner_id and known.owner_id != owner:
        # First of all, so that a repeat after a crash still knows whom to take it from.
        owners.take(known.owner_id, device_id)
    registered = call.wiring.watch.register(
        device_id,
        owner_id=owner,
        name=wanted.name,
        model=wanted.model,
        at=call.wiring.clock(),
    )
    if owner:
        owners.give(owner, device_id, wanted.model)
    return DeviceView.of(registered)


def get_device(call: Call) -> DeviceView:
    return DeviceView.of(devices.get(call.path["device_id"]))


def post_maintenance(call: Call) -> DeviceView:
    """Record a maintenance: usage counts anew, what it was due for is cleared."""
    wanted: MaintenanceRequest = call.body
    now = call.wiring.clock()
    if wanted.at is not None and wanted.at.tzinfo is None:
        raise InvalidRequest("at needs a time zone: end it with Z or an offset")
    if wanted.at is not None and not EARLIEST <= wanted.at <= now + AHEAD:
        raise InvalidRequest("at must be the time of a maintenance that is done")
    return DeviceView.of(
        call.wiring.watch.maintained(
            call.path["device_id"],
            at=wanted.at or now,
            counters=wanted.counters,
        )
    )


def list_alerts(call: Call) -> AlertPage:
    status = call.query.get("status", "open")
    if status not in ("open", "cleared"):
        raise InvalidRequest(f"status must be {ALERT_STATUS.meaning}")
    page, cursor = devices.alerts_listed(status, limit=call.limit, after=call.cursor)
    return AlertPage(alerts=page, next_cursor=cursor)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/orders/{order_key}",
        scope="orders:read",
        summary="One order, by its key platform:shop:id",
        handle=get_order,
        returns=OrderView,
    ),
    Endpoint(
        method="PUT",
        path="/v1/devices/{device_id}",
        scope="devices:write",
        summary="Register a device",
        handle=put_device,
        returns=DeviceView,
        body=DeviceRequest,
    ),
    Endpoint(
        method="GET",
        path="/v1/devices/{device_id}",
        scope="devices:read",
        summary="A device and its last report",
        handle=get_device,
        returns=DeviceView,
    ),
    Endpoint(
        method="POST",
        path="/v1/devices/{device_id}/maintenance",
        scope="devices:write",
        summary="Record a maintenance",
        handle=post_maintenance,
        returns=DeviceView,
        body=MaintenanceRequest,
    ),
    Endpoint(
        method="GET",
        path="/v1/alerts",
        scope="devices:read",
        summary="Alerts, oldest first",
        handle=list_alerts,
        returns=AlertPage,
        query=(ALERT_STATUS, LIMIT, CURSOR),
    ),
)
