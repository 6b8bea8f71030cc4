"""Staff API: customers – find one, read the timeline, keep what they want."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chalicelib import events
from chalicelib.channels.base import Handle
from chalicelib.channels.handles import email_handle, phone_handle
from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.inbox.consents import record_consent
from chalicelib.inbox.threads import folded
from chalicelib.outreach.purposes import PurposeName
from chalicelib.store import customers, notifications, orders, timelines
from chalicelib.store import devices as fleet
from chalicelib.times import zone_exists
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import (
    ConsentHistory,
    CustomerView,
    DeviceList,
    DeviceView,
    EntryView,
    NotificationPage,
    NotificationView,
    OrderList,
    OrderView,
    TimelinePage,
)

Short = Annotated[str, msgspec.Meta(max_length=200)]

IDENTITY = Parameter(
    name="identity",
    meaning="email:<address>, phone:<+E.164>, telegram:<user id>, x:<user id>, chat:<id>, or the "
    "full key <kind>:<account>:<value>, as for page-scoped ids messenger:<page>:<id>",
    required=True,
)


class ConsentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the customer said about a purpose, where, and on which wording."""

    purpose: PurposeName
    granted: bool
    source: Annotated[str, msgspec.Meta(max_length=200)] = "staff"
    wording: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class MergeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The other customer: the one that is merged into, or parted from, the one in the path."""

    customer_id: Short


class PreferencesRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields left out stay; null removes one."""

    preferred_channel: (
        Literal[
            "whatsapp", "messenger", "instagram", "telegram", "sms", "chat", "x", "slack", "email"
        ]
        | None
        | msgspec.UnsetType
    ) = msgspec.UNSET
    locale: Literal["tr", "en"] | None | msgspec.UnsetType = msgspec.UNSET
    time_zone: Short | None | msgspec.UnsetType = msgspec.UNSET
    name: Short | None | msgspec.UnsetType = msgspec.UNSET


def find_customer(call: Call) -> CustomerView:
    """The customer behind a handle."""
    keys = identity_keys(call.query.get("identity", ""))
    found = customers.identities(keys)
    who = next((found[key].customer_id for key in keys if key in found), None)
    if who is None:
        raise NotFound("nobody is known by this identity")
    return _view(who)


def get_customer(call: Call) -> CustomerView:
    return _view(call.path["customer_id"])


def get_timeline(call: Call) -> TimelinePage:
    """Everything about a customer, newest first; what a page costs doesn't grow with the history.
    Edits, deletions and reactions are in the messages they are about, where those are on the page.
    """
    customer_id = call.path["customer_id"]
    page, cursor = timelines.page(customer_id, limit=call.limit, before=call.cursor)
    if not page and call.cursor is None:
        customers.get(customer_id)
    return TimelinePage(entries=[EntryView.of(entry) for entry in folded(page)], next_cursor=cursor)


def list_notifications(call: Call) -> NotificationPage:
    """A customer's notifications with outcome and reason, latest first."""
    before = call.cursor
    if before and not before.startswith("N#"):
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    family = customers.get(call.path["customer_id"]).family
    page, cursor = notifications.listed(family, limit=call.limit, before=before)
    views = [NotificationView.of(note) for note in page]
    return NotificationPage(notifications=views, next_cursor=cursor)


def list_orders(call: Call) -> OrderList:
    from chalicelib.commerce import records

    found = orders.of_customer(customers.get(call.path["customer_id"]).family)
    return OrderList(
        orders=[OrderView.of(records.from_record(o.document), o.customer_id) for o in found]
    )


def list_devices(call: Call) -> DeviceList:
    found = fleet.of_customer(customers.get(call.path["customer_id"]).family)
    return DeviceList(devices=[DeviceView.of(device) for device in found])


def get_consents(call: Call) -> ConsentHistory:
    customer = customers.get(call.path["customer_id"])
    return ConsentHistory.of(customer, customers.consent_history(customer.family))


def put_consent(call: Call) -> ConsentHistory:
    """Record a grant or withdrawal; the history keeps every one."""
    wanted: ConsentRequest = call.body
    at = call.wiring.clock()
    customer_id = customers.get(call.path["customer_id"]).id
    changed = record_consent(
        customer_id,
        wanted.purpose,
        granted=wanted.granted,
        source=f"{wanted.source} ({call.key.name})",
        wording=wanted.wording,
        at=at,
        pause=call.wiring.pause,
    )
    call.wiring.bus.publish([consent_event(customer_id, wanted.purpose, wanted.granted, at)])
    return ConsentHistory.of(changed, customers.consent_history(changed.family))


