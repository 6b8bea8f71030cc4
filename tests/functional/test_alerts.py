"""After an alert: what staff do with it, and what its owner hears."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.store import devices
from tests.support.alerting import (
    alerted,
    at_once,
    body,
    cases,
    keep,
    notices,
    over,
    owner,
    regraded,
    story,
    tell,
)
from tests.support.aws_calls import Killed, counted, killed_at
from tests.support.http_calls import Answer, problem_of, staff
from tests.support.world import World

NIGHT = timedelta(hours=12)
"""From the world's first moment to 01:00 in Istanbul."""


def told(world: World, kind: str) -> list[Any]:
    """Different events of a type on the bus: their ids and data."""
    found = {
        one["detail"]["metadata"]["id"]: one["detail"]["data"]
        for one in world.events()
        if one["detail-type"] == kind
    }
    return list(found.values())


def url(raised: Any, action: str = "") -> str:
    path = f"/v1/devices/{raised.device_id}/alerts/{raised.alert_id}"
    return f"{path}/{action}" if action else path


def ok(answer: Answer) -> Any:
    assert answer.status == 200, answer.text
    return answer.json


# --- cases ---------------------------------------------------------------------------------------


def test_a_case_tells_on_what_evidence_it_was_opened(world: World) -> None:
    who = owner(world)
    raised = alerted(
        world,
        whose=who,
        evidence={"pressure_bar": 5.5},
        recent={"pressure_bar": [9, 8.5, 8, 7, 5.5]},
    )
    tell(world, raised)
    (case,) = cases(world)
    assert case["subject"] == "d1: water_pressure_low █▇▆▄▁"
    thread = ok(staff(world).get(f"/v1/conversations/{case['pk'][2:]}/messages"))["messages"]
    (line,) = [one for one in thread if one["kind"] == "alert"]
    assert line["text"] == "d1: water_pressure_low (uyarı)\npressure_bar 5.5 █▇▆▄▁"
    assert line["details"]["readings"] == {
        "pressure_bar": {"value": 5.5, "recent": [9, 8.5, 8, 7, 5.5], "line": "█▇▆▄▁"}
    }


