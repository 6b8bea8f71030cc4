"""Routing: the right team, whoever of it has room, and nobody left waiting beside a free hand."""

from datetime import timedelta

import pytest

from chalicelib import events, playbook
from chalicelib.store import agents, conversations
from chalicelib.store.routing_records import Agent
from tests.support import routing
from tests.support.http_calls import problem_of, staff
from tests.support.routing import HOUR, agent, answer, assert_exact, case, lines, told, write
from tests.support.world import World


@pytest.fixture(autouse=True)
def people_answer(world: World) -> None:
    routing.without_understanding(world)


def test_a_conversation_goes_to_whoever_of_the_team_has_the_least_to_do(world: World) -> None:
    agent(world, "ada")
    agent(world, "can")
    world.events()

    first, second, third = write(world, 1), write(world, 2), write(world, 3)

    assert [case(one).assignee for one in (first, second, third)] == ["ada", "can", "ada"]
    assert (case(first).team, case(first).handed_off) == ("care", "off")
    assert [agents.get(one).open for one in ("ada", "can")] == [2, 1]
    routed = told(world, "ConversationRouted")
    assert [one["assignee"] for one in routed] == ["ada", "can", "ada"]
    assert "Müşteri hizmetleri: Can ilgileniyor" in lines(world, "routed")
    assert_exact(world)


def test_nobody_gets_more_than_they_can_take_and_the_rest_waits(world: World) -> None:
    agent(world, "ada", capacity=2)
    cases = [write(world, number) for number in (1, 2, 3)]

    assert [case(one).assignee for one in cases] == ["ada", "ada", None]
    assert case(cases[2]).queued is not None
    assert case(cases[2]).team == "care"
    assert_exact(world)


def test_who_solves_a_case_gets_the_one_that_has_waited_longest(world: World) -> None:
    agent(world, "ada", capacity=1)
    cases = []
    for number in (1, 2, 3):
        cases.append(write(world, number))
        world.now += timedelta(minutes=1)

    world.wiring.cases.resolve(cases[0], "ada")
    world.settle()

    assert [case(one).assignee for one in cases[1:]] == ["ada", None]
    assert case(cases[0]).held_by is None
    assert_exact(world)


def test_what_is_urgent_is_taken_first(world: World) -> None:
    agent(world, "ada", capacity=1)
    write(world, 1)
    world.now += timedelta(minutes=1)
    early = write(world, 2)
    world.now += timedelta(minutes=1)
    late = write(world, 3)
    conversations.change(late, {"priority": "high"})
    routing.hand_off(world, late, "urgent")

    world.wiring.staffing.put(Agent(id="ada", name="Ada", teams=("care",), capacity=2))
    world.settle()

    assert (case(late).assignee, case(early).assignee) == ("ada", None)
    assert_exact(world)


def test_who_comes_online_gets_what_waits(world: World) -> None:
    waiting = write(world, 1)
    assert case(waiting).queued

    agent(world, "ada")

    assert (case(waiting).assignee, case(waiting).queued) == ("ada", None)
    assert_exact(world)


def test_what_waits_with_somebody_who_goes_is_given_to_others(world: World) -> None:
    agent(world, "ada")
    unanswered, answered = write(world, 1), write(world, 2)
    answer(world, answered)
    agent(world, "can")

    world.wiring.staffing.be("ada", "away")
    world.settle()

    assert case(unanswered).assignee == "can"
    assert case(answered).assignee == "ada"
    assert_exact(world)


