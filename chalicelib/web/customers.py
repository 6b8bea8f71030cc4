"""Staff API: customers – find one, read the timeline, keep what they want."""

from typing import Annotated, Literal

import msgspec

from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.inbox.consents import consent_event, record_consent
from chalicelib.inbox.threads import folded
from chalicelib.outreach.purposes import ConsentName
from chalicelib.search.people import index_name
from chalicelib.store import customers, notifications, orders, timelines
from chalicelib.store import devices as fleet
from chalicelib.store.records import Customer
from chalicelib.times import zone_exists
from chalicelib.web.delivery import with_delivery
from chalicelib.web.device_views import DeviceList, DeviceView
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.identities import MEANING, home_countries, identity_keys
from chalicelib.web.views import (
    ConsentHistory,
    CustomerView,
    EntryView,
    NotificationPage,
    OrderList,
    OrderView,
    TimelinePage,
)

Short = Annotated[str, msgspec.Meta(max_length=200)]
ChannelName = Literal[
    "whatsapp", "messenger", "instagram", "telegram", "sms", "chat", "x", "slack", "email"
]
HourText = Annotated[str, msgspec.Meta(max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Tags = Annotated[tuple[Tag, ...], msgspec.Meta(max_length=50)]

IDENTITY = Parameter(
    name="identity",
    meaning=MEANING,
    required=True,
)


class ConsentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the customer said about a purpose, where, and on which wording. `location` is the use of
    their location, which is about no channel; what is kept of it goes with the consent."""

    purpose: ConsentName
    granted: bool
    channel: ChannelName | None = None
    """On this channel alone; left out, on all."""
    source: Annotated[str, msgspec.Meta(max_length=200)] = "staff"
    wording: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class MergeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The other customer: the one that is merged into, or parted from, the one in the path."""

    customer_id: Short


class PreferencesRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields left out stay; null removes one."""

    preferred_channel: ChannelName | None | msgspec.UnsetType = msgspec.UNSET
    locale: Literal["tr", "en"] | None | msgspec.UnsetType = msgspec.UNSET
    time_zone: Short | None | msgspec.UnsetType = msgspec.UNSET
    name: Short | None | msgspec.UnsetType = msgspec.UNSET
    quiet_hours: tuple[HourText, HourText] | None | msgspec.UnsetType = msgspec.UNSET
    """From when to when to leave them alone, in their own time, instead of the brand's quiet hours;
    two equal hours mean never."""
    tags: Tags | None | msgspec.UnsetType = msgspec.UNSET


def find_customer(call: Call) -> CustomerView:
    """The customer behind a handle."""
    countries = home_countries(call.wiring.playbook)
    keys = identity_keys(call.query.get("identity", ""), countries)
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
    """A customer's notifications with outcome and reason, and what became of those that were sent,
    latest first."""
    before = call.cursor
    if before and not before.startswith("N#"):
        raise InvalidRequest("cursor must be the `next_cursor` of the page before")
    family = customers.get(call.path["customer_id"]).family
    page, cursor = notifications.listed(family, limit=call.limit, before=before)
    return NotificationPage(notifications=with_delivery(page), next_cursor=cursor)


def list_orders(call: Call) -> OrderList:
    from chalicelib.commerce import records

    found = orders.of_customer(customers.get(call.path["customer_id"]).family)
    return OrderList(
        orders=[OrderView.of(records.from_record(o.document), o.customer_id) for o in found]
    )


def list_devices(call: Call) -> DeviceList:
    found = fleet.of_customer(customers.get(call.path["customer_id"]).family)
    rules_of = call.wiring.watch.rules_of
    return DeviceList(devices=[DeviceView.of(device, rules_of(device)) for device in found])


def get_consents(call: Call) -> ConsentHistory:
    customer = customers.get(call.path["customer_id"])
    return ConsentHistory.of(customer, customers.consent_history(customer.family))


def put_consent(call: Call) -> ConsentHistory:
    """Record a grant or withdrawal, on one channel or on all; the history keeps every one."""
    wanted: ConsentRequest = call.body
    if wanted.purpose == "location" and wanted.channel:
        raise InvalidRequest("channel: nothing is sent for location: leave channel out")
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
        channel=wanted.channel,
    )
    told = consent_event(customer_id, wanted.purpose, wanted.granted, at, wanted.channel)
    call.wiring.bus.publish([told])
    return ConsentHistory.of(changed, customers.consent_history(changed.family))


def patch_preferences(call: Call) -> CustomerView:
    """Change what the customer prefers – channel, hours, language, time zone, how to be addressed –
    and the tags that staff give them."""
    wanted: PreferencesRequest = call.body
    values = {
        name: value
        for name in wanted.__struct_fields__
        if (value := getattr(wanted, name)) is not msgspec.UNSET
    }
    zone = values.get("time_zone")
    if zone is not None and not zone_exists(zone):
        raise InvalidRequest(f'time_zone {zone[:40]!r} does not exist: write e.g. "Europe/Berlin"')
    if values.get("tags"):
        values["tags"] = tuple(dict.fromkeys(values["tags"]))
    customer = customers.get(call.path["customer_id"])
    if values:
        customer = customers.change(customer, **values)
    if values.get("name") and call.wiring.playbook.search is not None:
        index_name(customer.id)
    return _shown(customer)


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


def _view(customer_id: str) -> CustomerView:
    return _shown(customers.get(customer_id))


def _shown(customer: Customer) -> CustomerView:
    identities = customers.identities_of(customer.family)
    return CustomerView.of(customer, identities, customers.members(customer))


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