def patch_preferences(call: Call) -> CustomerView:
    """Change what the customer prefers: channel, language, time zone, how to be addressed."""
    wanted: PreferencesRequest = call.body
    values = {
        name: value
        for name in wanted.__struct_fields__
        if (value := getattr(wanted, name)) is not msgspec.UNSET
    }
    zone = values.get("time_zone")
    if zone is not None and not zone_exists(zone):
        raise InvalidRequest(f'time_zone {zone[:40]!r} does not exist: write e.g. "Europe/Berlin"')
    customer = customers.get(call.path["customer_id"])
    if values:
        customer = customers.change(customer, **values)
    return CustomerView.of(customer, customers.identities_of(customer.family))


def merge(call: Call) -> CustomerView:
    """Make another customer part of this one, who leads: their history, identities and contacts are
    read together from now on. Nothing is moved or lost, and it can be undone."""
    wanted: MergeRequest = call.body
    lead = call.wiring.merging.merge(call.path["customer_id"], wanted.customer_id, call.key.name)
    return _view(lead.id)


def part(call: Call) -> CustomerView:
    """Undo a merge: the other is a customer of their own again, with all that came by their
    identities, then and since."""
    wanted: MergeRequest = call.body
    lead = call.wiring.merging.part(call.path["customer_id"], wanted.customer_id, call.key.name)
    return _view(lead.id)


def consent_event(customer_id: str, purpose: str, granted: bool, at: datetime) -> events.Event:
    changed = events.ConsentChanged(
        customer_id=customer_id, purpose=purpose, granted=granted, at=at
    )
    return events.event(changed, customer_id, purpose, at.isoformat(), at=at)


def identity_keys(text: str) -> list[str]:
    """The handle keys a search text may mean, the likeliest first. Raises InvalidRequest."""
    kind, colon, value = text.partition(":")
    value = value.strip()
    if not colon or not value:
        raise InvalidRequest(f"identity must read kind:value – {IDENTITY.meaning}")
    if kind == "email" and "@" in value:
        handle = email_handle(value.removeprefix(":"))
        return [handle.key] if handle else []
    if kind in ("phone", "whatsapp", "sms"):
        phone = value.removeprefix(":").strip()
        # A plus in a URL's query is a space once decoded.
        handle = phone_handle(phone) or phone_handle(f"+{phone}")
        return [handle.key] if handle else []
    return [Handle(kind=kind, value=value).key, text]


def _view(customer_id: str) -> CustomerView:
    customer = customers.get(customer_id)
    return CustomerView.of(customer, customers.identities_of(customer.family))


CUSTOMER = "/v1/customers/{customer_id}"

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/customers",
        scope="customers:read",
        summary="Find a customer by identity",
        handle=find_customer,
        returns=CustomerView,
        query=(IDENTITY,),
    ),
    Endpoint(
        method="GET",
        path=CUSTOMER,
        scope="customers:read",
        summary="One customer",
        handle=get_customer,
        returns=CustomerView,
    ),
    Endpoint(
        method="GET",
        path=f"{CUSTOMER}/timeline",
        scope="customers:read",
        summary="A customer's timeline, newest first",
        handle=get_timeline,
        returns=TimelinePage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=f"{CUSTOMER}/notifications",
        scope="notifications:read",
        summary="A customer's notifications with their reasons",
        handle=list_notifications,
        returns=NotificationPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=f"{CUSTOMER}/orders",
        scope="orders:read",
        summary="A customer's orders",
        handle=list_orders,
        returns=OrderList,
    ),
    Endpoint(
        method="GET",
        path=f"{CUSTOMER}/devices",
        scope="devices:read",
        summary="A customer's devices",
        handle=list_devices,
        returns=DeviceList,
    ),
    Endpoint(
        method="GET",
        path=f"{CUSTOMER}/consents",
        scope="customers:read",
        summary="A customer's consents and their history",
        handle=get_consents,
        returns=ConsentHistory,
    ),
    Endpoint(
        method="PUT",
        path=f"{CUSTOMER}/consents",
        scope="customers:write",
        summary="Record a consent or its withdrawal",
        handle=put_consent,
        returns=ConsentHistory,
        body=ConsentRequest,
    ),
    Endpoint(
        method="POST",
        path=f"{CUSTOMER}/merge",
        scope="customers:write",
        summary="Merge another customer into this one",
        handle=merge,
        returns=CustomerView,
        body=MergeRequest,
    ),
    Endpoint(
        method="POST",
        path=f"{CUSTOMER}/unmerge",
        scope="customers:write",
        summary="Undo a merge",
        handle=part,
        returns=CustomerView,
        body=MergeRequest,
    ),
    Endpoint(
        method="PATCH",
        path=f"{CUSTOMER}/preferences",
        scope="customers:write",
        summary="Change a customer's preferences",
        handle=patch_preferences,
        returns=CustomerView,
        body=PreferencesRequest,
    ),
)