def test_without_anybody_else_it_waits_and_comes_back_with_them(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    world.now += timedelta(minutes=1)
    world.wiring.staffing.be("ada", "away")
    world.settle()
    assert (case(mine).assignee, bool(case(mine).queued)) == (None, True)
    assert_exact(world)

    world.now += timedelta(minutes=1)
    world.wiring.staffing.be("ada", "online")
    world.settle()
    assert case(mine).assignee == "ada"
    assert_exact(world)


def test_who_writes_to_somebody_who_has_gone_gets_somebody_else(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    answer(world, mine)
    agent(world, "can")
    world.now += timedelta(minutes=1)
    world.wiring.staffing.be("ada", "offline")
    world.settle()
    assert case(mine).assignee == "ada"

    world.now += timedelta(minutes=1)
    write(world, 9, sender=5001)
    assert case(mine).assignee == "can"
    assert_exact(world)


def test_a_case_that_is_open_again_goes_back_to_who_had_it(world: World) -> None:
    agent(world, "ada")
    agent(world, "can")
    write(world, 1)
    mine = write(world, 2)
    assert case(mine).assignee == "can"
    world.wiring.cases.resolve(mine, "can")
    world.settle()
    assert agents.get("can").open == 0
    assert case(mine).step == "close"

    world.now += HOUR
    world.wiring.cases.reopen(mine, "can")
    world.settle()

    assert (case(mine).assignee, case(mine).held_by) == ("can", "can")
    assert case(mine).reopened_at == world.now
    assert_exact(world)


def test_the_same_news_twice_or_late_moves_nothing(world: World) -> None:
    agent(world, "ada", capacity=1)
    mine = write(world, 1)
    before = case(mine)
    told(world, "ConversationRouted")
    for _ in range(2):
        routing.hand_off(world, mine)
    opened = events.ConversationOpened(
        conversation_id=mine, customer_id=before.customer_id, opened_by="customer"
    )
    world.wiring.bus.publish([events.event(opened, mine, at=before.opened_at)])
    world.settle()

    assert case(mine) == before
    assert agents.get("ada").open == 1
    assert len({one["at"] for one in told(world, "ConversationRouted")}) == 1
    assert_exact(world)


def test_what_staff_say_it_is_about_takes_it_to_the_team_for_that(world: World) -> None:

    routing.with_playbook(world, triage=playbook.load("prod").triage)
    agent(world, "ada")
    agent(world, "ege", "orders")
    mine = write(world, 1)
    routing.hand_off(world, mine)
    assert case(mine).assignee == "ada"
    world.events()

    conversations.change(mine, {"category": "return", "category_by": "Ada"})
    labelled = events.ConversationLabelled(
        conversation_id=mine,
        customer_id=case(mine).customer_id,
        at=world.now,
        by="Ada",
        category="return",
    )
    routing.publish(world, labelled, mine, "return")

    assert (case(mine).team, case(mine).assignee) == ("orders", "ege")
    assert_exact(world)


def test_a_case_of_an_alert_is_somebodys_from_the_start(world: World) -> None:

    routing.with_playbook(world, triage=playbook.load("prod").triage)
    agent(world, "ada")
    write(world, 1)
    who = case(routing.of(world, 5001)).customer_id
    raised = events.AlertRaised(
        alert_id="al1",
        device_id="d1",
        rule="boiler_too_hot",
        severity="warning",
        raised_at=world.now,
        owner_id=who,
    )
    routing.publish(world, raised, "al1")
    (opened,) = [c for c in world.items("conversation") if c["opened_by"] == "alert"]
    assert (opened["assignee"], opened["handed_off"]) == ("ada", "alert")


def test_what_is_understood_while_it_waits_takes_it_to_the_team_for_that(world: World) -> None:
    mine = write(world, 1)
    assert str(case(mine).queued).startswith("care#2#")
    routing.with_playbook(world, triage=playbook.load("prod").triage)
    conversations.change(mine, {"category": "refund", "severity": "warning"})
    triaged = events.MessageTriaged(
        message_key="m",
        conversation_id=mine,
        customer_id=case(mine).customer_id,
        at=world.now,
        channel="telegram",
        language="tr",
        sentiment="neutral",
        severity="warning",
        category="refund",
    )
    routing.publish(world, triaged, "m")
    assert str(case(mine).queued).startswith("orders#1#")
    assert_exact(world)


def test_without_teams_nothing_is_routed(world: World) -> None:
    routing.with_playbook(world, teams=(), sla=None, steps=None)
    mine = write(world, 1)
    assert (case(mine).team, case(mine).assignee, case(mine).handed_off) == (None, None, "off")
    assert case(mine).waiting_since is not None
    assert told(world, "ConversationRouted") == []


def test_staff_give_it_to_somebody_within_their_capacity(world: World) -> None:
    agent(world, "ada")
    agent(world, "can", capacity=1, presence="away")
    first, second = write(world, 1), write(world, 2)
    someone = staff(world, name="Lead")
    url = "/v1/conversations/{}/assign"

    given = someone.post(url.format(first), {"assignee": "can"})
    assert (given.status, given.json["assignee"], given.json["team"]) == (200, "can", "care")
    assert someone.post(url.format(first), {"assignee": "can"}).json["assignee"] == "can"
    refused = problem_of(someone.post(url.format(second), {"assignee": "can"}), 409)
    assert "may have 1" in refused
    problem_of(someone.post(url.format(second), {"assignee": "nobody"}), 404)
    assert "there is no team" in problem_of(someone.post(url.format(second), {"team": "x"}), 400)
    assert_exact(world)


def test_staff_take_it_from_somebody_and_another_of_the_team_gets_it(world: World) -> None:
    agent(world, "ada")
    mine = write(world, 1)
    agent(world, "can")
    someone = staff(world)
    world.now += HOUR
    taken = someone.post(f"/v1/conversations/{mine}/assign", {})
    assert taken.json["assignee"] == "can"
    world.now += HOUR
    moved = someone.post(f"/v1/conversations/{mine}/assign", {"team": "orders"})
    assert (moved.json["team"], moved.json.get("assignee")) == ("orders", None)
    world.settle()
    assert_exact(world)


def test_teams_show_what_they_have_to_do(world: World) -> None:
    agent(world, "ada", capacity=1)
    agent(world, "can", presence="away")
    write(world, 1)
    write(world, 2)
    teams = {one["id"]: one for one in staff(world).get("/v1/teams").json["teams"]}
    care = teams["care"]
    assert (care["agents"], care["online"], care["open"], care["waiting"]) == (2, 1, 1, 1)
    assert (care.get("room", 0), care["open_now"]) == (0, True)
    assert teams["orders"].get("agents", 0) == 0


def test_much_that_is_put_off_hides_nothing_that_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.web.teams.MOST_WAITING", 1)
    cases = [write(world, number) for number in (1, 2, 3)]
    for one in cases[:2]:
        world.wiring.snoozing.snooze(one, world.now + HOUR, by="ada")
    teams = {one["id"]: one for one in staff(world).get("/v1/teams").json["teams"]}
    assert (teams["care"]["waiting"], teams["care"]["snoozed"]) == (1, 2)


def test_an_agent_is_made_with_what_fits_the_playbook(world: World) -> None:
    someone = staff(world)
    url = "/v1/agents/ada"
    assert "there is no team" in problem_of(someone.put(url, {"name": "A", "teams": ["x"]}), 400)
    assert "tr or en" in problem_of(someone.put(url, {"name": "A", "languages": ["de"]}), 400)
    assert "capacity" in problem_of(someone.put(url, {"name": "A", "capacity": 0}), 400)
    assert "no id" in problem_of(someone.put("/v1/agents/a%20b", {"name": "A"}), 400)
    problem_of(someone.put(f"{url}/presence", {"presence": "online"}), 404)
    made = someone.put(url, {"name": "Ada", "teams": ["care"], "languages": ["tr"]}).json
    assert (made["presence"], made["open"]) == ("offline", 0)
    assert someone.get("/v1/agents").json["agents"][0]["id"] == "ada"
