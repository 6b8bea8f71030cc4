"""Devices over the queue: states in any order, alerts raised once, nobody failing for another."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.device_sections import ModelPlan
from chalicelib.fleet.registering import Wanted
from chalicelib.fleet.reports.report import DEVICE_ID, Report
from chalicelib.store import devices as store
from tests.support.aws_calls import Killed, counted, failing, intercepted, killed_at
from tests.support.fleet import written
from tests.support.http_calls import staff
from tests.support.webhook_calls import queued, telegram_message, whatsapp_message
from tests.support.world import World

HOT, COOL, LOW = {"boiler_c": 140}, {"boiler_c": 90}, {"pressure_bar": 3}


def register(world: World, *devices: str) -> None:
    """Have these devices registered, unless they are already."""
    assert world.wiring.table
    known = store.get_many_devices(devices)
    for device in set(devices) - set(known):
        world.wiring.registry.register(device, Wanted(overrides={}), at=world.now)


def report(world: World, device: str = "d1", *, minute: float = 0, **said: Any) -> str:
    """A report of a registered device as the IoT rule forwards it, received when it was made."""
    if DEVICE_ID.fullmatch(device):
        register(world, device)
    at = world.now + timedelta(minutes=minute)
    head = {"temas_device_id": device, "temas_received_at": int(at.timestamp() * 1000)}
    return json.dumps({**head, "at": at.isoformat(), "status": "ready", **said})


def owner(world: World, *devices: str) -> str:
    """Ayşe on WhatsApp, who owns these devices; her first conversation is resolved."""
    world.put("inbound", queued("whatsapp", whatsapp_message("wamid.in.1", world.now), world.now))
    world.settle()
    someone = staff(world)
    who = str(someone.get("/v1/customers?identity=phone:905321112233").json["id"])
    for device in devices:
        someone.put(f"/v1/devices/{device}", {"owner_id": who, "name": f"Boğaz {device}"})
    return who


def told(world: World) -> Counter[tuple[str, str]]:
    """How many different events of each type and device are on the bus."""
    seen = {
        (e["detail"]["metadata"]["id"], e["detail-type"], e["detail"]["data"].get("device_id"))
        for e in world.events()
    }
    return Counter((kind, device) for _, kind, device in seen if kind.startswith("Alert"))


def work_until_done(world: World) -> None:
    """Redeliver until the queue is empty, as SQS does."""
    for _ in range(5):
        if not world.waiting("telemetry"):
            return
        world.work("watch", "telemetry")
    raise AssertionError("telemetry never came to rest")


def device(world: World, name: str = "d1") -> Any:
    return staff(world).get(f"/v1/devices/{name}").json


# --- states --------------------------------------------------------------------------------------


def test_a_batch_of_ten_devices_with_nothing_to_raise_costs_two_requests(world: World) -> None:
    world.put("telemetry", *(report(world, f"d{n}") for n in range(10)))
    records = world.take("telemetry")
    with counted() as requests:
        world.invoke("watch", records)
    assert requests == ["BatchGetItem", "TransactWriteItems"]
    assert len(world.items("device")) == 10


def test_ten_reports_of_one_device_cost_two_requests_and_their_repeats_one(world: World) -> None:
    reports = [report(world, minute=n, metrics=COOL) for n in range(10)]
    world.put("telemetry", *reports)
    records = world.take("telemetry")
    with counted() as requests:
        world.invoke("watch", records)
    assert requests == ["BatchGetItem", "PutItem"]
    with counted() as requests:
        world.invoke("watch", records)
    assert requests == ["BatchGetItem"]


def test_raising_alerts_on_several_devices_costs_four_requests(world: World) -> None:
    world.put("telemetry", *(report(world, f"d{n}", metrics=HOT) for n in range(5)))
    records = world.take("telemetry")
    with counted() as requests:
        world.invoke("watch", records)
    assert requests == ["BatchGetItem", "TransactWriteItems", "PutEvents", "TransactWriteItems"]
    assert told(world) == {("AlertRaised", f"d{n}"): 1 for n in range(5)}


def test_an_older_report_never_overwrites_a_newer_one(world: World) -> None:
    world.put("telemetry", report(world, minute=5, status="brewing", counters={"brews": 9}))
    world.settle()
    world.put("telemetry", report(world, minute=0, status="ready", counters={"brews": 7}))
    world.settle()
    kept = device(world)
    assert (kept["status"], kept["counters"]) == ("brewing", {"brews": 9})
    assert kept["last_at"].startswith("2026-11-23T10:05")


def test_garbage_waits_in_the_quarantine_for_someone_to_look(world: World) -> None:
    garbage = ["", "{", "[]", "null", '{"temas_device_id": "d1"}', report(world, "a/b")]
    garbage.append(report(world, metrics={"boiler_c": "hot"}))
    world.put("telemetry", report(world, "good", status="new"), *(text or "-" for text in garbage))
    world.work("watch", "telemetry")
    assert world.waiting("telemetry") == 0
    assert device(world, "good")["status"] == "new"
    kept = staff(world).get("/v1/quarantine").json["devices"]
    assert {one["device_id"]: one["total"] for one in kept} == {"?": 5, "d1": 2}
    reasons = [note["reason"] for one in kept for note in one["refused"]]
    assert "metrics.boiler_c: is a str; send a number, unquoted" in reasons


def test_a_device_whose_record_is_broken_fails_alone(world: World) -> None:
    world.put("telemetry", report(world, "d1"), report(world, "d2"))
    world.settle()
    world.client("dynamodb").update_item(
        TableName="temas-local-main",
        Key={"pk": {"S": "D#d1"}, "sk": {"S": "D"}},
        UpdateExpression="SET document = :d",
        ExpressionAttributeValues={":d": {"S": '{"window": 7}'}},
    )
    reports = [report(world, name, minute=1, status="new") for name in ("d1", "d2", "d3")]
    world.put("telemetry", *reports)
    with pytest.raises(Exception, match="1 of 3 messages failed"):
        world.work("watch", "telemetry")
    assert device(world, "d2")["status"] == "new"
    assert device(world, "d3")["status"] == "new"


def test_a_device_that_is_written_elsewhere_is_done_again_and_its_mates_are_kept(
    world: World,
) -> None:
    """Another worker is first with one device, between this one's reading and writing."""
    world.put("telemetry", *(report(world, f"d{n}") for n in range(3)))
    world.settle()
    registry = world.wiring.registry
    rival: list[str] = []

    def meanwhile(operation: str) -> None:
        if operation == "TransactWriteItems" and not rival:
            rival.append(operation)
            registry.register("d1", Wanted(name="Yeni", overrides={}), at=world.now)

    world.put("telemetry", *(report(world, f"d{n}", minute=1, metrics=HOT) for n in range(3)))
    with intercepted(meanwhile):
        world.settle()
    assert rival
    assert device(world, "d1")["name"] == "Yeni"
    assert all(device(world, f"d{n}")["metrics"] == HOT for n in range(3))
    assert told(world) == {("AlertRaised", f"d{n}"): 1 for n in range(3)}


