"""Whatever happens in whichever order, and at once: counts are exact, nobody has too much, and
nothing waits beside somebody who is free."""

from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.errors import Conflict
from chalicelib.queues import PartialFailure
from chalicelib.routing.router import Wanted
from chalicelib.store import agents
from chalicelib.store.routing_records import Agent
from tests.support import routing
from tests.support.aws_calls import Killed, killed_at
from tests.support.faults import Call, watched
from tests.support.routing import agent, answer, assert_exact, case, write
from tests.support.world import World
from tests.support.world import world as fresh_world

PEOPLE = {"ada": 1, "can": 2}
CASES = 4

numbers = st.integers(0, CASES - 1)
people = st.sampled_from(sorted(PEOPLE))
steps = st.one_of(
    st.tuples(st.just("resolve"), numbers),
    st.tuples(st.just("reopen"), numbers),
    st.tuples(st.just("write"), numbers),
    st.tuples(st.just("assign"), numbers, people),
    st.tuples(st.just("unassign"), numbers),
    st.tuples(st.just("be"), people, st.sampled_from(["online", "away", "offline"])),
)


def take(world: World, cases: list[str], step: tuple[object, ...]) -> None:
    match step:
        case ("resolve", int(number)):
            world.wiring.cases.resolve(cases[number], "lead")
        case ("reopen", int(number)):
            world.wiring.cases.reopen(cases[number], "lead")
        case ("write", int(number)):
            write(world, 100 + number, sender=5000 + number)
        case ("assign", int(number), str(who)):
            world.wiring.staffing.assign(cases[number], None, who, by="lead")
        case ("unassign", int(number)):
            world.wiring.staffing.assign(cases[number], None, None, by="lead")
        case ("be", str(who), presence):
            world.wiring.staffing.be(who, presence)  # type: ignore[arg-type]


def assert_nothing_waits_beside_a_free_hand() -> None:
    room = [a for a in agents.everyone() if a.presence == "online" and a.open < PEOPLE[a.id]]
    assert not (room and agents.waiting("care", limit=10))


@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(steps, min_size=4, max_size=9))
def test_counts_stay_exact_whatever_happens(sequence: list[tuple[object, ...]]) -> None:
    with fresh_world() as world:
        routing.without_understanding(world)
        for name, capacity in PEOPLE.items():
            agent(world, name, capacity=capacity)
        cases = [write(world, number) for number in range(CASES)]
        taken_away = False
        for one in sequence:
            world.now += timedelta(minutes=1)
            try:
                take(world, cases, one)
            except Conflict:
                continue  # resolved, or somebody is full
            finally:
                world.settle()
            assert_exact(world)
            assert all(a.open <= PEOPLE[a.id] for a in agents.everyone())
            taken_away |= one[0] == "unassign"
            if not taken_away:  # which waits for another, whoever it was taken from is free
                assert_nothing_waits_beside_a_free_hand()


def at_the_first_write(rival: object) -> object:
    """Lets a rival act between the reads of a worker and its first transaction."""
    pending = [rival]

    def hook(call: Call) -> None:
        if call.operation == "TransactWriteItems" and pending:
            pending.pop()()  # type: ignore[operator]

    return hook


def test_two_at_once_for_the_last_room_are_one_and_one_that_waits(world: World) -> None:
    routing.without_understanding(world)
    first, second = write(world, 1), write(world, 2)
    agent(world, "ada", capacity=1, presence="away")
    agents.be("ada", "online", at=world.now)

    def rival() -> None:
        world.wiring.router.route(second, Wanted(name="b", reason="asked"))

    with watched(at_the_first_write(rival)):  # type: ignore[arg-type]
        world.wiring.router.route(first, Wanted(name="a", reason="asked"))

    assert sorted([case(first).held_by or "", case(second).held_by or ""]) == ["", "ada"]
    assert_exact(world)


def test_who_comes_just_as_it_is_put_into_the_queue_gets_it_at_once(world: World) -> None:
    routing.without_understanding(world)
    agent(world, "ada", presence="away")
    mine = write(world, 1)
    answer(world, mine)
    world.wiring.staffing.assign(mine, None, "ada", by="lead")
    agent(world, "can", presence="away")
    world.now += timedelta(minutes=1)

    def rival() -> None:
        agents.be("can", "online", at=world.now)

    with watched(at_the_first_write(rival)):  # type: ignore[arg-type]
        world.wiring.router.route(mine, Wanted(name="a", reason="agent_away", avoid="ada"))

    assert case(mine).held_by == "can"
    assert_exact(world)


def test_a_case_that_is_solved_just_as_it_is_given_counts_for_nobody(world: World) -> None:
    routing.without_understanding(world)
    mine = write(world, 1)
    agent(world, "ada", presence="away")
    agents.be("ada", "online", at=world.now)

    def rival() -> None:
        world.wiring.cases.resolve(mine, "lead")

    with watched(at_the_first_write(rival)):  # type: ignore[arg-type]
        world.wiring.router.route(mine, Wanted(name="a", reason="asked"))

    assert case(mine).status == "resolved"
    assert agents.get("ada").open == 0
    assert_exact(world)


@pytest.mark.parametrize("answered", [True, False])
def test_cut_off_anywhere_it_is_routed_once_all_the_same(world: World, answered: bool) -> None:
    routing.without_understanding(world)
    mine = write(world, 1)
    agents.put(Agent(id="can", name="Can", teams=("care",)), at=world.now)
    agents.be("can", "online", at=world.now)
    handed = events.HandedOff(
        conversation_id=mine, customer_id=case(mine).customer_id, at=world.now, reason="asked"
    )
    detail = events.event(handed, mine, at=world.now).detail("local")
    body = f'{{"detail-type":"HandedOff","detail":{detail}}}'
    world.events()
    world.put("reactions", body)
    records = world.take("reactions")
    for killed in range(99):
        try:
            with killed_at(killed, answered=answered):
                world.invoke("react", records)
            break
        except (Killed, PartialFailure):
            continue
    world.delete("reactions", records)
    world.settle()
    assert killed > 5
    assert case(mine).assignee == "can"
    assert_exact(world)
    told = {
        one["detail"]["metadata"]["id"]
        for one in world.events()
        if one["detail-type"] == "ConversationRouted" and one["detail"]["data"]["assignee"] == "can"
    }
    assert len(told) == 1
