"""Incidents as they go on: alerts that become grave later, cases that know of them, people told."""

import itertools
import random
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.store import incident_members, incidents, suppressions
from chalicelib.store.notification_records import Suppression
from tests.support.alerting import (
    RULE,
    alerted,
    at_once,
    cases,
    found_incident,
    notices,
    over,
    owner,
    regraded,
    story,
    tell,
    told,
    until_done,
    with_incidents,
)
from tests.support.aws_calls import Killed, intercepted, killed_at
from tests.support.http_calls import staff
from tests.support.world import World

PART = "Birçok cihazda aynı sorun var: {} olayının parçası"


@pytest.fixture
def few(world: World) -> World:
    """A brand to which three devices are an incident."""
    return with_incidents(world, devices=3)


@pytest.fixture
def grave(world: World) -> World:
    """A brand to which three devices with a warning or worse are an incident."""
    return with_incidents(world, devices=3, severity="warning")


def apart(world: World, number: int, **more: Any) -> list[events.AlertRaised]:
    """Alerts so far apart that they are no incident."""
    found = []
    for device in range(number):
        found.append(alerted(world, f"d{device}", **more))
        tell(world, found[-1])
        world.advance(timedelta(hours=1))
    return found


def linked(world: World) -> list[str]:
    """The devices whose cases say that they are part of the one incident."""
    incident_id = found_incident(world)["incident"]["id"]
    lines = [one for one in world.items("entry") if one["text"] == PART.format(incident_id)]
    return sorted(one["pk"].split("_")[1] for one in lines)


# --- becoming grave later ------------------------------------------------------------------------


def test_alerts_that_become_graver_together_are_an_incident_from_then_on(few: World) -> None:
    world = few
    raised = apart(world, 4, whose=owner(world), severity="info")
    graver = [regraded(world, one, "warning", "info") for one in raised]
    tell(world, *graver[:3], *graver[:2])
    found = found_incident(world)
    assert (found["raised"], found["cleared"], found["incident"]["devices"]) == (3, 0, 3)
    tell(world, graver[3], *raised)
    assert found_incident(world)["raised"] == 4
    assert linked(world) == ["d0", "d1", "d2", "d3"]
    assert len(cases(world)) == 4
    tell(world, *(over(world, one) for one in raised))
    assert found_incident(world, "closed")["cleared"] == 4


def test_what_is_not_grave_enough_gathers_once_it_is(grave: World) -> None:
    world = grave
    raised = [alerted(world, f"d{n}", severity="info") for n in range(5)]
    tell(world, *raised)
    assert world.items("incident") == []
    tell(world, *(regraded(world, one, "warning", "info") for one in raised[:2]))
    assert world.items("incident") == []
    tell(world, alerted(world, "d5"), regraded(world, raised[2], "critical", "info"))
    found = found_incident(world)
    assert (found["raised"], found["incident"]["severity"]) == (4, "critical")
    # Milder again, it stays until it is over: an incident does not come and go with a wave.
    tell(world, regraded(world, raised[0], "info", "warning"))
    assert (found_incident(world)["raised"], found_incident(world)["cleared"]) == (4, 0)


def test_an_alert_of_an_incident_that_becomes_graver_is_counted_no_second_time(few: World) -> None:
    world = few
    raised = [alerted(world, f"d{n}", severity="info") for n in range(4)]
    graver = [regraded(world, one, "critical", "info") for one in raised]
    tell(world, *raised, *graver)
    found = found_incident(world)
    assert (found["raised"], found["incident"]["severity"]) == (4, "critical")


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.randoms(use_true_random=False), number=st.integers(3, 6))
def test_any_order_of_raising_growing_graver_and_ending_gives_the_same_counts(
    grave: World, order: random.Random, number: int
) -> None:
    world = grave
    model = f"model-{len(world.items('incident'))}"
    history: list[Any] = []
    counted, ended = 0, 0
    for n in range(number):
        mild = order.random() < 0.5
        late = world.now + timedelta(seconds=n)
        device = f"{model}-{n}"
        one = alerted(world, device, model=model, severity="info" if mild else "warning", at=late)
        history += [one] * order.randint(1, 2)
        grows = n < 3 or order.random() < 0.5
        if grows:
            grown = regraded(world, one, "critical", "info" if mild else "warning")
            history += [grown] * order.randint(1, 2)
        counted += grows or not mild
        if order.random() < 0.6:
            history += [over(world, one)] * order.randint(1, 2)
            ended += grows or not mild
    order.shuffle(history)
    world.advance(timedelta(minutes=1))
    at_once(world, *history)
    pointer = incidents.latest(model, RULE)
    assert pointer is not None
    assert incident_members.counts(pointer.incident_id) == (counted, ended)
    assert (pointer.closed_at is not None) == (counted == ended)