def test_while_the_table_or_the_bus_is_down_nothing_is_lost(world: World) -> None:
    world.put("telemetry", report(world, metrics=HOT), report(world, "d2", metrics=HOT))
    for operation, code in (
        ("BatchGetItem", "ThrottlingException"),
        ("TransactWriteItems", "InternalServerError"),
        ("PutEvents", "InternalException"),
    ):
        with failing(operation, code), pytest.raises(Exception, match=r"failed|answering"):
            world.work("watch", "telemetry")
    world.settle()
    assert world.waiting("telemetry") == 0
    assert told(world) == {("AlertRaised", "d1"): 1, ("AlertRaised", "d2"): 1}


def test_a_change_with_more_alerts_than_a_transaction_takes_is_written_whole(world: World) -> None:
    rules = [
        written(f"r{n}", when={"kind": "threshold", "metric": "m", "raise_above": 0})
        for n in range(105)
    ]
    register(world, "d1")
    book = replace(world.wiring.rulebook, defaults=ModelPlan(rules=tuple(rules)))
    watch = replace(world.wiring.watch, rulebook=book)
    report = Report(device_id="d1", at=world.now, received_at=world.now, metrics={"m": 1.0})
    watched = watch.observe([report])
    assert (watched.raised, watched.failures) == (105, {})
    assert len(world.items("alert")) == 105
    assert told(world) == {("AlertRaised", "d1"): 105}


