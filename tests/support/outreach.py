"""A customer with a case, an order and a device, and notifications to bring to them."""

import json
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from chalicelib.channels.base import HttpReply
from chalicelib.commerce.facts import Item
from chalicelib.commerce.orders import Order
from chalicelib.commerce.records import to_record
from chalicelib.outreach.plan import Plan
from chalicelib.outreach.schedule import Due
from chalicelib.queues import PartialFailure
from chalicelib.store import conversations, customers, notifications, orders
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Contact, Conversation, Customer, OrderRecord
from tests.support.faults import Hook, Killed, watched
from tests.support.world import World, sqs_record

MAIL = Contact(channel="email", address="ayse@example.com")
CHAT = Contact(channel="chat", address="visitor-1")
TELEGRAM = Contact(channel="telegram", address="4242")
WHATSAPP = Contact(channel="whatsapp", account="15550001111", address="905321112233")
CONTACTS = {contact.channel: contact for contact in (WHATSAPP, TELEGRAM, CHAT, MAIL)}
ORDER_KEY = "shopify:kahve:5001"


def furnish(world: World, *, channel: str = "chat", **customer: Any) -> Customer:
    """Keep a customer who has a solved case on `channel` and a delivered order."""
    assert world.wiring.table
    known: dict[str, Any] = {"name": "Ayşe Yılmaz", "contacts": tuple(CONTACTS.values())}
    person = Customer(id="cus_1", created_at=world.now, **(known | customer))
    customers.customer_item(person).save(add_version_condition=False)
    here = CONTACTS[channel]
    case = Conversation(
        id="cnv_1",
        customer_id=person.id,
        status="resolved",
        opened_by="customer",
        opened_at=world.now,
        channel=here.channel,
        account=here.account,
        address=here.address,
        resolutions=1,
    )
    conversations.item(case).save()
    keep_order(world)
    return person


def keep_order(world: World, **changes: Any) -> None:
    """Keep the order, as it has become."""
    order = Order(
        platform="shopify",
        shop="kahve",
        order_id="5001",
        name="#1001",
        total=Decimal("120.50"),
        currency="TRY",
        placed_at=world.now - timedelta(days=9),
        items=(Item(product_id="1", title="Filtre Kahve", quantity=1),),
        **{"deliveries": {"f1": world.now - timedelta(days=7)}, **changes},
    )
    kept = orders.find(ORDER_KEY)
    version = kept.version if kept else None
    document = to_record(order)
    orders.save(OrderRecord(key=ORDER_KEY, document=document, customer_id="cus_1", version=version))


def plan(world: World, kind: str = "satisfaction", key: str = "note", **more: Any) -> Notification:
    """Plan a notification of this kind, due now unless said otherwise."""
    usual: dict[str, Any] = {
        "satisfaction": {"purpose": "survey", "conversation_id": "cnv_1"},
        "greeting": {"purpose": "reply", "conversation_id": "cnv_1"},
        "reply": {"purpose": "reply", "conversation_id": "cnv_1", "text": "Buyurun."},
        "review_reminder": {"purpose": "review", "channel": "email", "order_key": ORDER_KEY},
    }[kind]
    about: dict[str, Any] = {"customer_id": "cus_1", "due_at": world.now, **usual, **more}
    return world.wiring.planner.plan(Plan(key=key, kind=kind, **about))  # type: ignore[arg-type]


def again(world: World, key: str = "note", **changes: Any) -> None:
    """The due message of a planned notification once more, as the queue may bring it."""
    world.put("due", message(key, **changes))


def message(key: str = "note", **changes: Any) -> str:
    due = json.loads(body_of(now(key)))
    return json.dumps(due | changes)


def body_of(note: Notification) -> str:
    import msgspec

    return msgspec.json.encode(Due.of(note)).decode()


def record_of(key: str = "note", message_id: str = "m-1") -> dict[str, Any]:
    """The due message as an SQS record for `World.invoke`."""
    return sqs_record("due", {"Body": message(key), "MessageId": message_id})


def now(key: str = "note") -> Notification:
    """The notification with this key as it stands."""
    from chalicelib.outreach.plan import notification_id

    return notifications.get(notification_id(key))


def work(world: World) -> bool:
    """One batch of the queue `due`; False if it failed and stays in the queue."""
    with suppress(PartialFailure):
        world.work("deliver", "due")
        return True
    return False


def attempt(world: World, **hooks: Hook) -> bool:
    """The same with hooks in the function's own calls to AWS alone; False if it failed or died."""
    records = world.take("due")
    try:
        with watched(**hooks):
            world.invoke("deliver", records)
    except (Killed, PartialFailure):
        world.reappear("due", records)
        return False
    world.delete("due", records)
    return True


def reply(status: int, body: str = "", **headers: str) -> HttpReply:
    """A platform's answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpReply(status=status, headers=named, body=body.encode())


def announced(world: World) -> dict[str, int]:
    """How many different NotificationSent events each notification has."""
    seen: dict[str, set[str]] = {}
    for event in world.events():
        if event["detail-type"] == "NotificationSent":
            detail = event["detail"]
            seen.setdefault(detail["data"]["notification_id"], set()).add(detail["metadata"]["id"])
    return {note: len(ids) for note, ids in seen.items()}
