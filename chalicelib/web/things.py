"""Staff API: what customers have: orders and devices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from chalicelib.clock import EARLIEST
from chalicelib.commerce import records
from chalicelib.device_limits import RuleName
from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.fleet.registering import Wanted
from chalicelib.fleet.reports.report import AHEAD, DEVICE_ID, LONGEST_NAME, MOST_VALUES
from chalicelib.store import customers, devices, orders, owners
from chalicelib.store.device_records import DeviceRecord
from chalicelib.web.device_views import DeviceView, OwnershipList
from chalicelib.web.endpoints import LONGEST, Call, Endpoint
from chalicelib.web.identities import home_countries, identity_keys
from chalicelib.web.views import OrderView

Text = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
Counters = Annotated[dict[Name, float], msgspec.Meta(max_length=MOST_VALUES)]

ModelName = Annotated[str, msgspec.Meta(pattern=r"^[^#\x00-\x1f]{1,100}$")]
Groups = Annotated[list[ModelName], msgspec.Meta(max_length=20)]


class DeviceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who owns a device (by customer id, or any identity of theirs), what it is called, the groups
    it is in, and what differs for it in its model's rules and plans: by their names, a JSON merge
    patch, or null for one that doesn't hold. Groups and overrides left out stay as they are."""

    owner_id: Text | None = None
    owner_identity: Text | None = None
    name: Text | None = None
    model: ModelName | None = None
    groups: Groups | None = None
    overrides: dict[str, dict[str, Any] | None] | None = None


class MaintenanceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A maintenance done: `at` now by default; `counters` those that start anew, all by default;
    `plans` those that it was done for, all by default."""

    at: datetime | None = None
    counters: Counters | None = None
    plans: Annotated[list[RuleName], msgspec.Meta(max_length=10)] = []


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
        countries = home_countries(call.wiring.playbook)
        keys = identity_keys(wanted.owner_identity, countries)
        found = customers.identities(keys)
        owner = next((found[key].customer_id for key in keys if key in found), None)
        if owner is None:
            raise NotFound("nobody is known by owner_identity")
    if owner:
        customers.get(owner)
    known = devices.get_many_devices([device_id]).get(device_id)
    if known and known.owner_id and known.owner_id != owner:
        # First of all, so that a repeat after a crash still knows whom to take it from.
        owners.take(known.owner_id, device_id)
    wiring = call.wiring
    registered = wiring.registry.register(
        device_id,
        Wanted(
            owner_id=owner,
            name=wanted.name,
            model=wanted.model,
            groups=_kept(wanted.groups, known.groups if known else ()),
            overrides=_overrides(wanted.overrides, known),
        ),
        at=wiring.clock(),
    )
    if owner:
        owners.give(owner, device_id, wanted.model)
    return _view(call, registered)


def _kept(wanted: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    return tuple(known if wanted is None else sorted(set(wanted)))


def _overrides(wanted: Mapping[str, Any] | None, known: DeviceRecord | None) -> Mapping[str, Any]:
    return (known.overrides if known else {}) if wanted is None else wanted


def get_device(call: Call) -> DeviceView:
    """With what it last reported, its alerts, and when its maintenance is expected."""
    return _view(call, devices.get(call.path["device_id"]))


def _view(call: Call, device: DeviceRecord) -> DeviceView:
    return DeviceView.of(device, call.wiring.watch.rules_of(device))


def list_owners(call: Call) -> OwnershipList:
    """Whose a device was before, the newest first."""
    device_id = call.path["device_id"]
    devices.get(device_id)
    return OwnershipList(owners=devices.ownerships(device_id))


def post_maintenance(call: Call) -> DeviceView:
    """Record a maintenance: usage counts anew, what it was due for is cleared."""
    wanted: MaintenanceRequest = call.body
    now = call.wiring.clock()
    if wanted.at is not None and wanted.at.tzinfo is None:
        raise InvalidRequest("at needs a time zone: end it with Z or an offset")
    if wanted.at is not None and not EARLIEST <= wanted.at <= now + AHEAD:
        raise InvalidRequest("at must be the time of a maintenance that is done")
    done = call.wiring.watch.maintained(
        call.path["device_id"], at=wanted.at or now, counters=wanted.counters, plans=wanted.plans
    )
    return _view(call, done)


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
        method="GET",
        path="/v1/devices/{device_id}/owners",
        scope="devices:read",
        summary="Whose a device was",
        handle=list_owners,
        returns=OwnershipList,
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
)
