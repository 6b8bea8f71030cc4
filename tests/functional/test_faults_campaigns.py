"""A campaign's worker may end between any two calls, messages come twice and late, AWS refuses:
everybody still gets it once, and every count is right."""

import json
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest

from chalicelib.outreach import campaigns as reckoning
from chalicelib.queues import PartialFailure
from chalicelib.store import keys
from tests.support.campaigning import act, crowd, drafted, now, seen, template
from tests.support.faults import Call, Hook, Killed, failing, killing, refusal, watched
from tests.support.http_calls import Staff, staff
from tests.support.world import World, _table

PEOPLE, PAGE = 4, 2


@pytest.fixture
def someone(world: World, monkeypatch: pytest.MonkeyPatch) -> Staff:
    monkeypatch.setattr(keys, "CUSTOMER_SHARDS", 2)
    monkeypatch.setattr(reckoning, "page_size", lambda _: PAGE)
    world.without_limits()
    found = staff(world)
    template(found)
    crowd(world, PEOPLE)
    return found


def hasty(world: World) -> None:
    """Workers that hand over after every page."""
    seconds = count(step=30)
    world.restart(monotonic=lambda: float(next(seconds)))


def attempt(world: World, **hooks: Hook) -> bool:
    """One message of the queue `campaigns` with hooks in its calls; False if its worker died."""
    records = world.take("campaigns", 1)
    try:
        with watched(**hooks):
            world.invoke("campaign", records)
    except (Killed, PartialFailure):
        world.reappear("campaigns", records)
        return False
    world.delete("campaigns", records)
    return True


def work_through(world: World) -> None:
    """All of the queue `campaigns`, rests included, and nothing else."""
    for _ in range(30):
        while world.work("campaign", "campaigns", 1):
            pass
        if not world.waiting("campaigns"):
            return
        world.now += timedelta(minutes=15)
    raise AssertionError("the campaign never came to its end")


def assert_everybody_is_planned_and_woken(world: World, someone: Staff, name: str) -> None:
    """Each once; every count right; begin and end told (under one id each)."""
    found = seen(someone, name)
    assert (found["planned"], found["looked_at"]) == (PEOPLE, PEOPLE)
    assert now(name).status == "done"
    notes = {item["pk"].removeprefix("N#") for item in world.items("notification")}
    assert len(notes) == PEOPLE
    world.now += timedelta(minutes=15)
    woken = set()
    while records := world.take("due"):
        world.delete("due", records)
        woken |= {json.loads(record["body"])["notification_id"] for record in records}
    assert woken == notes
    told: dict[str, set[str]] = {}
    for event in world.events():
        told.setdefault(event["detail-type"], set()).add(event["detail"]["metadata"]["id"])
    assert len(told["CampaignStarted"]) == len(told["CampaignFinished"]) == 1


@pytest.mark.parametrize("handing_over", [False, True])
@pytest.mark.parametrize("moment", ["after"])  # before a call is after the one that came before it
def test_a_worker_may_end_at_any_call(
    world: World, someone: Staff, moment: str, handing_over: bool
) -> None:
    number, died = 1, True
    while died:
        if handing_over:
            hasty(world)
        name = drafted(someone)
        act(someone, name, "start")
        died = not attempt(world, **{moment: killing(number)})
        work_through(world)
        assert_everybody_is_planned_and_woken(world, someone, name)
        clear(world)
        number += 1
    assert number > (10 if handing_over else 20)


def clear(world: World) -> None:
    """Everything but the customers and the template is gone."""
    table = _table()
    for kind in ("notification", "campaign"):
        for item in world.items(kind):
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


@pytest.mark.parametrize("number", [3, 7, 12, 16])
def test_after_a_crash_everybody_gets_it_once_and_is_counted_once(
    world: World, someone: Staff, number: int
) -> None:
    name = drafted(someone, holdout_percent=20)
    act(someone, name, "start")
    attempt(world, after=killing(number))
    world.settle()
    world.advance(timedelta(minutes=10))

    found = seen(someone, name)
    assert (found["status"], found["waiting"]) == ("done", 0)
    held = found["outcomes"].get("skipped", {}).get("holdout", 0)
    assert found["outcomes"].get("sent", {}).get("due", 0) + held == PEOPLE
    assert len(world.mails()) == PEOPLE - held


