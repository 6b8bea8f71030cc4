"""Reactions: each event has its consequence, as often as the event comes."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import events
from chalicelib.reactions import REACTIONS
from tests.support.aws_calls import Killed, killed_at
from tests.support.webhook_calls import queued, telegram_message
from tests.support.world import World, load_template


def put_event(world: World, data: events.Data, *, times: int = 1, **more: Any) -> None:
    """An event on the queue, as EventBridge puts it there."""
    happened = events.event(data, "test", at=world.now)
    detail = json.loads(happened.detail("local"))
    body = {"detail-type": happened.type, "source": "temas", "detail": detail, **more}
    world.put("reactions", *[json.dumps(body)] * times)


def customer(world: World) -> str:
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.settle()
    return str(world.items("customer")[0]["pk"]).removeprefix("C#")


def raised(owner: str | None, world: World) -> events.AlertRaised:
    return events.AlertRaised(
        alert_id="alr_1",
        device_id="d1",
        rule="water_pressure_low",
        severity="warning",
        raised_at=world.now,
        owner_id=owner,
    )


def test_the_rule_on_the_bus_lets_through_what_the_table_reacts_to() -> None:
    rule = load_template()["Resources"]["ReactionsRule"]["Properties"]
    wanted = {kind.__name__ for kind in REACTIONS}
    let_through = [kind for one in rule["EventPattern"]["$or"] for kind in one["detail-type"]]
    assert set(let_through) == wanted
    assert len(let_through) == len(wanted)


def test_an_event_that_nothing_follows_from_is_left_alone(world: World) -> None:
    world.put("reactions", json.dumps({"detail-type": "Unheard", "detail": _detail({})}))
    world.settle()
    assert world.items("notification") == []


def _detail(data: Any) -> dict[str, Any]:
    return {"metadata": {"id": "evt_1", "occurred_at": "2026-11-23T10:00:00Z"}, "data": data}


def test_what_is_no_event_of_ours_waits_for_someone_to_look(world: World) -> None:
    wrong: tuple[Any, ...] = ({"order_key": 1}, {}, [])
    bodies = [json.dumps({"detail-type": "OrderDelivered", "detail": _detail(d)}) for d in wrong]
    world.put("reactions", "{", "[]", *bodies)
    with pytest.raises(Exception, match="5 of 5 messages failed"):
        world.work("react", "reactions")


def test_a_reaction_that_runs_again_changes_nothing(world: World) -> None:
    who = customer(world)
    put_event(world, raised(who, world), times=4)
    world.settle()
    cases = [c for c in world.items("conversation") if c["opened_by"] == "alert"]
    assert len(cases) == 1
    assert [key for key in world.outcomes() if key.startswith("alert:")] == ["alert:alr_1"]


def test_a_case_opened_by_an_alert_is_not_greeted(world: World) -> None:
    who = customer(world)
    before = len(world.platforms.posts)
    put_event(world, raised(who, world))
    world.settle()
    greetings = [key for key in world.outcomes() if key.startswith("greeting:")]
    assert (len(greetings), before) == (1, 1)


def test_an_order_that_is_gone_is_not_reminded_of(world: World) -> None:
    who = customer(world)
    delivered = events.OrderDelivered(order_key="shopify:x:1", customer_id=who, at=world.now)
    put_event(world, delivered, times=2)
    world.settle()
    world.advance(timedelta(days=8))
    assert world.outcomes()["review:shopify:x:1:1"] == "cancelled"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (events.OrderCancelled, "cancelled"),
        (events.OrderRefunded, "refunded"),
        (events.ReviewSubmitted, "reviewed"),
    ],
)
def test_what_ends_an_order_takes_its_reminder_back(world: World, kind: Any, reason: str) -> None:
    who = customer(world)
    about: dict[str, Any] = {"order_key": "shopify:x:1", "customer_id": who}
    put_event(world, events.OrderDelivered(**about, at=world.now))
    world.settle()
    more = {"stars": 5} if kind is events.ReviewSubmitted else {"at": world.now}
    put_event(world, kind(**about, **more), times=2)
    world.settle()
    (note,) = [n for n in world.items("notification") if n["kind"] == "review_reminder"]
    assert (note["status"], note["reason"]) == ("cancelled", reason)
    assert not [name for _, name, _ in world.schedules() if name.startswith(note["pk"][2:])]


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_leaves_one_case_and_one_notice(
    world: World, answered: bool
) -> None:
    who, ended = customer(world), False
    for number in range(30):
        alert_id = f"alr_{number}"
        data = raised(who, world)
        put_event(world, type(data)(**{**_fields(data), "alert_id": alert_id}))
        records = world.take("reactions")
        try:
            with killed_at(number, answered=answered):
                world.invoke("react", records)
                ended = True
        except Killed:
            world.restart()
        world.reappear("reactions", records)
        world.work("react", "reactions")
        if ended:
            break
    world.settle()
    assert ended
    cases = [c for c in world.items("conversation") if c["opened_by"] == "alert"]
    lines = [e for e in world.items("entry") if e["kind"] == "alert"]
    notices = [key for key in world.outcomes() if key.startswith("alert:")]
    assert len(cases) == len(lines) == len(notices) == number + 1


def _fields(data: Any) -> dict[str, Any]:
    return {name: getattr(data, name) for name in data.__struct_fields__}