# --- alerts --------------------------------------------------------------------------------------


def test_an_alert_opens_one_case_and_tells_the_owner_where_they_like_it(world: World) -> None:
    who = owner(world, "d1")
    world.put("telemetry", *[report(world, metrics=LOW)] * 3)
    world.settle()
    world.put("telemetry", report(world, minute=1, metrics=LOW))
    world.settle()

    someone = staff(world)
    (alert,) = someone.get("/v1/alerts").json["alerts"]
    assert (alert["rule"], alert["owner_id"]) == ("water_pressure_low", who)
    assert alert["evidence"] == {"pressure_bar": 3}
    notes = someone.get(f"/v1/customers/{who}/notifications").json["notifications"]
    (note,) = [n for n in notes if n["kind"] == "alert"]
    assert (note["purpose"], note["outcome"], note["channel"]) == ("service", "sent", "whatsapp")
    assert "su basıncı düşük" in world.platforms.texts[-1]
    assert "Boğaz d1" in world.platforms.texts[-1]
    lines = someone.get(f"/v1/customers/{who}/timeline").json["entries"]
    assert [line["kind"] for line in lines].count("alert") == 1


def test_the_owner_is_told_on_the_preferred_channel(world: World) -> None:
    about = telegram_message(1, world.now)
    world.put("inbound", queued("telegram", about, world.now))
    world.settle()
    who = str(world.items("customer")[0]["pk"]).removeprefix("C#")
    world.client("dynamodb").update_item(
        TableName="temas-local-main",
        Key={"pk": {"S": f"C#{who}"}, "sk": {"S": "C"}},
        UpdateExpression="SET contacts = :c",
        ExpressionAttributeValues={
            ":c": {
                "S": json.dumps(
                    [
                        {"channel": "telegram", "address": "4242"},
                        {"channel": "email", "address": "m@ornek.example"},
                    ]
                )
            }
        },
    )
    someone = staff(world)
    someone.patch(f"/v1/customers/{who}/preferences", {"preferred_channel": "email"})
    someone.put("/v1/devices/d1", {"owner_id": who})
    case = someone.get("/v1/conversations").json["conversations"][0]["id"]
    someone.post(f"/v1/conversations/{case}/resolve")
    world.put("telemetry", report(world, metrics=LOW))
    world.settle()
    assert len(world.mails()) == 1


def test_a_critical_alert_is_about_safety_and_wakes_people_up(world: World) -> None:
    who = owner(world, "d1", "d2")
    world.now = world.now.replace(hour=23)
    world.put("telemetry", report(world, "d1", metrics=HOT), report(world, "d2", metrics=LOW))
    world.settle()
    notes = staff(world).get(f"/v1/customers/{who}/notifications").json["notifications"]
    found = {n["device_id"]: n for n in notes if n["kind"] == "alert"}
    assert (found["d1"]["purpose"], found["d1"]["outcome"]) == ("safety", "sent")
    assert found["d1"]["decisions"][-1]["facts"]["exemptions"] == ["quiet_hours"]
    assert (found["d2"]["purpose"], found["d2"]["status"]) == ("service", "postponed")
    assert found["d2"]["reason"] == "quiet_hours"


def test_a_device_without_owner_has_its_alert_in_the_list_and_tells_nobody(world: World) -> None:
    world.put("telemetry", report(world, metrics=HOT))
    world.settle()
    (alert,) = staff(world).get("/v1/alerts").json["alerts"]
    assert "owner_id" not in alert or alert["owner_id"] is None
    assert world.items("notification") == []
    assert world.items("conversation") == []