def test_whatever_happens_to_an_alert_is_a_line_in_its_case_once(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    tell(world, raised)
    desk = staff(world, name="Deniz")
    every: list[Any] = [raised]
    for severity, was in (("critical", "warning"), ("warning", "critical")):
        world.advance(timedelta(minutes=1))
        every.append(regraded(world, raised, severity, was))  # type: ignore[arg-type]
    world.advance(timedelta(minutes=1))
    ok(desk.post(url(raised, "acknowledge")))
    world.advance(timedelta(minutes=1))
    ok(desk.post(url(raised, "assign"), {"assignee": "Ege"}))
    world.advance(timedelta(minutes=1))
    every.append(over(world, raised))
    tell(world, *every, *every)
    assert story(world) == [
        "d1: water_pressure_low (uyarı)",
        "Daha acil: artık kritik",
        "Daha az acil: artık uyarı",
        "Uyarıyı Deniz gördü",
        "Sorumlusu artık Ege",
        "Sorun geçti",
    ]
    (case,) = cases(world)
    lines = [one for one in world.items("entry") if one["kind"] == "alert"]
    assert {one["conversation_id"] for one in lines} == {case["pk"][2:]}


def test_what_comes_before_the_case_is_told_in_it_all_the_same(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    ok(staff(world).post(url(raised, "acknowledge")))
    world.advance(timedelta(minutes=1))
    cleared = over(world, raised)
    tell(world, cleared)
    assert cases(world) == []
    tell(world, raised, cleared)
    assert story(world) == [
        "d1: water_pressure_low (uyarı)",
        "Uyarıyı Support desk gördü",
        "Sorun geçti",
    ]
    assert notices(world) == {"d1": ("cancelled", "alert_cleared")}


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_leaves_one_story(world: World, answered: bool) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    tell(world, raised)
    world.advance(timedelta(minutes=1))
    graver = regraded(world, raised, "critical", "warning")
    world.advance(timedelta(minutes=1))
    cleared = over(world, raised)
    for event in (graver, cleared):
        for number in range(30):
            tell_after_kill(world, event, number, answered)
    assert story(world) == [
        "d1: water_pressure_low (uyarı)",
        "Daha acil: artık kritik",
        "Sorun geçti",
    ]
    assert notices(world) == {
        "d1": ("sent", "due"),
        "d1:critical": ("cancelled", "alert_cleared"),
        "d1:well": ("sent", "due"),
    }


def tell_after_kill(world: World, event: Any, number: int, answered: bool) -> None:
    world.put("reactions", body(event, world))
    records = world.take("reactions")
    try:
        with killed_at(number, answered=answered):
            world.invoke("react", records)
    except Killed:
        pass
    world.reappear("reactions", records)
    world.settle()


# --- notices -------------------------------------------------------------------------------------


def test_an_alert_that_becomes_critical_has_a_notice_that_waits_for_nothing(world: World) -> None:
    who = owner(world)
    world.advance(NIGHT)
    raised = alerted(world, whose=who)
    tell(world, raised)
    assert notices(world) == {"d1": ("postponed", "quiet_hours")}
    graver = regraded(world, raised, "critical", "warning")
    tell(world, graver, graver)
    found = {one["key"][-8:]: one for one in world.items("notification")}
    assert found["critical"]["status"] == "sent"
    assert found["critical"]["purpose"] == "safety"
    world.advance(timedelta(hours=9))
    assert notices(world) == {
        "d1": ("cancelled", "alert_escalated"),
        "d1:critical": ("sent", "due"),
    }


def test_other_changes_of_severity_send_nothing(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who, severity="info")
    tell(world, raised)
    tell(world, regraded(world, raised, "warning", "info"))
    tell(world, regraded(world, raised, "info", "warning"))
    assert list(notices(world)) == ["d1"]


def test_whoever_was_warned_hears_that_all_is_well_again(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    tell(world, raised)
    assert notices(world) == {"d1": ("sent", "due")}
    cleared = over(world, raised)
    tell(world, cleared, cleared)
    assert notices(world)["d1:well"] == ("sent", "due")
    assert "Boğaz d1 cihazınızdaki sorun geçti" in world.platforms.texts[-1]


def test_whoever_was_not_warned_hears_nothing_of_the_end(world: World) -> None:
    who = owner(world)
    world.advance(NIGHT)
    raised = alerted(world, whose=who)
    tell(world, raised)
    tell(world, over(world, raised))
    world.advance(timedelta(days=1))
    assert notices(world) == {"d1": ("cancelled", "alert_cleared")}


def test_what_staff_closed_is_not_called_well(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    tell(world, raised)
    world.advance(timedelta(minutes=1))
    tell(world, over(world, raised, by="Deniz"))
    assert list(notices(world)) == ["d1"]
    assert story(world)[-1] == "Uyarıyı Deniz kapattı"


def test_nothing_is_well_again_that_is_in_trouble_once_more(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who, severity="critical")
    world.advance(NIGHT)
    tell(world, raised)
    kept = devices.get_alert(raised.device_id, raised.alert_id)
    assert kept is not None
    tell(world, over(world, raised))
    assert notices(world)["d1:well"] == ("postponed", "quiet_hours")
    keep(kept)
    world.advance(timedelta(hours=9))
    assert notices(world)["d1:well"] == ("cancelled", "alert_open_again")


def test_a_snoozed_notice_waits_as_long_as_it_is_asked_to(world: World) -> None:
    """Far beyond what a notice may otherwise be late."""
    who = owner(world)
    raised = alerted(world, whose=who)
    until = world.now + timedelta(days=5)
    ok(staff(world).post(url(raised, "snooze"), {"until": until.isoformat()}))
    tell(world, raised)
    assert notices(world) == {"d1": ("postponed", "snoozed")}
    world.advance(timedelta(days=4, hours=23))
    assert notices(world) == {"d1": ("postponed", "snoozed")}
    world.advance(timedelta(hours=2))
    assert notices(world) == {"d1": ("sent", "due")}


def test_a_snooze_may_be_changed_and_ended(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    desk = staff(world)
    for days in (5, 1, 2):
        world.advance(timedelta(seconds=1))
        until = world.now + timedelta(days=days)
        ok(desk.post(url(raised, "snooze"), {"until": until.isoformat()}))
        tell(world, raised)
    assert notices(world) == {"d1": ("postponed", "snoozed")}
    world.advance(timedelta(hours=25))
    assert notices(world) == {"d1": ("postponed", "snoozed")}
    ok(desk.post(url(raised, "snooze"), {"until": None}))
    world.settle()
    assert notices(world) == {"d1": ("sent", "due")}
    assert len([line for line in story(world) if "Sahibine" in line]) == 4


def test_a_snoozed_alert_that_is_over_is_over(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    until = (world.now + timedelta(days=5)).isoformat()
    ok(staff(world).post(url(raised, "snooze"), {"until": until}))
    tell(world, raised)
    tell(world, over(world, raised))
    assert notices(world) == {"d1": ("cancelled", "alert_cleared")}
    detail = problem_of(staff(world).post(url(raised, "snooze"), {"until": None}), 409)
    assert "is cleared" in detail


def test_an_alert_without_an_owner_is_in_the_list_alone(world: World) -> None:
    raised = alerted(world)
    tell(world, raised)
    tell(world, regraded(world, raised, "critical", "warning"), over(world, raised))
    assert (cases(world), notices(world)) == ([], {})


# --- the staff API -------------------------------------------------------------------------------


def test_the_first_who_acknowledges_counts_and_every_repeat_is_told_alike(world: World) -> None:
    raised = alerted(world)
    first = ok(staff(world, name="Deniz").post(url(raised, "acknowledge")))
    world.advance(timedelta(minutes=1))
    again = ok(staff(world, name="Ege").post(url(raised, "acknowledge")))
    assert first == again
    assert again["acknowledged_by"] == "Deniz"
    (event,) = told(world, "AlertAcknowledged")
    assert (event["by"], event["at"]) == ("Deniz", again["acknowledged_at"])


def test_an_alert_is_assigned_and_given_back(world: World) -> None:
    raised = alerted(world)
    desk = staff(world)
    for assignee in ("Ege", "Ege", "Deniz", "Ege", None, None):
        world.advance(timedelta(seconds=1))
        found = ok(desk.post(url(raised, "assign"), {"assignee": assignee}))
        assert found["assignee"] == assignee
    assert [one.get("assignee") for one in told(world, "AlertAssigned")] == [
        "Ege",
        "Deniz",
        "Ege",
        None,
    ]


def test_comments_are_kept_in_order_once_and_not_for_ever(world: World) -> None:
    raised = alerted(world)
    desk = staff(world)
    for number in (1, 1, *range(2, 56), 55):
        said = {"text": f"Yorum {number}", "id": f"c{number}"}
        found = ok(desk.post(url(raised, "comments"), said))
    assert [one["id"] for one in found["comments"]] == [f"c{n}" for n in range(6, 56)]
    assert len(told(world, "AlertCommented")) == 55
    assert "Yorum" not in str(told(world, "AlertCommented"))
    ok(desk.post(url(raised, "comments"), {"text": "Ohne id"}))
    ok(desk.post(url(raised, "comments"), {"text": "Ohne id"}))
    texts = [one["text"] for one in ok(desk.get(url(raised)))["comments"]]
    assert texts[-2:] == ["Ohne id", "Ohne id"]


def test_huge_comments_give_way_before_the_item_is_full(world: World) -> None:
    raised = alerted(world)
    desk = staff(world)
    for number in range(50):
        ok(desk.post(url(raised, "comments"), {"text": "\u0001" * 2000, "id": f"c{number}"}))
    kept = ok(desk.get(url(raised)))["comments"]
    assert 10 < len(kept) < 50
    assert kept[-1]["id"] == "c49"


@pytest.mark.parametrize(
    ("action", "sent", "names"),
    [
        ("assign", {}, "assignee"),
        ("assign", {"assignee": ""}, "assignee"),
        ("assign", {"assignee": "x" * 201}, "assignee"),
        ("snooze", {}, "until"),
        ("snooze", {"until": "2026-11-24T10:00:00"}, "until"),
        ("snooze", {"until": "2026-11-23T09:59:00Z"}, "until"),
        ("snooze", {"until": "2027-11-23T09:59:00Z"}, "90 days"),
        ("comments", {}, "text"),
        ("comments", {"text": ""}, "text"),
        ("comments", {"text": "x" * 2001}, "text"),
        ("comments", {"text": "x", "id": "a b"}, "id"),
        ("clear", {"comment": ""}, "comment"),
        ("clear", {"reason": "x"}, "reason"),
    ],
)
def test_bad_input_is_refused_by_the_name_of_its_field(
    world: World, action: str, sent: Any, names: str
) -> None:
    raised = alerted(world)
    assert names in problem_of(staff(world).post(url(raised, action), sent), 400)


@pytest.mark.parametrize("action", ["acknowledge", "assign", "snooze", "comments", "clear"])
def test_only_those_who_may_work_on_alerts_do(world: World, action: str) -> None:
    raised = alerted(world)
    bodies: dict[str, Any] = {
        "assign": {"assignee": "Ege"},
        "snooze": {"until": None},
        "comments": {"text": "Merhaba"},
    }
    sent = bodies.get(action)
    reader = staff(world, "devices:read", "devices:write")
    assert "alerts:write" in problem_of(reader.post(url(raised, action), sent), 403)
    nothing = url(raised, action).replace("alr_", "alr_no_")
    assert "has no alert" in problem_of(staff(world, "alerts:write").post(nothing, sent), 404)
    assert staff(world, "alerts:write").get(url(raised)).status == 403


def test_alerts_are_found_by_what_they_are(world: World) -> None:
    who = owner(world)
    every = []
    for number in range(6):
        severity = "critical" if number % 2 else "warning"
        name = f"d{number % 3}"
        every.append(alerted(world, name, whose=who, severity=severity))  # type: ignore[arg-type]
        world.advance(timedelta(minutes=1))
    desk = staff(world)
    ok(desk.post(url(every[1], "assign"), {"assignee": "Ege"}))
    over(world, every[5])

    def found(query: str) -> list[int]:
        pages = desk.pages(f"/v1/alerts?{query}", "alerts", limit=2)
        ids = [one["id"] for page in pages for one in page]
        return [[one.alert_id for one in every].index(name) for name in ids]

    assert found("") == [0, 1, 2, 3, 4]
    assert found("status=cleared") == [5]
    assert found("severity=critical") == [1, 3]
    assert found("severity=critical&status=cleared") == [5]
    assert found("assignee=Ege") == [1]
    assert found("assignee=-") == [0, 2, 3, 4]
    assert found("device_id=d2") == [2]
    assert found("device_id=d2&status=cleared") == [5]
    assert found("device_id=d1&severity=critical") == [1]
    assert found("device_id=nobody") == []
    for query in ("status=over", "severity=grave"):
        problem_of(desk.get(f"/v1/alerts?{query}"), 400)


def test_a_devices_alerts_are_told_latest_first(world: World) -> None:
    every = []
    for _ in range(5):
        every.append(alerted(world))
        world.advance(timedelta(minutes=1))
    over(world, every[2])
    desk = staff(world)
    pages = desk.pages("/v1/devices/d1/alerts", "alerts", limit=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    found = [one["id"] for page in pages for one in page]
    assert found == [one.alert_id for one in reversed(every)]
    open_ones = ok(desk.get("/v1/devices/d1/alerts?status=open"))["alerts"]
    assert len(open_ones) == 4
    problem_of(desk.get("/v1/devices/nobody/alerts"), 404)


def test_few_that_fit_among_many_are_found_page_by_page(world: World) -> None:
    for number in range(130):
        alerted(world, f"d{number:03d}", severity="critical" if number == 125 else "warning")
    with counted() as requests:
        (page,) = staff(world).pages("/v1/alerts?severity=critical", "alerts", limit=5)
    assert [one["device_id"] for one in page] == ["d125"]
    assert len(requests) < 12


def test_an_alert_that_nobody_deals_with_costs_few_requests(world: World) -> None:
    who = owner(world)
    raised = alerted(world, whose=who)
    with counted() as requests:
        at_once(world, raised)
    assert len(requests) <= 14, requests


# --- closed by hand ------------------------------------------------------------------------------


def report(world: World, celsius: float) -> None:
    """The device's boiler is that hot now."""
    world.advance(timedelta(minutes=1))
    head = {"temas_device_id": "d1", "temas_received_at": int(world.now.timestamp() * 1000)}
    said = {**head, "at": world.now.isoformat(), "metrics": {"boiler_c": celsius}}
    world.put("telemetry", json.dumps(said))
    world.settle()


def test_an_alert_that_staff_close_stays_closed_until_it_was_over_once(world: World) -> None:
    who = owner(world)
    desk = staff(world, name="Deniz")
    desk.put("/v1/devices/d1", {"owner_id": who, "name": "Mutfak"})
    for celsius in (125, 140):
        report(world, celsius)
    (alert,) = ok(desk.get("/v1/devices/d1/alerts"))["alerts"]
    url_ = f"/v1/devices/d1/alerts/{alert['id']}"
    ok(desk.post(f"{url_}/assign", {"assignee": "Ege"}))
    for _ in range(2):
        closed = ok(desk.post(f"{url_}/clear", {"comment": "Sensör değişti."}))
    assert (closed["cleared_by"], closed["assignee"]) == ("Deniz", "Ege")
    assert [one["text"] for one in closed["comments"]] == ["Sensör değişti."]
    world.settle()
    assert story(world)[-1] == "Uyarıyı Deniz kapattı"
    report(world, 141)
    assert len(world.items("alert")) == 1
    report(world, 90)
    report(world, 140)
    assert len(ok(desk.get("/v1/devices/d1/alerts?status=open"))["alerts"]) == 1
    assert [one["cleared_by"] for one in told(world, "AlertCleared")] == ["Deniz"]


def test_a_report_undoes_nothing_that_staff_did(world: World) -> None:
    desk = staff(world)
    desk.put("/v1/devices/d1", {"name": "Mutfak"})
    report(world, 140)
    (alert,) = ok(desk.get("/v1/devices/d1/alerts"))["alerts"]
    url_ = f"/v1/devices/d1/alerts/{alert['id']}"
    ok(desk.post(f"{url_}/acknowledge"))
    ok(desk.post(f"{url_}/comments", {"text": "Aradık."}))
    before = ok(desk.get(url_))
    report(world, 145)
    report(world, 100)
    after = ok(desk.get(url_))
    assert after["cleared_at"]
    staffs = ("acknowledged_at", "acknowledged_by", "comments")
    assert [after[name] for name in staffs] == [before[name] for name in staffs]
