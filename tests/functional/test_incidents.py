"""One trouble of many devices is one incident with exact counts, whatever comes when, and again."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.store import devices, incident_members, incidents
from tests.support.alerting import (
    MODEL,
    RULE,
    alerted,
    at_once,
    cases,
    found_incident,
    notices,
    over,
    owner,
    regraded,
    tell,
    told,
    until_done,
    with_incidents,
)
from tests.support.aws_calls import Killed, counted, intercepted
from tests.support.http_calls import problem_of, staff
from tests.support.world import World


@pytest.fixture
def few(world: World) -> World:
    """A brand to which three devices are an incident."""
    return with_incidents(world, devices=3)


def many(world: World, number: int, **more: Any) -> list[events.AlertRaised]:
    return [alerted(world, f"d{n:04d}", **more) for n in range(number)]


def test_many_alerts_are_one_incident_and_no_more_than_nine_cases(world: World) -> None:
    who = owner(world)
    raised = many(world, 150, whose=who)
    random.Random(7).shuffle(raised)
    with counted() as requests:
        at_once(world, *raised)
    assert len(requests) < 4.5 * 150
    found = found_incident(world)
    assert (found["raised"], found["cleared"], found["incident"]["devices"]) == (150, 0, 10)
    assert len(cases(world)) == 9
    at_once(world, *(over(world, one) for one in raised[:50]), *raised[:50])
    assert (found_incident(world)["raised"], found_incident(world)["cleared"]) == (150, 50)
    ((_, opened),) = told(world, "IncidentOpened", "IncidentClosed")
    assert opened["devices"] == 10


def test_an_incident_is_closed_with_the_last_of_its_alerts(few: World) -> None:
    world = few
    raised = many(world, 30)
    at_once(world, *raised)
    at_once(world, *(over(world, one) for one in raised[:-1]))
    assert (found_incident(world)["raised"], found_incident(world)["cleared"]) == (30, 29)
    world.advance(timedelta(minutes=1))
    end = over(world, raised[-1])
    at_once(world, end, end)
    found = found_incident(world, "closed")
    assert (found["raised"], found["cleared"], found["incident"]["devices"]) == (30, 30, 30)
    (_, opened), (_, closed) = told(world, "IncidentOpened", "IncidentClosed")
    assert (opened["devices"], closed["devices"]) == (3, 30)
    assert closed["closed_at"] == end.cleared_at.isoformat().replace("+00:00", "Z")


def test_members_have_no_case_and_are_told_only_what_is_critical(few: World) -> None:
    world = few
    who = owner(world)
    raised = many(world, 3, whose=who)
    raised += [alerted(world, "d3", whose=who, severity="critical")]
    raised += [alerted(world, "d4", whose=who)]
    tell(world, *raised)
    assert len(cases(world)) == 2
    assert {name: status for name, (status, _) in notices(world).items()} == {
        "d0000": "sent",
        "d0001": "sent",
        "d3": "sent",
    }
    escalated = regraded(world, raised[4], "critical", "warning")
    tell(world, escalated)
    assert notices(world)["d4:critical"][0] == "sent"
    found = found_incident(world)
    assert (found["raised"], found["incident"]["severity"]) == (5, "critical")
    kept = [devices.get_alert(one.device_id, one.alert_id) for one in raised]
    assert {one.incident_id for one in kept if one} == {found["incident"]["id"]}


def test_an_escalation_makes_the_incident_graver(few: World) -> None:
    world = few
    raised = many(world, 3)
    tell(world, *raised)
    assert found_incident(world)["incident"]["severity"] == "warning"
    tell(world, regraded(world, raised[0], "critical", "warning"))
    tell(world, regraded(world, raised[0], "warning", "critical"))
    assert found_incident(world)["incident"]["severity"] == "critical"


def test_other_models_rules_and_times_are_other_troubles(few: World) -> None:
    world = few
    tell(world, alerted(world, "a"), alerted(world, "b", model="KD-200"))
    tell(world, alerted(world, "c", rule="boiler_too_hot"), alerted(world, "d", model=None))
    world.advance(timedelta(minutes=16))
    tell(world, alerted(world, "e"), alerted(world, "f"))
    assert world.items("incident") == []


def test_one_device_alone_is_no_incident(few: World) -> None:
    world = few
    for _ in range(5):
        world.advance(timedelta(minutes=1))
        tell(world, alerted(world, "a"))
    assert world.items("incident") == []


def test_devices_without_a_model_share_their_incidents(few: World) -> None:
    world = few
    tell(world, *(alerted(world, name, model=None) for name in "abc"))
    assert found_incident(world)["incident"]["model"] == "-"


def test_maintenance_that_falls_due_for_many_at_once_is_no_incident(few: World) -> None:
    world = few
    plans = [plan.name for plan in world.playbook.devices.maintenance]
    for name in plans:
        tell(world, *(alerted(world, d, rule=name, severity="warning") for d in "abcd"))
    assert world.items("incident") == []


def test_what_is_told_late_and_was_raised_long_before_has_a_case_of_its_own(few: World) -> None:
    world = few
    who = owner(world)
    tell(world, *many(world, 3))
    tell(world, alerted(world, "late", whose=who, at=world.now - timedelta(hours=2)))
    assert found_incident(world)["raised"] == 3
    assert len(cases(world)) == 1


def test_after_an_incident_the_next_one_starts_from_nothing(few: World) -> None:
    world = few
    first = many(world, 4)
    tell(world, *first)
    world.advance(timedelta(minutes=1))
    tell(world, *(over(world, one) for one in first))
    world.advance(timedelta(minutes=1))
    again = [alerted(world, f"d{n:04d}") for n in range(2)]
    tell(world, *again)
    assert len(world.items("incident")) == 1
    tell(world, alerted(world, "d0002"))
    found = found_incident(world)
    assert (found["raised"], found["cleared"]) == (3, 0)
    assert len(world.items("incident")) == 2
    # Whatever comes once more from the first one changes neither.
    tell(world, *first)
    assert (found_incident(world)["raised"], found_incident(world, "closed")["raised"]) == (3, 4)


def test_alerts_that_are_over_before_they_are_told_are_counted_on_both_sides(few: World) -> None:
    world = few
    raised = many(world, 4)
    ends = [over(world, one) for one in raised[:3]]
    tell(world, *ends)
    tell(world, *raised, *ends)
    # It ended before the last one was told, and went on with it.
    found = found_incident(world)
    assert (found["raised"], found["cleared"]) == (4, 3)
    tell(world, over(world, raised[3]))
    assert found_incident(world, "closed")["cleared"] == 4


def test_an_incident_goes_on_with_what_is_only_told_after_its_end(few: World) -> None:
    world = few
    who = owner(world)
    raised = many(world, 3)
    late = alerted(world, "late", whose=who)
    world.advance(timedelta(minutes=1))
    tell(world, *raised)
    tell(world, *(over(world, one) for one in raised))
    tell(world, late, late)
    found = found_incident(world)
    assert (found["raised"], found["cleared"]) == (4, 3)
    assert (cases(world), notices(world)) == ([], {})
    world.advance(timedelta(minutes=1))
    tell(world, over(world, late))
    assert found_incident(world, "closed")["incident"]["devices"] == 4
    assert [kind for kind, _ in told(world, "IncidentOpened", "IncidentClosed")] == [
        "IncidentOpened",
        "IncidentClosed",
        "IncidentOpened",
        "IncidentClosed",
    ]


def test_who_is_told_only_after_staff_closed_the_incident_has_a_case(few: World) -> None:
    world = few
    who = owner(world)
    raised = many(world, 3)
    late = alerted(world, "late", whose=who)
    world.advance(timedelta(minutes=1))
    tell(world, *raised)
    url = f"/v1/incidents/{found_incident(world)['incident']['id']}/close"
    assert staff(world).post(url).status == 200
    tell(world, late)
    assert found_incident(world, "closed")["raised"] == 4
    assert len(cases(world)) == 1


def test_an_alert_that_ends_between_its_case_and_the_incident_is_counted_as_over(
    few: World,
) -> None:
    world = few
    raised = many(world, 3)
    tell(world, raised[0])
    tell(world, over(world, raised[0]))
    tell(world, *raised[1:])
    found = found_incident(world)
    assert (found["raised"], found["cleared"]) == (3, 1)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.randoms(use_true_random=False), number=st.integers(3, 7))
def test_any_order_and_any_repeats_give_the_same_counts(
    few: World, order: random.Random, number: int
) -> None:
    world = few
    run = len(world.items("incident"))
    model = f"model-{run}-{order.random()}"
    raised = [alerted(world, f"{model}-{n}", model=model) for n in range(number)]
    ended = raised[: order.randint(0, number)]
    told_: list[Any] = [*raised, *raised[:3]]
    for one in ended:
        told_ += [over(world, one)] * order.randint(1, 2)
    order.shuffle(told_)
    at_once(world, *told_)
    pointer = incidents.latest(model, RULE)
    assert pointer is not None
    counts = incident_members.counts(pointer.incident_id)
    assert counts == (number, len(ended))
    assert (pointer.closed_at is not None) == (len(ended) == number)


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_counts_everything_once(few: World, answered: bool) -> None:
    world = few
    raised = many(world, 4)
    tell(world, *raised[:2])
    until_done(world, raised[2], answered)
    tell(world, raised[3])
    tell(world, *(over(world, one) for one in raised[:3]))
    until_done(world, over(world, raised[3]), answered)
    found = found_incident(world, "closed")
    assert (found["raised"], found["cleared"], found["incident"]["devices"]) == (4, 4, 4)
    assert [kind for kind, _ in told(world, "IncidentOpened", "IncidentClosed")] == [
        "IncidentOpened",
        "IncidentClosed",
    ]


def at_call(world: World, number: int, event: events.Data, calls: list[int]) -> Any:
    """Another worker, which does all that follows from an event just before this one's call."""

    def meanwhile(_operation: str) -> None:
        calls[0] += 1
        if calls[0] == number + 1:
            at_once(world, event)

    return meanwhile


