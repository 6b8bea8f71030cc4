"""The fleet: models and their rules, strangers, owners and groups, and devices that say nothing."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.fleet.registering import Wanted
from chalicelib.fleet.sweep_messages import work
from chalicelib.fleet.sweeping import Sweeper
from chalicelib.store import devices, keys, quarantine, sweeps
from tests.support.aws_calls import Killed, counted, failing, intercepted, killed_at
from tests.support.http_calls import staff
from tests.support.world import World

HOT, COOL = {"boiler_c": 140}, {"boiler_c": 90}
WORDS = {"tr": "çok sıcak.", "en": "too hot."}


def rule(name: str = "hot", severity: str = "warning", **when: Any) -> dict[str, Any]:
    limit = {} if "raise_below" in when else {"raise_above": 100}
    limits = {"kind": "threshold", "metric": "boiler_c"} | limit | when
    return {"name": name, "severity": severity, "message": WORDS, "when": limits}


def register(world: World, device: str, **wanted: Any) -> None:
    assert world.wiring.table
    world.wiring.registry.register(device, Wanted(**{"overrides": {}} | wanted), at=world.now)


def report(world: World, device: str = "d1", *, at: datetime | None = None, **said: Any) -> str:
    head = {"temas_device_id": device, "temas_received_at": int(world.now.timestamp() * 1000)}
    return json.dumps({**head, "at": (at or world.now).isoformat(), **said})


def say(world: World, *reports: str) -> None:
    world.put("telemetry", *reports)
    world.work("watch", "telemetry")


def open_alerts(world: World) -> list[tuple[str, str]]:
    found = staff(world).get("/v1/alerts").json["alerts"]
    return sorted((alert["device_id"], alert["rule"]) for alert in found)


def sweep(world: World, shards: int = keys.SWEEP_SHARDS) -> None:
    """What the schedule does each minute."""
    world.put("sweep", json.dumps({"shard": None}))
    for _ in range(1 + shards):
        if not world.waiting("sweep"):
            return
        world.work("sweep", "sweep")
    assert not world.waiting("sweep")


# --- models --------------------------------------------------------------------------------------


def test_a_model_has_its_own_rules_which_hold_without_a_deploy(world: World) -> None:
    someone = staff(world)
    register(world, "d1", model="Boğaz 3")
    say(world, report(world, metrics={"boiler_c": 110}))
    assert open_alerts(world) == []
    path = "/v1/device-models/Bo%C4%9Faz%203"
    made = someone.put(path, {"rules": [rule()]})
    assert (made.status, made.json["version"], made.json["name"]) == (200, 1, "Boğaz 3")
    world.now += timedelta(seconds=31)
    say(world, report(world, metrics={"boiler_c": 111}))
    assert open_alerts(world) == [("d1", "hot")]


def test_each_change_of_a_model_is_a_version_and_a_repeat_is_none(world: World) -> None:
    someone = staff(world)
    for limit in (100, 100, 120):
        someone.put("/v1/device-models/m", {"rules": [rule(raise_above=limit)]})
    newest = someone.get("/v1/device-models/m").json
    assert (newest["version"], newest["plan"]["rules"][0]["when"]["raise_above"]) == (2, 120)
    first = someone.get("/v1/device-models/m?version=1").json
    assert first["plan"]["rules"][0]["when"]["raise_above"] == 100
    assert someone.get("/v1/device-models/m?version=3").status == 404
    assert [one["name"] for one in someone.get("/v1/device-models").json["models"]] == ["m"]
    assert someone.get("/v1/device-models/none").status == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"rules": [rule(kind="warp")]}, "`$.rules[0].when.kind`"),
        ({"rules": [rule(), rule()]}, "two rules or plans are called 'hot'"),
        ({"rules": [rule(clear_below=200)]}, "clear_below must not exceed raise_above"),
        ({"rules": "all"}, "Expected `array`"),
        ({"metrics": {"m": {"min": 5, "max": 1}}}, "min must be less than max"),
        ({"maintenance": [{"name": "p", "message": WORDS}]}, "set counter with every"),
    ],
)
def test_a_model_that_nobody_can_follow_is_refused_with_the_fix(
    world: World, body: Any, words: str
) -> None:
    answer = staff(world).put("/v1/device-models/m", body)
    assert answer.status == 400
    assert words in answer.json["detail"]
    assert world.items("device_model") == []


def test_a_device_may_differ_from_its_model(world: World) -> None:
    someone = staff(world)
    someone.put("/v1/device-models/m", {"rules": [rule(), rule("cold", raise_below=5)]})
    wanted = {"model": "m", "overrides": {"hot": {"when": {"raise_above": 150}}, "cold": None}}
    assert someone.put("/v1/devices/d1", wanted).status == 200
    someone.put("/v1/devices/d2", {"model": "m"})
    for name in ("d1", "d2"):
        say(world, report(world, name, metrics={"boiler_c": 120}))
    assert open_alerts(world) == [("d2", "hot")]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"hott": None}, "overrides.hott: the model has no rule or plan of this name; it has hot"),
        ({"hot": {"severity": "dire"}}, "overrides.hot: Invalid enum value 'dire'"),
        ({"hot": {"name": "warm"}}, "overrides.hot.name: an override can't rename"),
        ({"hot": {"when": {"clear_below": 300}}}, "clear_below must not exceed raise_above"),
    ],
)
def test_an_override_that_does_not_fit_is_refused_with_the_fix(
    world: World, overrides: Any, words: str
) -> None:
    someone = staff(world)
    someone.put("/v1/device-models/m", {"rules": [rule()]})
    answer = someone.put("/v1/devices/d1", {"model": "m", "overrides": overrides})
    assert answer.status == 400
    assert words in answer.json["detail"]
    assert world.items("device") == []


def test_an_override_that_fits_no_more_is_left_out_and_shown(world: World) -> None:
    someone = staff(world)
    someone.put("/v1/device-models/m", {"rules": [rule()]})
    someone.put("/v1/devices/d1", {"model": "m", "overrides": {"hot": None}})
    someone.put("/v1/device-models/m", {"rules": [rule("warm")]})
    world.now += timedelta(seconds=31)
    say(world, report(world, metrics=HOT))
    assert open_alerts(world) == [("d1", "warm")]
    (problem,) = someone.get("/v1/devices/d1").json["problems"]
    assert problem.startswith("overrides.hot:")


def test_a_value_that_cannot_be_is_left_out_and_noted(world: World) -> None:
    someone = staff(world)
    plan = {"rules": [rule()], "metrics": {"boiler_c": {"unit": "°C", "min": -20, "max": 180}}}
    someone.put("/v1/device-models/m", plan)
    register(world, "d1", model="m")
    say(world, report(world, metrics={"boiler_c": 290, "bar": 9}))
    assert open_alerts(world) == []
    assert someone.get("/v1/devices/d1").json["metrics"] == {"bar": 9}
    (note,) = someone.get("/v1/quarantine/d1").json["refused"]
    assert note["reason"].startswith("metrics.boiler_c: 290 is over the 180 °C")
    assert "check the unit" in note["reason"]


def test_a_model_without_a_clock_counts_from_receipt(world: World) -> None:
    staff(world).put("/v1/device-models/m", {"clock": "receipt"})
    register(world, "d1", model="m")
    say(world, report(world, at=world.now - timedelta(days=300), status="ready"))
    kept = staff(world).get("/v1/devices/d1").json
    assert kept["last_at"] == kept["received_at"] == "2026-11-23T10:00:00Z"


# --- strangers -----------------------------------------------------------------------------------


def test_what_an_unknown_device_says_waits_for_its_registration(world: World) -> None:
    someone = staff(world)
    for minute in range(3):
        say(world, report(world, at=world.now - timedelta(minutes=minute), metrics=HOT))
    assert world.items("device") == []
    (kept,) = someone.get("/v1/quarantine").json["devices"]
    assert (kept["device_id"], kept["total"], len(kept["waiting"])) == ("d1", 3, 3)
    someone.put("/v1/devices/d1", {"name": "Boğaz"})
    assert open_alerts(world) == [("d1", "boiler_too_hot")]
    (alert,) = someone.get("/v1/alerts").json["alerts"]
    assert alert["raised_at"].startswith("2026-11-23T09:58")
    assert someone.get("/v1/quarantine/d1").json["waiting"] == []


def test_what_cannot_be_is_noted_as_well_when_it_comes_out_of_the_quarantine(world: World) -> None:
    someone = staff(world)
    someone.put("/v1/device-models/m", {"metrics": {"boiler_c": {"max": 180}}})
    say(world, report(world, metrics={"boiler_c": 290, "bar": 9}))
    someone.put("/v1/devices/d1", {"model": "m"})
    assert someone.get("/v1/devices/d1").json["metrics"] == {"bar": 9}
    (note,) = someone.get("/v1/quarantine/d1").json["refused"]
    assert note["reason"].startswith("metrics.boiler_c: 290 is over the 180")


def test_the_quarantine_is_bounded_and_can_be_emptied(world: World) -> None:
    someone = staff(world)
    reports = [
        report(world, at=world.now - timedelta(seconds=n), metrics={f"m{k}": n for k in range(100)})
        for n in range(60)
    ]
    for start in range(0, 60, 10):
        say(world, *reports[start : start + 10])
        say(world, *[report(world, at=world.now - timedelta(days=9999))] * 4)
    kept = someone.get("/v1/quarantine/d1").json
    assert kept["total"] == 84
    assert (len(kept["waiting"]), len(kept["refused"])) == (32, 10)
    assert json.loads(kept["waiting"][-1])["at"] == "2026-11-23T10:00:00.000Z"
    assert someone.delete("/v1/quarantine/d1").status == 200
    assert someone.get("/v1/quarantine").json["devices"] == []
    assert someone.get("/v1/quarantine/d1").status == 404


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("1970-01-01T00:00:10Z", "at:"),
        ("2100-06-01T00:00:00Z", "at:"),
        ("2026-11-23T10:11:00Z", "at: is 660 s ahead of the time of receipt"),
        ("yesterday", "at:"),
        (None, "at: is missing"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_the_field_and_the_fix(
    world: World, at: str | None, words: str
) -> None:
    register(world, "d1")
    said = json.loads(report(world, status="ready")) | {"at": at}
    say(world, json.dumps(said))
    (note,) = staff(world).get("/v1/quarantine/d1").json["refused"]
    assert note["reason"].startswith(words)
    assert "last_at" not in staff(world).get("/v1/devices/d1").json


def test_a_device_registered_while_its_report_is_set_aside_loses_nothing(world: World) -> None:
    done: list[str] = []

    def meanwhile(operation: str) -> None:
        if operation == "TransactWriteItems" and not done:
            done.append(operation)
            register(world, "d1")

    world.put("telemetry", report(world, metrics=HOT))
    with intercepted(meanwhile):
        world.work("watch", "telemetry")
    assert done
    assert open_alerts(world) == [("d1", "boiler_too_hot")]
    assert quarantine.find("d1") is None


def test_a_quarantine_that_cannot_be_written_fails_for_its_own_device_alone(world: World) -> None:
    register(world, "d1")
    world.put("telemetry", report(world, "d1", status="new"), report(world, "x", status="new"))
    down = failing("TransactWriteItems", "InternalServerError", times=99)
    with down, pytest.raises(Exception, match="1 of 2 messages failed"):
        world.work("watch", "telemetry")
    assert staff(world).get("/v1/devices/d1").json["status"] == "new"
    world.restart()
    world.settle()
    assert staff(world).get("/v1/quarantine/x").json["total"] == 1


# --- owners and groups ---------------------------------------------------------------------------


def customer(world: World, phone: str) -> str:
    from tests.support.webhook_calls import queued, whatsapp_message

    message = whatsapp_message(f"wamid.{phone}", world.now, sender=phone)
    world.put("inbound", queued("whatsapp", message, world.now))
    world.settle()
    return str(staff(world).get(f"/v1/customers?identity=phone:{phone}").json["id"])


def test_a_new_owner_has_a_history_of_their_own(world: World) -> None:
    someone = staff(world)
    first, second = customer(world, "905321112233"), customer(world, "905329998877")
    someone.put("/v1/devices/d1", {"owner_id": first})
    place = {"lat": 41.0, "lon": 29.0}
    say(world, report(world, metrics=HOT, location=place))
    assert someone.get("/v1/devices/d1").json["location"] == place
    world.now += timedelta(days=1)
    someone.put("/v1/devices/d1", {"owner_id": second})
    someone.put("/v1/devices/d1", {"owner_id": second})
    moved = someone.get("/v1/devices/d1").json
    assert (moved["owner_id"], moved["owned_since"]) == (second, "2026-11-24T10:00:00Z")
    assert "location" not in moved
    (period,) = someone.get("/v1/devices/d1/owners").json["owners"]
    assert (period["owner_id"], period["until"]) == (first, "2026-11-24T10:00:00Z")
    (alert,) = someone.get("/v1/alerts").json["alerts"]
    assert alert["owner_id"] == first
    world.settle()
    moves = [e for e in world.events() if e["detail-type"] == "DeviceTransferred"]
    assert [(e["detail"]["data"]["from_id"], e["detail"]["data"]["to_id"]) for e in moves] == [
        (first, second)
    ]
    assert someone.get(f"/v1/customers/{first}/devices").json["devices"] == []


@pytest.mark.parametrize("answered", [False, True])
def test_a_transfer_that_dies_anywhere_ends_and_begins_in_the_same_moment(
    world: World, answered: bool
) -> None:
    """Repeated a minute after each call at which it can die, or never repeated."""
    whole = False
    for number in range(20):
        name = f"d{number}"
        register(world, name, owner_id="cus_a")
        world.now += timedelta(days=1)
        try:
            with killed_at(number, answered=answered):
                register(world, name, owner_id="cus_b")
                whole = True
        except Killed:
            world.restart()
        for _ in range(2):
            moved = devices.get(name)
            periods = devices.ownerships(name)
            if moved.owner_id == "cus_a":
                assert periods == []
            else:
                assert [(one.owner_id, one.until) for one in periods] == [
                    ("cus_a", moved.owned_since)
                ]
            world.now += timedelta(minutes=1)
            register(world, name, owner_id="cus_b")
        moves = [e for e in world.events() if e["detail-type"] == "DeviceTransferred"]
        assert {datetime.fromisoformat(e["detail"]["data"]["at"]) for e in moves} == {
            moved.owned_since
        }
        if whole:
            return
    raise AssertionError("it was never done")


def test_devices_are_in_groups_until_they_are_not(world: World) -> None:
    someone = staff(world)
    someone.put("/v1/devices/d1", {"groups": ["kafe", "istanbul"]})
    someone.put("/v1/devices/d2", {"groups": ["kafe"]})
    someone.put("/v1/devices/d1", {"name": "Boğaz"})

    def members(group: str) -> list[str]:
        return [one["id"] for one in someone.get(f"/v1/device-groups/{group}").json["devices"]]

    assert (members("kafe"), members("istanbul")) == (["d1", "d2"], ["d1"])
    someone.put("/v1/devices/d1", {"groups": ["istanbul"]})
    assert (members("kafe"), members("istanbul"), members("none")) == (["d2"], ["d1"], [])


@pytest.mark.parametrize("answered", [False, True])
def test_a_registration_that_dies_anywhere_is_mended_by_calling_again(
    world: World, answered: bool
) -> None:
    for number in range(20):
        name = f"d{number}"
        say(world, report(world, name, metrics=HOT))
        ended = False
        try:
            with killed_at(number, answered=answered):
                register(world, name, groups=("g",))
                ended = True
        except Killed:
            world.restart()
        register(world, name, groups=("g",))
        world.settle()
        assert staff(world).get(f"/v1/devices/{name}").json["groups"] == ["g"]
        found = [one for one in open_alerts(world) if one[0] == name]
        assert found == [(name, "boiler_too_hot")]
        assert [i["pk"] for i in world.items("sweep")].count(f"D#{name}") == 1
        if ended:
            break
    assert ended
    raised = Counter(e["detail"]["data"]["device_id"] for e in world.events()
                     if e["detail-type"] == "AlertRaised")  # fmt: skip
    ids = {e["detail"]["metadata"]["id"] for e in world.events()}
    assert set(raised) == {f"d{n}" for n in range(number + 1)}
    assert len(ids) <= sum(raised.values())


# --- silence -------------------------------------------------------------------------------------


def test_a_device_that_falls_silent_is_noticed_and_its_return_too(world: World) -> None:
    register(world, "d1")
    for _ in range(6):
        say(world, report(world, status="ready"))
        world.now += timedelta(minutes=20)
    spoke = world.now - timedelta(minutes=20)
    for _ in range(20):
        sweep(world)
        if open_alerts(world):
            break
        world.now += timedelta(minutes=5)
    assert open_alerts(world) == [("d1", "silent")]
    assert timedelta(minutes=100) <= world.now - spoke <= timedelta(minutes=106)
    sweep(world)
    say(world, report(world, status="ready"))
    assert open_alerts(world) == []
    (alert,) = staff(world).get("/v1/alerts?status=cleared").json["alerts"]
    assert alert["rule"] == "silent"


def test_sweeping_a_hundred_devices_that_are_well_costs_seven_requests(world: World) -> None:
    names = [f"d{n}" for n in range(2000) if keys.sweep_shard(f"d{n}") == 3][:100]
    for name in names:
        register(world, name)
    world.now += timedelta(minutes=20)
    world.put("sweep", json.dumps({"shard": 3}))
    records = world.take("sweep")
    with counted() as requests:
        world.invoke("sweep", records)
    # The list, the devices, their next moments 25 at a time; then the list once more.
    assert Counter(requests) == {"Query": 2, "BatchGetItem": 1, "BatchWriteItem": 4}
    assert len(world.items("sweep")) == 100
    with counted() as requests:
        world.invoke("sweep", records)
    assert requests == ["Query"]


def test_reports_never_touch_the_sweep(world: World) -> None:
    register(world, "d1")
    before = world.items("sweep")
    say(world, report(world, metrics=HOT))
    assert world.items("sweep") == before


def test_a_sweep_that_finds_more_than_it_has_time_for_hands_over(world: World) -> None:
    names = [f"d{n}" for n in range(4000) if keys.sweep_shard(f"d{n}") == 5][:120]
    for name in names:
        register(world, name)
    world.now += timedelta(minutes=20)
    assert len(sweeps.due(5, world.now, limit=200)) == 120
    clock = iter([0.0, 0.0, 21.0])
    sent: list[str] = []
    swept = work(
        json.dumps({"shard": 5}),
        sweeper=Sweeper(watch=world.wiring.watch, clock=lambda: world.now),
        monotonic=lambda: next(clock),
        send=sent.extend,
    )
    assert (swept.looked, sent) == (100, ['{"shard":5}'])
    assert len(sweeps.due(5, world.now, limit=200)) == 20


def test_one_device_whose_record_is_broken_costs_the_sweep_nothing(world: World) -> None:
    for name in ("d1", "d2"):
        register(world, name)
    world.client("dynamodb").update_item(
        TableName="temas-local-main",
        Key={"pk": {"S": "D#d1"}, "sk": {"S": "D"}},
        UpdateExpression="SET document = :d",
        ExpressionAttributeValues={":d": {"S": '{"window": 7}'}},
    )
    world.now += timedelta(minutes=20)
    sweep(world)
    moments = {item["pk"]: item["check_at"] for item in world.items("sweep")}
    assert moments["D#d1"].startswith("2026-11-23T10:25")
    assert moments["D#d2"].startswith("2026-11-23T11:20")


def test_what_is_no_sweep_fails_with_a_word_on_it(world: World) -> None:
    world.put("sweep", '{"shard": 99}')
    with pytest.raises(Exception, match="1 of 1 messages failed"):
        world.work("sweep", "sweep")


# --- staff ---------------------------------------------------------------------------------------


def test_an_alert_that_staff_close_stays_closed_until_its_trouble_was_over(world: World) -> None:
    register(world, "d1")
    say(world, report(world, metrics=HOT))
    (alert,) = staff(world).get("/v1/alerts").json["alerts"]
    watch = world.wiring.watch
    for _ in range(2):
        closed = watch.clear("d1", alert["id"], by="Elif", at=world.now)
        assert (closed.cleared_by, closed.cleared_at) == ("Elif", world.now)
    for celsius, expected in ((141, 0), (90, 0), (142, 1)):
        world.now += timedelta(minutes=1)
        say(world, report(world, metrics={"boiler_c": celsius}))
        assert len(open_alerts(world)) == expected


def test_the_owner_is_told_ahead_of_a_maintenance_once(world: World) -> None:
    register(world, "d1", owner_id="cus_1")
    world.now -= timedelta(days=12)
    for day in range(12):
        say(world, report(world, counters={"brews": 30 * day}))
        world.now += timedelta(days=1)
    (told,) = [e for e in world.events() if e["detail-type"] == "MaintenanceExpected"]
    data = told["detail"]["data"]
    assert (data["device_id"], data["plan"]) == ("d1", "descaling")
    view = staff(world).get("/v1/devices/d1").json["maintenance"]
    assert view[0]["remaining"] == 500 - 330
    assert view[0]["expected_at"].startswith("2026-11-28")
