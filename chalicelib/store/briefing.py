"""All that a notification's decision rests on, read together just before it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from chalicelib.store import (
    campaigns,
    checkouts,
    conversations,
    coupons,
    customers,
    devices,
    keys,
    ledgers,
    locations,
    notifications,
    orders,
    reviews,
)
from chalicelib.store.device_records import Alert, DeviceRecord
from chalicelib.store.location_records import Location
from chalicelib.store.models import Item
from chalicelib.store.notification_records import Notification
from chalicelib.store.outreach_records import Campaign, Checkout, Coupon, Ledger, Review
from chalicelib.store.records import Conversation, Customer, OrderRecord
from chalicelib.store.table import Key, get_many


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """A notification, its customer with what they got lately, and whatever it is about; None for
    what isn't there."""

    notification: Notification | None = None
    customer: Customer | None = None
    ledger: Ledger | None = None
    conversation: Conversation | None = None
    order: OrderRecord | None = None
    device: DeviceRecord | None = None
    alert: Alert | None = None
    checkout: Checkout | None = None
    campaign: Campaign | None = None
    review: Review | None = None
    coupon: Coupon | None = None
    locations: tuple[Location, ...] = ()
    """Where the customer is, of a notification about a store: kept under each id of theirs, and
    perhaps expired."""


Read = Callable[[Item], Any]


def read(*, notification_id: str, customer_id: str, **about: str | None) -> Briefing:
    """The briefing, in one request (and another for a customer who was merged). `about` are the
    notification's references: conversation_id, order_key, device_id, alert_id, checkout_key,
    campaign_id, review_id, coupon, store_id."""
    wanted: dict[str, tuple[Key, Read]] = {
        "notification": (keys.notification(notification_id), notifications.from_item),
        "customer": (keys.customer(customer_id), customers.customer_from),
        "ledger": (keys.ledger(customer_id), ledgers.from_item),
    }
    for name, (field, key, from_item) in _ABOUT.items():
        if value := about.get(field):
            wanted[name] = (key(value), from_item)
    device_id, alert_id = about.get("device_id"), about.get("alert_id")
    if device_id and alert_id:
        wanted["alert"] = (keys.alert(device_id, alert_id), devices.alert_from)
    found = get_many(key for key, _ in wanted.values())
    present = {name: read_(found[key]) for name, (key, read_) in wanted.items() if key in found}
    brief = _of_one_person(Briefing(**present))
    return _with_locations(brief) if about.get("store_id") else brief


_ABOUT: dict[str, tuple[str, Callable[[str], Key], Read]] = {
    "conversation": ("conversation_id", keys.conversation, conversations.from_item),
    "order": ("order_key", keys.order, orders.from_item),
    "device": ("device_id", keys.device, devices.device_from),
    "checkout": ("checkout_key", keys.checkout, checkouts.from_item),
    "campaign": ("campaign_id", keys.campaign, campaigns.from_item),
    "review": ("review_id", keys.review, reviews.from_item),
    "coupon": ("coupon", keys.coupon, coupons.from_item),
}


def _of_one_person(brief: Briefing) -> Briefing:
    """The briefing about the customer who leads, with what all of the family got."""
    customer = brief.customer
    if customer is None:
        return brief
    if customer.merged_into:
        customer = customers.get(customer.merged_into)
    if customer.members:
        return replace(
            brief, customer=_with_family(customer), ledger=ledgers.of_family(customer.family)
        )
    return replace(brief, customer=customer, ledger=brief.ledger or Ledger(customer_id=customer.id))


def _with_locations(brief: Briefing) -> Briefing:
    """With one more request, which offers near a store alone are worth."""
    family = brief.customer.family if brief.customer else ()
    return replace(brief, locations=tuple(locations.of_family(family)))


def _with_family(customer: Customer) -> Customer:
    """The customer, last seen and last ordered when any of the family was."""
    everyone = (customer, *customers.members(customer))
    seen = [one.last_seen_at for one in everyone if one.last_seen_at]
    ordered = [one.last_order_at for one in everyone if one.last_order_at]
    return msgspec.structs.replace(
        customer, last_seen_at=max(seen, default=None), last_order_at=max(ordered, default=None)
    )
