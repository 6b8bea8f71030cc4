"""All that a notification's decision rests on, read together just before it."""

from dataclasses import dataclass, replace

from chalicelib.store import conversations, customers, devices, keys, notifications, orders
from chalicelib.store.records import (
    Alert,
    Conversation,
    Customer,
    DeviceRecord,
    Notification,
    OrderRecord,
)
from chalicelib.store.table import get_many


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """A notification, its customer, and whatever it is about; None for what isn't there."""

    notification: Notification | None = None
    customer: Customer | None = None
    conversation: Conversation | None = None
    order: OrderRecord | None = None
    device: DeviceRecord | None = None
    alert: Alert | None = None


def read(
    *,
    notification_id: str,
    customer_id: str,
    conversation_id: str | None = None,
    order_key: str | None = None,
    device_id: str | None = None,
    alert_id: str | None = None,
) -> Briefing:
    """The briefing, in one request (and one for the customer that theirs was merged into)."""
    wanted = {
        "notification": (keys.notification(notification_id), notifications.from_item),
        "customer": (keys.customer(customer_id), customers.customer_from),
    }
    if conversation_id:
        wanted["conversation"] = (keys.conversation(conversation_id), conversations.from_item)
    if order_key:
        wanted["order"] = (keys.order(order_key), orders.from_item)
    if device_id:
        wanted["device"] = (keys.device(device_id), devices.device_from)
    if device_id and alert_id:
        wanted["alert"] = (keys.alert(device_id, alert_id), devices.alert_from)
    found = get_many(key for key, _ in wanted.values())
    present = {name: read_(found[key]) for name, (key, read_) in wanted.items() if key in found}
    brief = Briefing(**present)  # type: ignore[arg-type]
    if brief.customer and brief.customer.merged_into:
        return replace(brief, customer=customers.get(brief.customer.merged_into))
    return brief