def test_what_came_after_the_first_ones_but_is_told_before_them_is_counted(few: World) -> None:
    world = few
    for number, order in enumerate(itertools.permutations(range(4))):
        model = f"m{number}"
        moments = [world.now + timedelta(minutes=minute) for minute in (0, 5, 10, 20)]
        raised = [alerted(world, f"{model}-{n}", model=model, at=moments[n]) for n in range(4)]
        at_once(world, *(raised[n] for n in order))
        pointer = incidents.latest(model, RULE)
        assert pointer is not None
        assert incident_members.counts(pointer.incident_id) == (4, 0), order


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_anywhere_while_an_alert_grows_graver_counts_it_once(
    few: World, answered: bool
) -> None:
    world = few
    raised = apart(world, 3, whose=owner(world), severity="info")
    graver = [regraded(world, one, "warning", "info") for one in raised]
    tell(world, *graver[:2])
    until_done(world, graver[2], answered)
    found = found_incident(world)
    assert (found["raised"], found["cleared"]) == (3, 0)
    assert linked(world) == ["d0", "d1", "d2"]
    assert len(told(world, "IncidentOpened")) == 1


# --- the first ones' cases -----------------------------------------------------------------------


def test_the_first_ones_keep_their_cases_which_know_of_the_incident(few: World) -> None:
    world = few
    raised = [alerted(world, f"d{n}", whose=owner(world, n)) for n in range(5)]
    tell(world, *raised, *raised)
    assert linked(world) == ["d0", "d1"]
    assert {one["status"] for one in cases(world)} == {"open"}
    shown = {
        one["device_id"]: one.get("conversation_id") for one in found_incident(world)["members"]
    }
    own = {str(one["pk"]).removeprefix("V#") for one in cases(world)}
    assert {shown.pop("d0"), shown.pop("d1")} == own
    assert set(shown.values()) == {None}


def test_a_case_that_opens_while_the_incident_does_is_linked_wherever_they_meet(
    few: World,
) -> None:
    world = few
    who = owner(world)
    for number in range(14):
        model = f"m{number}"
        raised = [alerted(world, f"{model}-{n}", model=model, whose=who) for n in range(3)]
        at_once(world, raised[0])
        calls = [0]

        def meanwhile(
            _call: str, calls: list[int] = calls, at: int = number, r: Any = raised
        ) -> None:
            calls[0] += 1
            if calls[0] == at + 1:
                at_once(world, r[2])
                world.settle()

        with intercepted(meanwhile):
            at_once(world, raised[1])
        if calls[0] <= number:
            at_once(world, raised[2])
        world.settle()
    lines = Counter(text.partition(":")[0] for text in story(world))
    assert lines["Birçok cihazda aynı sorun var"] == len(cases(world)) > 14


# --- owners and the team -------------------------------------------------------------------------


def test_owners_of_later_ones_are_told_once_where_the_brand_wants_it(world: World) -> None:
    with_incidents(world, devices=3, owners="once")
    first, second = owner(world, 1), owner(world, 2)
    begin = [alerted(world, f"d{n}", whose=first) for n in range(3)]
    tell(world, *begin)
    later = [alerted(world, f"d{n}", whose=second if n > 4 else first) for n in range(3, 8)]
    tell(world, *later, *later)
    assert set(notices(world)) == {"d0", "d1", "d5"}
    assert len(cases(world)) == 2