def test_two_workers_open_one_incident_and_count_each_alert_once(few: World) -> None:
    """The other worker does all of its work in between two calls of this one, wherever that is."""
    world = few
    for number in range(12):
        model = f"model-{number}"
        raised = [alerted(world, f"{model}-{n}", model=model) for n in range(4)]
        at_once(world, *raised[:2])
        calls = [0]

        def meanwhile(
            _call: str, calls: list[int] = calls, at: int = number, r: Any = raised
        ) -> None:
            calls[0] += 1
            if calls[0] == at + 1:
                at_once(world, r[3])

        with intercepted(meanwhile):
            at_once(world, raised[2])
        if calls[0] <= number:
            at_once(world, raised[3])
        pointer = incidents.latest(model, RULE)
        assert pointer is not None
        assert incident_members.counts(pointer.incident_id) == (4, 0)


def test_an_alert_that_joins_while_the_incident_closes_is_looked_after(few: World) -> None:
    """Between the count of all that is over and the closing, or after it: one of both sees it."""
    world = few
    who = owner(world)
    for number in range(14):
        model = f"model-{number}"
        raised = [alerted(world, f"{model}-{n}", model=model) for n in range(3)]
        at_once(world, *raised)
        ends = [over(world, one) for one in raised]
        at_once(world, *ends[:2])
        late = alerted(world, f"{model}-late", model=model, whose=who)
        calls = [0]

        def meanwhile(
            _call: str, calls: list[int] = calls, at: int = number, e: Any = late
        ) -> None:
            calls[0] += 1
            if calls[0] == at + 1:
                at_once(world, e)

        with intercepted(at_call(world, number, late, calls)):
            at_once(world, ends[2])
        if calls[0] <= number:
            at_once(world, late)
        pointer = incidents.latest(model, RULE)
        assert pointer is not None
        assert pointer.closed_at is None, number
        assert incident_members.counts(pointer.incident_id) == (4, 3)
    assert cases(world) == []