def test_a_message_that_comes_again_or_late_ends_quietly(world: World, someone: Staff) -> None:
    hasty(world)
    name = drafted(someone)
    first = None
    act(someone, name, "start")
    for _ in range(3):
        (record,) = world.take("campaigns", 1)
        first = first or record
        world.invoke("campaign", [record])
        world.invoke("campaign", [record])  # the very message again
        world.invoke("campaign", [first])  # and the first of all
        world.delete("campaigns", [record])
    assert world.waiting("campaigns") <= 3
    work_through(world)
    world.invoke("campaign", [first])  # type: ignore[list-item]
    assert_everybody_is_planned_and_woken(world, someone, name)


def test_two_workers_at_once_share_the_pages(world: World, someone: Staff) -> None:
    name = drafted(someone)
    act(someone, name, "start")
    body = world.take("campaigns", 1)[0]
    inside: list[int] = []

    def cut_in(call: Call) -> None:
        if call.operation == "Query" and not inside:
            inside.append(1)
            world.invoke("campaign", [body])

    with watched(before=cut_in):
        world.invoke("campaign", [body])
    assert_everybody_is_planned_and_woken(world, someone, name)


def test_a_pause_between_plans_and_place_stops_the_run_and_loses_nothing(
    world: World, someone: Staff
) -> None:
    name = drafted(someone)
    act(someone, name, "start")
    paused: list[int] = []

    def pause(call: Call) -> None:
        if call.operation == "SendMessageBatch" and not paused:
            paused.append(1)
            act(someone, name, "pause")

    attempt(world, after=pause)
    work_through(world)
    assert (now(name).status, now(name).planned) == ("paused", 0)
    act(someone, name, "resume")
    work_through(world)
    assert_everybody_is_planned_and_woken(world, someone, name)


def test_messages_that_sqs_refuses_inside_a_success_are_sent_again(
    world: World, someone: Staff
) -> None:
    name = drafted(someone)
    act(someone, name, "start")
    refused: list[str] = []
    real = world.wiring.client("sqs").send_message_batch

    def partly(**call: Any) -> Any:
        first, *rest = call["Entries"]
        if first["Id"] in refused or not rest:
            return real(**call)
        refused.append(first["Id"])
        answer = real(QueueUrl=call["QueueUrl"], Entries=rest)
        return answer | {"Failed": [{"Id": first["Id"], "Code": "Throttled", "SenderFault": False}]}

    with patch.object(world.wiring.client("sqs"), "send_message_batch", partly):
        work_through(world)
    assert refused
    assert_everybody_is_planned_and_woken(world, someone, name)


@pytest.mark.parametrize(
    "operation", ["Query", "BatchGetItem", "TransactWriteItems", "UpdateItem", "SendMessageBatch"]
)
def test_what_is_throttled_is_done_later(world: World, someone: Staff, operation: str) -> None:
    name = drafted(someone)
    act(someone, name, "start")
    errors = [refusal("ThrottlingException") for _ in range(12)]
    assert not attempt(world, before=failing(operation, *errors))
    work_through(world)
    assert_everybody_is_planned_and_woken(world, someone, name)


@pytest.mark.parametrize("action", ["start", "resume"])
@pytest.mark.parametrize("number", range(1, 7))
def test_a_call_that_was_cut_off_can_be_repeated(
    world: World, someone: Staff, action: str, number: int
) -> None:
    name = drafted(someone)
    if action == "resume":
        act(someone, name, "start")
        act(someone, name, "pause")
    with suppress(Killed), watched(after=killing(number)):
        someone.post(f"/v1/campaigns/{name}/{action}")
    someone.post(f"/v1/campaigns/{name}/{action}")
    work_through(world)
    assert_everybody_is_planned_and_woken(world, someone, name)


def test_what_is_no_step_goes_to_the_dead_letters(world: World, someone: Staff) -> None:
    world.put("campaigns", "nonsense", '{"campaign_id": "cmp_gone", "run": 1, "leg": 1}')
    with pytest.raises(PartialFailure):
        world.work("campaign", "campaigns")
    assert world.waiting("campaigns") == 1