def test_growth_is_told_at_ten_times_as_many_and_not_with_each(few: World) -> None:
    world = few
    raised = [alerted(world, f"d{n:02d}") for n in range(13)]
    at_once(world, *raised[:9])
    assert told(world, "IncidentGrew") == []
    until_done(world, raised[9], answered=True)
    at_once(world, *raised[10:], *raised)
    ((_, grew),) = told(world, "IncidentGrew")
    assert grew["alerts"] == 10
    assert found_incident(world)["raised"] == 13


def test_the_team_has_a_mail_of_each_step_once(world: World) -> None:
    with_incidents(world, devices=3, tell=("Ekip <ops@kahve.example>", "ops@kahve.example"))
    world.now = world.now.replace(hour=23)  # quiet hours are the customers'
    raised = [alerted(world, f"d{n:02d}", model="<b>KD&100") for n in range(10)]
    tell(world, *raised, *raised[:3])
    tell(world, *(over(world, one) for one in raised))
    mails = [message_from_bytes(raw, policy=policy.default) for raw in world.mails()]
    assert [mail["To"] for mail in mails] == ["ops@kahve.example"] * 3
    assert [str(mail["Subject"]).partition(": ")[2] for mail in mails] == [
        "3 cihazda aynı sorun: water_pressure_low",
        "Olay büyüyor, 10 uyarıyı geçti: water_pressure_low",
        "Olay bitti, 10 cihazı etkiledi: water_pressure_low",
    ]
    text, html = (part.get_content() for part in mails[0].walk() if not part.is_multipart())
    assert "Model: <b>KD&100" in text
    assert "Model: &lt;b&gt;KD&amp;100" in html
    assert "List-Unsubscribe" not in mails[0]
    shown = found_incident(world, "closed")["mails"]
    assert [(one["about"], one["status"]) for one in shown] == [
        ("opened:1", "sent"),
        ("grew:10", "sent"),
        ("closed:1", "sent"),
    ]
    note = staff(world).get(f"/v1/notifications/{shown[0]['notification_id']}").json
    assert (note["customer_id"], note["outcome"]) == ("team", "sent")
    assert told(world, "NotificationSent") == []


def test_a_mailbox_that_refused_mail_gets_none_and_it_is_recorded_why(world: World) -> None:
    with_incidents(world, devices=3, tell=("ops@kahve.example",))
    suppressions.put(
        Suppression(channel="email", address="ops@kahve.example", reason="bounce", at=world.now)
    )
    tell(world, *(alerted(world, f"d{n}") for n in range(3)))
    assert world.mails() == []
    ((_, opened),) = told(world, "IncidentOpened")
    (mail,) = found_incident(world)["mails"]
    assert mail["status"] == "skipped"
    assert opened["devices"] == 3


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_anywhere_sends_the_team_one_mail_at_most_and_records_what_it_knows(
    world: World, answered: bool
) -> None:
    with_incidents(world, devices=2, tell=("ops@kahve.example",))
    for number in range(20):
        model, before = f"m{number}", len(world.mails())
        at_once(world, *(alerted(world, f"{model}-{n}", model=model) for n in range(2)))
        world.work("react", "reactions")
        due, done = world.take("due"), False
        try:
            with killed_at(number, answered=answered):
                world.invoke("deliver", due)
                done = True
        except Killed:
            world.restart()
        world.delete("due", due)
        world.advance(timedelta(minutes=3))
        world.put("due", *(one["body"] for one in due))
        world.settle()
        sent = len(world.mails()) - before
        (status,) = [n["status"] for n in world.items("notification") if model in n["text"]]
        assert (sent, status) in {(1, "sent"), (1, "uncertain"), (0, "uncertain")}, number
        if done:
            assert (sent, status) == (1, "sent")
            return
    raise AssertionError("it was never done")