def test_an_incident_of_a_worker_that_ended_is_finished_by_the_next(few: World) -> None:
    world = few
    raised = many(world, 3)
    at_once(world, *raised[:2])
    calls = [0]

    def end_after_opening(operation: str) -> None:
        calls[0] += operation == "TransactWriteItems"
        if calls[0] == 2:
            raise Killed

    with pytest.raises(Killed), intercepted(end_after_opening):
        at_once(world, raised[2])
    assert told(world, "IncidentOpened") == []
    world.advance(timedelta(minutes=2))
    at_once(world, alerted(world, "next"))
    assert found_incident(world)["raised"] == 4
    assert len(told(world, "IncidentOpened")) == 1


# --- the staff API -------------------------------------------------------------------------------


def test_staff_see_an_incident_with_its_alerts_page_by_page(few: World) -> None:
    world = few
    for one in range(5):
        tell(world, alerted(world, f"d{one}"))
        world.advance(timedelta(seconds=10))
    found = found_incident(world)
    assert found["incident"]["model"] == MODEL
    assert (found["first"]["device_id"], found["last"]["device_id"]) == ("d0", "d4")
    url = f"/v1/incidents/{found['incident']['id']}"
    pages = staff(world).pages(url, "members", limit=2)
    assert [[one["device_id"] for one in page] for page in pages] == [
        ["d0", "d1"],
        ["d2", "d3"],
        ["d4"],
    ]


def test_staff_close_an_incident_once(few: World) -> None:
    world = few
    raised = many(world, 4)
    tell(world, *raised)
    url = f"/v1/incidents/{found_incident(world)['incident']['id']}"
    assert "alerts:write" in problem_of(staff(world, "devices:read").post(f"{url}/close"), 403)
    first = staff(world, name="Deniz").post(f"{url}/close").json
    world.advance(timedelta(minutes=1))
    again = staff(world, name="Ege").post(f"{url}/close").json
    assert first == again
    assert (first["incident"]["status"], first["incident"]["closed_by"]) == ("closed", "Deniz")
    assert first["incident"]["devices"] == 4
    (event,) = told(world, "IncidentClosed")
    assert event[1]["closed_by"] == "Deniz"
    tell(world, *(over(world, one) for one in raised))
    assert found_incident(world, "closed")["cleared"] == 4
    assert told(world, "IncidentClosed") == []


def test_incidents_are_listed_latest_first(few: World) -> None:
    world = few
    for number in range(3):
        tell(world, *(alerted(world, f"{number}-{n}", model=f"m{number}") for n in range(3)))
        world.advance(timedelta(minutes=1))
    pages = staff(world).pages("/v1/incidents", "incidents", limit=2)
    assert [one["model"] for page in pages for one in page] == ["m2", "m1", "m0"]
    problem_of(staff(world).get("/v1/incidents?status=over"), 400)
    problem_of(staff(world).get("/v1/incidents/inc_nothing"), 404)