def test_a_new_owner_hears_of_later_alerts(world: World) -> None:
    world.put("telemetry", report(world, metrics=COOL))
    world.settle()
    who = owner(world, "d1")
    world.put("telemetry", report(world, minute=1, metrics=HOT))
    world.settle()
    (alert,) = staff(world).get("/v1/alerts").json["alerts"]
    assert alert["owner_id"] == who
    (raised,) = [e for e in world.events() if e["detail-type"] == "AlertRaised"]
    assert raised["detail"]["data"]["owner_id"] == who


def test_what_was_already_over_when_it_was_told_is_recorded_and_bothers_nobody(
    world: World,
) -> None:
    who = owner(world, "d1")
    world.put("telemetry", report(world, minute=10, metrics=COOL))
    world.settle()
    world.put("telemetry", report(world, minute=5, metrics=LOW | HOT))
    work_until_done(world)
    assert told(world)[("AlertRaised", "d1")] == 2

    world.now += timedelta(minutes=15)
    world.put("telemetry", report(world, minute=-4, metrics={"pressure_bar": 9, "boiler_c": 90}))
    world.settle()
    notes = staff(world).get(f"/v1/customers/{who}/notifications").json["notifications"]
    outcomes = {(n["outcome"], n["reason"]) for n in notes if n["kind"] == "alert"}
    assert outcomes == {("cancelled", "alert_cleared")}
    cleared = staff(world).get("/v1/alerts?status=cleared").json["alerts"]
    assert {alert["rule"] for alert in cleared} == {"boiler_too_hot", "water_pressure_low"}
    assert all(alert["raised_at"] < alert["cleared_at"] for alert in cleared)


def test_maintenance_clears_the_usage_alert_and_counts_anew(world: World) -> None:
    someone = staff(world)
    world.put("telemetry", report(world, counters={"brews": 510}))
    world.settle()
    (alert,) = someone.get("/v1/alerts").json["alerts"]
    assert (alert["rule"], alert["evidence"]["brews"]) == ("descaling", 510)

    for _ in range(2):
        at = (world.now + timedelta(minutes=1)).isoformat()
        assert someone.post("/v1/devices/d1/maintenance", {"at": at}).status == 200
    world.put("telemetry", report(world, minute=2, counters={"brews": 1009}))
    world.settle()
    assert someone.get("/v1/alerts").json["alerts"] == []
    assert someone.get("/v1/alerts?status=cleared").json["alerts"][0]["id"] == alert["id"]
    world.put("telemetry", report(world, minute=3, counters={"brews": 1010}))
    world.settle()
    assert len(someone.get("/v1/alerts").json["alerts"]) == 1
    assert told(world) == {("AlertRaised", "d1"): 2, ("AlertCleared", "d1"): 1}


def test_alerts_are_paged_to_the_end(world: World) -> None:
    for part in range(0, 25, 5):
        names = range(part, part + 5)
        world.put("telemetry", *(report(world, f"d{n}", metrics=HOT) for n in names))
        work_until_done(world)
    pages = staff(world).pages("/v1/alerts", "alerts", limit=7)
    assert [len(page) for page in pages] == [7, 7, 7, 4]
    assert len({alert["id"] for page in pages for alert in page}) == 25


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_leaves_an_alert_that_is_raised_and_told_once(
    world: World, answered: bool
) -> None:
    for number in range(8):
        names = (f"a{number}", f"b{number}")
        world.put("telemetry", *(report(world, name, metrics=HOT) for name in names))
        records = world.take("telemetry")
        ended = False
        try:
            with killed_at(number, answered=answered):
                world.invoke("watch", records)
                ended = True
        except Killed:
            world.restart()
        world.reappear("telemetry", records)
        work_until_done(world)
        assert told(world) == {("AlertRaised", name): 1 for name in names}
        assert all(json.loads(d.get("outbox", "[]")) == [] for d in world.items("device"))
        if ended:
            break
    assert ended
    alerts = Counter(alert["pk"] for alert in world.items("alert"))
    assert set(alerts.values()) == {1}
