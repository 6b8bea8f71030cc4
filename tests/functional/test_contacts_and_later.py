"""Contacts about the same thing, counted once each; events told again at their moment."""

from datetime import timedelta

import pytest

from chalicelib import events
from chalicelib.errors import Unavailable
from chalicelib.events import Event, event
from chalicelib.outreach.later import once_more
from chalicelib.store import contacts
from chalicelib.store.article_records import Contacted
from tests.support.aws_calls import failing
from tests.support.world import START, World

LONG_AGO = START - timedelta(days=30)


def note(*family: str, conversation: str, days: float = 0, most: int = 20) -> list[str]:
    found = contacts.note(
        family or ("cus_1",),
        "return",
        Contacted(conversation_id=conversation, at=START - timedelta(days=days)),
        most=most,
        since=LONG_AGO,
    )
    return [one.conversation_id for one in found]


def test_a_conversation_counts_once_however_often_it_is_told(world: World) -> None:
    assert world.wiring.table
    assert note("cus_1", conversation="a", days=2) == ["a"]
    assert note("cus_1", conversation="b") == ["a", "b"]
    assert note("cus_1", conversation="a", days=2) == ["a", "b"]


def test_older_ones_are_not_counted_and_at_last_forgotten(world: World) -> None:
    assert world.wiring.table
    note("cus_1", conversation="old", days=31)
    assert note("cus_1", conversation="new") == ["new"]
    for number in range(5):
        note("cus_1", conversation=f"c{number}", days=number, most=3)
    assert len(note("cus_1", conversation="c0", most=3)) == 3


def test_who_turned_out_to_be_one_person_is_counted_as_one(world: World) -> None:
    assert world.wiring.table
    note("cus_2", conversation="b", days=1)
    assert note("cus_1", "cus_2", conversation="a") == ["b", "a"]
    assert note("cus_1", "cus_2", conversation="b", days=1) == ["b", "a"]


def rated() -> Event:
    data = events.ArticleRated(article_id="a", customer_id="cus_1", at=START, helped=True)
    return once_more(data, event(data, "a", at=START).id, START)


def test_what_is_far_is_scheduled_once_and_what_is_near_waits_in_the_queue(world: World) -> None:
    far, near = world.now + timedelta(hours=4), world.now + timedelta(minutes=10)
    for _ in range(2):
        world.wiring.later.at(far, rated(), world.now)
    assert [at for at, _, _ in world.schedules()] == [far]
    world.wiring.later.at(near, rated(), world.now)
    assert world.held_back() == [near]
    assert not world.work("react", "reactions")


def test_it_is_told_again_as_the_bus_would_and_what_knows_no_case_does_nothing(
    world: World,
) -> None:
    world.wiring.later.at(world.now + timedelta(hours=4), rated(), world.now)
    world.advance(timedelta(hours=5))
    assert not world.schedules()
    assert not world.waiting("reactions")


def test_a_scheduler_that_does_not_answer_is_asked_again_by_the_queue(world: World) -> None:
    with failing("CreateSchedule", "ThrottlingException"), pytest.raises(Unavailable):
        world.wiring.later.at(world.now + timedelta(hours=4), rated(), world.now)
    with failing("SendMessage", "ThrottlingException"), pytest.raises(Unavailable):
        world.wiring.later.at(world.now, rated(), world.now)


def test_what_the_scheduler_takes_for_past_is_told_at_once(world: World) -> None:
    with failing("CreateSchedule", "ValidationException"):
        world.wiring.later.at(world.now + timedelta(hours=4), rated(), world.now)
    assert world.waiting("reactions") == 1
