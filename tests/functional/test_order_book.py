"""Orders over the queue: the same end whatever comes twice, late or in another order."""

import json
from collections import Counter
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.support.aws_calls import Killed, killed_at
from tests.support.http_calls import staff
from tests.support.webhook_calls import SHOP, queued, queued_order, whatsapp_message
from tests.support.world import START, World, world

KEY = f"shopify:{SHOP}:9007199254740993"
BUYER = {"id": 7, "email": "ayse@ornek.example", "verified_email": True, "first_name": "Ayşe"}


def order(minute: int = 0, **more: Any) -> dict[str, Any]:
    """An order as it stood so many minutes after it was placed; its id is beyond 2^53."""
    return {
        "id": 9007199254740993,
        "name": "#1001",
        "created_at": START.isoformat(),
        "updated_at": (START + timedelta(minutes=minute)).isoformat(),
        "currency": "TRY",
        "total_price": "100.00",
        "customer": BUYER,
        **more,
    }


def arrived(order_id: int = 9007199254740993, minute: int = 10) -> dict[str, Any]:
    at = (START + timedelta(minutes=minute)).isoformat()
    event = {"fulfillment_id": 1, "order_id": order_id, "status": "delivered"}
    return {**event, "happened_at": at}


def refund(minute: int = 20) -> dict[str, Any]:
    money = {"kind": "refund", "status": "success", "amount": "100.00", "currency": "TRY"}
    at = (START + timedelta(minutes=minute)).isoformat()
    return {"id": 5, "order_id": 9007199254740993, "created_at": at, "transactions": [money]}


CREATED = ("orders/create", order())
UPDATED = ("orders/updated", order(5, name="#1001-A"))
ARRIVED = ("fulfillment_events/create", arrived())
REFUNDED = ("refunds/create", refund())


def take_in(stage: World, *told: tuple[str, Any]) -> None:
    for topic, payload in told:
        stage.put("inbound", queued_order(topic, payload, stage.now))
    stage.settle()


def milestones(stage: World) -> Counter[str]:
    """Different events about orders, by type."""
    seen = {(e["detail"]["metadata"]["id"], e["detail-type"]) for e in stage.events()}
    return Counter(kind for _, kind in seen if kind.startswith("Order"))


def end_state(stage: World) -> Any:
    (kept,) = stage.items("order")
    document = json.loads(kept["document"])
    lines = sorted(e["pk"] for e in stage.items("entry") if e["kind"] == "order")
    customers = [c["pk"].removeprefix("C#") for c in stage.items("customer")]
    facts = [(c["orders"], c["spent"], c["last_order_at"]) for c in stage.items("customer")]
    outcomes = {
        key.replace(customers[0], "cus"): status for key, status in stage.outcomes().items()
    }
    schedules = len(stage.schedules())
    return document, lines, len(customers), schedules, outcomes, milestones(stage), facts


def test_any_order_and_any_repeats_of_deliveries_end_the_same() -> None:
    ends = []
    for told in list(permutations((CREATED, UPDATED, ARRIVED)))[::2]:
        with world() as stage:
            take_in(stage, *told, *told[:2])
            ends.append(end_state(stage))
    assert all(end == ends[0] for end in ends)
    document, lines, customers, schedules, outcomes, events, facts = ends[0]
    assert (document["order_id"], document["name"]) == ("9007199254740993", "#1001-A")
    assert (len(lines), customers, schedules) == (2, 1, 3)
    assert outcomes == {
        f"review:{KEY}:1": "planned",
        f"nps:{KEY}": "planned",
        f"winback:cus:{KEY}": "planned",
    }
    assert facts == [(1, 10000, "2026-11-23T10:00:00.000Z")]
    assert events == {"OrderPlaced": 1, "OrderDelivered": 1}


def test_the_reminder_goes_out_once_some_days_after_the_delivery(world: World) -> None:
    take_in(world, CREATED, ARRIVED, ARRIVED)
    world.advance(timedelta(days=7))
    assert world.mails() == []
    world.advance(timedelta(days=1))
    take_in(world, ARRIVED, CREATED)
    world.advance(timedelta(days=5))
    (mail,) = world.mails()
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (REFUNDED, "refunded"),
        (("orders/cancelled", order(6, cancelled_at=START.isoformat())), "cancelled"),
    ],
)
def test_no_reminder_for_what_was_given_back(world: World, told: Any, reason: str) -> None:
    take_in(world, CREATED, ARRIVED)
    take_in(world, told)
    world.advance(timedelta(days=30))
    assert world.mails() == []
    (note,) = [n for n in world.items("notification") if n["kind"] == "review_reminder"]
    assert (note["status"], note["reason"]) == ("cancelled", reason)


def test_a_refund_that_overtakes_everything_prevents_the_reminder(world: World) -> None:
    take_in(world, REFUNDED)
    take_in(world, ARRIVED)
    take_in(world, CREATED)
    world.advance(timedelta(days=30))
    assert world.mails() == []
    assert world.outcomes()[f"review:{KEY}:1"] == "cancelled"


def test_an_order_of_nobody_is_kept_and_told_of_once_its_buyer_is_known(world: World) -> None:
    take_in(world, ("orders/create", order(customer=None)), ARRIVED)
    assert world.items("customer") == []
    assert world.items("notification") == []
    assert milestones(world) == {}
    take_in(world, UPDATED)
    assert milestones(world) == {"OrderPlaced": 1, "OrderDelivered": 1}
    kinds = sorted(key.partition(":")[0] for key in world.outcomes())
    assert kinds == ["nps", "review", "winback"]


def test_an_unverified_mail_address_identifies_nobody(world: World) -> None:
    """Anybody can type a stranger's address into a checkout."""
    take_in(world, CREATED)
    stranger = {"id": 8, "email": "ayse@ornek.example", "verified_email": False}
    take_in(world, ("orders/create", order(id=2, customer=stranger)))
    take_in(world, ("orders/create", order(id=3, customer=None, email="ayse@ornek.example")))
    owners = {o["pk"]: o["customer_id"] for o in world.items("order")}
    assert len(set(owners.values())) == 3
    found = staff(world).get("/v1/customers?identity=email:ayse@ornek.example").json
    assert found["id"] == owners[f"O#{KEY}"]


def test_a_verified_buyer_is_the_customer_who_wrote(world: World) -> None:
    take_in(world, CREATED)
    who = world.items("order")[0]["customer_id"]
    message = whatsapp_message("wamid.in.1", world.now)
    world.put("inbound", queued("whatsapp", message, world.now))
    take_in(world, ("orders/create", order(id=2)))
    assert {o["customer_id"] for o in world.items("order")} == {who}


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_leaves_every_milestone_told_by_id_once(
    world: World, answered: bool
) -> None:
    ended = False
    for number in range(30):
        order_id = 100 + number
        payload = order(id=order_id, customer={**BUYER, "id": order_id, "email": None})
        payload["fulfillments"] = [{"id": 1, "shipment_status": "delivered"}]
        world.put("inbound", queued_order("orders/create", payload, world.now))
        records = world.take("inbound")
        try:
            with killed_at(number, answered=answered):
                world.invoke("ingest", records)
                ended = True
        except Killed:
            world.restart()
        world.reappear("inbound", records)
        world.work("ingest", "inbound")
        assert milestones(world) == {"OrderPlaced": 1, "OrderDelivered": 1}
        if ended:
            break
    assert ended
    assert len(world.items("customer")) == len(world.items("order")) == number + 1
    announced = {kept["announced"] for kept in world.items("order")}
    assert announced == {'["placed","delivered"]'}
