"""An erasure's worker may end between any two calls, messages come twice, AWS refuses: nothing is
left all the same, and the record counts what there was."""

from collections import Counter
from typing import Any

import pytest

from chalicelib.queues import PartialFailure
from chalicelib.store import customers
from chalicelib.store.records import Customer
from tests.support.erasing import MAIL, STRINGS, about, ayse, files, until_done
from tests.support.faults import Call, Hook, Killed, killing, refusal, watched
from tests.support.http_calls import Staff, staff
from tests.support.world import World

WISH = {"reason": "request"}
COUNTED = ("entry", "notification", "order", "coupon", "kpi_note", "ledger", "location", "mood")
"""Kinds of which each item of the two ids is one to be counted."""


def begun(world: World, someone: Staff) -> tuple[str, dict[str, int]]:
    """An erasure to be worked at: its customer, and how much there is of them."""
    lead, buyer = ayse(world, someone)
    owners = {f"C#{lead}", f"C#{buyer}"}
    found = Counter(
        kind
        for kind in COUNTED
        for item in world.items(kind)
        if owners & {item["pk"], item.get("gsi1pk"), item.get("gsi2pk")}
    )
    assert someone.post(f"/v1/customers/{lead}/erase", WISH).status == 202
    return lead, dict(found)


def attempt(world: World, **hooks: Hook) -> bool:
    """One message of the queue `reactions`; False if its worker died or failed."""
    records = world.take("reactions", 1)
    try:
        with watched(**hooks):
            world.invoke("react", records)
    except (Killed, PartialFailure):
        world.reappear("reactions", records)
        return False
    world.delete("reactions", records)
    return True


def assert_gone(world: World, someone: Staff, who: str, there: dict[str, int]) -> None:
    done = someone.get(f"/v1/customers/{who}/erasure").json
    assert done["state"] == "done"
    assert {kind: done["erased"].get(kind, 0) for kind in there} == there
    assert about(*STRINGS) == [f"suppression S#email:{MAIL}|S"]
    assert files(world) == []
    assert [name for _, name, _ in world.schedules() if name.startswith("ntf_")] == []
    told = [event for event in world.events() if event["detail-type"] == "CustomerErased"]
    assert len({event["detail"]["metadata"]["id"] for event in told}) == 1


def test_workers_that_end_one_call_further_each_time_come_to_the_end(world: World) -> None:
    """Each message is worked by workers of which the first dies after one call, the next after two
    … until one gets through."""
    someone = staff(world)
    who, there = begun(world, someone)
    deaths = 0
    for _ in range(40):
        while world.waiting("reactions") and not world.held_back():
            number = 1
            while not attempt(world, after=killing(number)):
                number += 1
                deaths += 1
        if not world.held_back():
            break
        world.now = max(world.now, min(world.held_back()))
    assert deaths > 80
    until_done(world)
    assert_gone(world, someone, who, there)


def test_what_is_refused_once_is_done_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By AWS as a whole, and by S3, which keeps files inside a success."""
    someone = staff(world)
    who, there = begun(world, someone)
    refused: set[str] = set()
    client = world.wiring.client("s3")
    real, kept = client.delete_objects, list[Any]()

    def partly(**call: Any) -> Any:
        if kept:
            return real(**call)
        kept.extend(call["Delete"]["Objects"])
        return {"Errors": [{"Key": kept[0]["Key"], "Code": "InternalError"}]}

    monkeypatch.setattr(client, "delete_objects", partly)

    def refuse(call: Call) -> None:
        if call.operation not in refused:
            refused.add(call.operation)
            raise refusal("ThrottlingException")

    for _ in range(100):
        if world.held_back():
            world.now = max(world.now, min(world.held_back()))
        if not world.waiting("reactions"):
            break
        attempt(world, before=refuse)
    until_done(world)
    assert_gone(world, someone, who, there)
    assert kept
    assert refused >= {
        "Query",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactWriteItems",
        "UpdateItem",
        "DeleteObjects",
        "DeleteSchedule",
        "CreateSchedule",
        "PutEvents",
        "SendMessage",
    }


def test_a_call_that_was_cut_off_can_be_repeated(world: World) -> None:
    someone = staff(world)
    number, died = 1, True
    while died:
        name = f"cus_{number}"
        person = Customer(id=name, created_at=world.now)
        assert world.wiring.table
        customers.customer_item(person).save(add_version_condition=False)
        died = False
        try:
            with watched(after=killing(number)):
                someone.post(f"/v1/customers/{name}/erase", WISH)
        except Killed:
            died = True
        answer = someone.post(f"/v1/customers/{name}/erase", WISH)
        assert (answer.status, answer.json["erased"]) == (202, {"customer": 1})
        number += 1
    until_done(world)
    states = [someone.get(f"/v1/customers/cus_{n}/erasure").json["state"] for n in range(1, number)]
    assert set(states) == {"done"}
    assert number > 5
