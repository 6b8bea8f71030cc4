"""Planning: kept once, put on the clock, taken back – also when a step in between fails."""

from contextlib import suppress
from datetime import timedelta

import pytest

from chalicelib.errors import NotFound, Unavailable
from chalicelib.outreach.plan import notification_id
from chalicelib.store import notifications
from tests.support.faults import (
    Call,
    Killed,
    failing,
    first_claim,
    killing,
    refusal,
    watched,
)
from tests.support.outreach import furnish, now, plan, work
from tests.support.world import World

LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _no_limits(world: World) -> None:
    world.without_limits()


def test_a_plan_for_later_is_one_item_and_one_schedule_in_two_requests(world: World) -> None:
    furnish(world)
    plan(world, key="warm", due_at=world.now + LATER)
    with watched() as calls:
        note = plan(world, due_at=world.now + LATER)

    assert [call.operation for call in calls] == ["PutItem", "CreateSchedule"]
    assert note.status == "planned"
    assert (world.now + LATER, f"{note.id}-0") in [s[:2] for s in world.schedules()]
    assert world.waiting("due") == 0


def test_a_plan_for_now_goes_to_the_queue(world: World) -> None:
    furnish(world)
    plan(world)

    assert not world.schedules()
    assert world.waiting("due") == 1


def test_the_same_key_twice_is_one_plan_as_it_was_first_made(world: World) -> None:
    furnish(world)
    first = plan(world, due_at=world.now + LATER)
    second = plan(world, due_at=world.now + 2 * LATER, purpose="service")

    assert second == first
    assert len(world.items("notification")) == len(world.schedules()) == 1
    world.advance(3 * LATER)
    assert len(world.platforms.posts) == 1


def test_a_plan_whose_outcome_is_known_is_not_planned_again(world: World) -> None:
    furnish(world)
    plan(world)
    world.settle()

    assert plan(world).status == "sent"
    assert world.waiting("due") == 0
    assert not world.schedules()


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_while_planning_leaves_nothing_its_repeat_does_not_mend(
    world: World, step: int, when: str
) -> None:
    furnish(world)
    plan(world, key="warm", due_at=world.now + LATER)
    with watched(**{when: killing(step)}), suppress(Killed):
        plan(world, due_at=world.now + LATER)
    plan(world, due_at=world.now + LATER)
    world.advance(2 * LATER)

    assert now().status == "sent"
    assert len(world.platforms.posts) == 2


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException"])
def test_a_scheduler_in_trouble_is_a_reason_to_repeat(world: World, code: str) -> None:
    furnish(world)
    with watched(before=failing("CreateSchedule", refusal(code))), pytest.raises(Unavailable):
        plan(world, due_at=world.now + LATER)
    plan(world, due_at=world.now + LATER)

    assert len(world.schedules()) == 1


def test_a_moment_that_the_scheduler_finds_past_goes_to_the_queue(world: World) -> None:
    furnish(world)
    with watched(before=failing("CreateSchedule", refusal("ValidationException"))) as calls:
        plan(world, due_at=world.now + timedelta(seconds=5))

    assert calls[-1].operation == "SendMessage"
    assert calls[-1].params["DelaySeconds"] == 5


# --- taking back ---------------------------------------------------------------------------------


def test_a_plan_taken_back_is_cancelled_with_its_reason_and_its_schedule_is_gone(
    world: World,
) -> None:
    furnish(world)
    plan(world, due_at=world.now + LATER)

    assert world.wiring.planner.cancel("note", "refunded") is True
    assert (now().status, now().reason) == ("cancelled", "refunded")
    assert [one.decision for one in now().decisions] == ["cancel"]
    assert not world.schedules()
    assert world.wiring.planner.cancel("note", "refunded") is False


def test_there_is_nothing_to_take_back_where_nothing_is_planned_or_all_is_done(
    world: World,
) -> None:
    furnish(world)
    assert world.wiring.planner.cancel("never", "refunded") is False
    plan(world)
    world.settle()

    assert world.wiring.planner.cancel("note", "refunded") is False
    assert now().status == "sent"
    with pytest.raises(NotFound):
        notifications.get(notification_id("never"))


def test_a_schedule_that_fires_after_all_sends_nothing(world: World) -> None:
    furnish(world)
    plan(world, due_at=world.now + LATER)
    with (
        watched(before=failing("DeleteSchedule", refusal("ThrottlingException"))),
        suppress(Unavailable),
    ):
        world.wiring.planner.cancel("note", "refunded")
    world.advance(2 * LATER)

    assert now().status == "cancelled"
    assert not world.platforms.posts


def test_taking_back_and_sending_at_the_same_moment_has_one_winner(world: World) -> None:
    furnish(world)
    plan(world)

    def send_first(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            work(world)

    with watched(before=send_first):
        assert world.wiring.planner.cancel("note", "refunded") is False
    assert now().status == "sent"

    plan(world, key="other")

    with watched(before=first_claim(lambda: world.wiring.planner.cancel("other", "refunded"))):
        assert work(world) is False
    world.settle()
    assert (now("other").status, now("other").reason) == ("cancelled", "refunded")
    assert len(world.platforms.posts) == 1


def test_what_went_out_is_known_by_its_key(world: World) -> None:
    furnish(world)
    plan(world, due_at=world.now + LATER)
    planner = world.wiring.planner

    assert not planner.went_out("never")
    assert not planner.went_out("note")
    world.advance(2 * LATER)
    assert planner.went_out("note")


# --- lists ---------------------------------------------------------------------------------------


def test_a_customers_notifications_are_listed_latest_first_page_by_page(world: World) -> None:
    furnish(world)
    for number in range(5):
        world.now += timedelta(minutes=1)
        plan(world, key=f"n{number}", due_at=world.now + LATER)

    seen, cursor = notifications.listed(["cus_1"], limit=2)
    while cursor:
        page, cursor = notifications.listed(["cus_1"], limit=2, before=cursor)
        seen += page
    assert [note.key for note in seen] == ["n4", "n3", "n2", "n1", "n0"]
