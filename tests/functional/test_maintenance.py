"""What the owner of a device hears around its maintenance: ahead, when due, and after it, once."""

import json
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import msgspec
import pytest

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.device_sections import ModelPlan
from chalicelib.fleet import changes
from chalicelib.fleet.reports.report import Report
from chalicelib.ids import new_id
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.outreach.plan import notification_id
from chalicelib.playbook_values import Words
from chalicelib.store import customers, device_models, devices, notifications
from chalicelib.store.device_records import Alert, DeviceRecord
from tests.support.aws_calls import Killed, killed_at
from tests.support.http_calls import staff
from tests.support.webhook_calls import queued, telegram_message
from tests.support.world import World

BOOKING = "https://servis.kahve.example/randevu"


def owner(world: World, **facts: Any) -> str:
    """Mehmet on Telegram."""
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.settle()
    (who,) = {str(item["pk"]).removeprefix("C#") for item in world.items("customer")}
    if facts:
        preferences = {name: value for name, value in facts.items() if value is not None}
        assert staff(world).patch(f"/v1/customers/{who}/preferences", preferences).status == 200
    world.platforms.posts.clear()
    return who


def device(
    world: World, owner_id: str | None, *, name: str = "Boğaz", model: str | None = None
) -> str:
    """A device that has been registered a hundred days ago, with ten brews on each of its days."""
    assert world.wiring.table
    record = DeviceRecord(
        id="d1",
        owner_id=owner_id,
        name=name,
        model=model,
        registered_at=world.now - timedelta(days=100),
    )
    brewed = [
        Report(device_id="d1", at=at, received_at=at, counters={"brews": 100.0 + 10 * n})
        for n in range(12)
        for at in [world.now - timedelta(days=12 - n)]
    ]
    _save(changes.reported(record, brewed, _rules(world, record), world.now).record)
    return iso(world.now - timedelta(days=100))


def _rules(world: World, record: DeviceRecord) -> Any:
    return world.wiring.rulebook.rules_for(record.model, record.overrides)


def _save(record: DeviceRecord) -> None:
    devices.save([(msgspec.structs.replace(record, outbox=()), ())])


def maintained(world: World) -> events.MaintenanceDone:
    """The device is maintained now; what it then tells."""
    record = devices.get("d1")
    change = changes.maintained(
        record, counters=None, plans=(), at=world.now, rules=_rules(world, record), now=world.now
    )
    _save(change.record)
    return events.MaintenanceDone(device_id="d1", at=world.now, owner_id=record.owner_id)


def happens(world: World, data: events.Data, *, times: int = 1) -> None:
    happened = events.event(data, new_id("test"), at=world.now)
    detail = json.loads(happened.detail("local"))
    body = {"detail-type": happened.type, "source": "temas", "detail": detail}
    world.put("reactions", *[json.dumps(body)] * times)


def expected(
    world: World, who: str | None, cycle: str, *, days: tuple[int, int, int | None] = (9, 4, 13)
) -> events.MaintenanceExpected:
    at, earliest, latest = days
    return events.MaintenanceExpected(
        device_id="d1",
        plan="descaling",
        cycle=cycle,
        expected_at=world.now + timedelta(days=at),
        earliest=world.now + timedelta(days=earliest),
        latest=None if latest is None else world.now + timedelta(days=latest),
        owner_id=who,
    )


def due(
    world: World, who: str | None, *, severity: events.Severity = "info", rule: str = "descaling"
) -> events.AlertRaised:
    """The plan's alert, as it is listed and told."""
    alert = Alert(
        id="alr_1",
        device_id="d1",
        rule=rule,
        severity=severity,
        raised_at=world.now,
        owner_id=who,
    )
    devices.save([(devices.get("d1"), [alert])])
    return events.AlertRaised(
        alert_id="alr_1",
        device_id="d1",
        rule=rule,
        severity=severity,
        raised_at=world.now,
        owner_id=who,
    )


def cleared(world: World, who: str | None) -> events.AlertCleared:
    record = devices.get("d1")
    alert = devices.get_alert("d1", "alr_1")
    assert alert is not None
    over = msgspec.structs.replace(alert, cleared_at=world.now)
    devices.save([(record, [over])])
    return events.AlertCleared(
        alert_id="alr_1", device_id="d1", rule="descaling", cleared_at=world.now, owner_id=who
    )


def said(world: World) -> list[str]:
    """What they were told, but for the words about the case that their own message opened."""
    texts = [post["text"] for _, _, post in world.platforms.posts if "text" in post]
    return [text for text in texts if "mesajınızı unutmadık" not in text]


def notes(world: World) -> dict[str, tuple[str, str]]:
    return {
        item["key"]: (item["status"], item["reason"])
        for item in world.items("notification")
        if item["kind"] == "maintenance"
    }


def with_booking(world: World) -> None:
    plan = MaintenancePlan(
        name="descaling",
        message=Words(tr="kireç çözme.", en="descaling."),
        counter="brews",
        every=500,
        booking_url=BOOKING,
    )
    parts = msgspec.structs.replace(world.playbook.devices, maintenance=(plan,))
    world.playbook = msgspec.structs.replace(world.playbook, devices=parts)
    world.restart()


# --- ahead ---------------------------------------------------------------------------------------


def test_the_owner_hears_of_a_maintenance_ahead_with_the_dates_it_lies_between(
    world: World,
) -> None:
    who = owner(world)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle), times=3)
    world.settle()
    assert said(world) == [
        "Merhaba Mehmet, Boğaz cihazınızın bakım zamanı yaklaşıyor: kireç çözme. "
        "Tahmini tarih: 27 Kasım – 6 Aralık 2026."
    ]
    assert notes(world) == {f"maintenance:d1:descaling:{cycle}": ("sent", "due")}
    (note,) = [n for n in world.items("notification") if n["kind"] == "maintenance"]
    assert (note["purpose"], note["device_id"]) == ("service", "d1")


@pytest.mark.parametrize(
    ("days", "when"),
    [
        ((9, 9, 9), "2 December 2026."),
        ((15, 10, 19), "3–12 December 2026."),
        ((40, 20, None), "around 2 January 2027."),
        ((-1, -3, 1), "23 November 2026."),
    ],
)
def test_a_nearly_sure_date_is_told_alone_and_none_that_has_gone_by(
    world: World, days: tuple[int, int, int | None], when: str
) -> None:
    who = owner(world, locale="en")
    cycle = device(world, who, name="Bosphorus")
    happens(world, expected(world, who, cycle, days=days))
    world.settle()
    assert said(world) == [
        "Hello Mehmet, your Bosphorus will soon be due for maintenance: descaling. "
        f"Expected: {when}"
    ]


def test_dates_are_those_of_the_owners_own_calendar(world: World) -> None:
    who = owner(world, time_zone="Pacific/Auckland", locale="en")
    world.now = world.now.replace(hour=23)  # noon of the 24th in Auckland
    cycle = device(world, who)
    happens(world, expected(world, who, cycle, days=(9, 9, 9)))
    world.settle()
    assert "Expected: 3 December 2026." in said(world)[-1]


def test_where_it_can_be_booked_the_owner_hears_where(world: World) -> None:
    with_booking(world)
    who = owner(world)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle, days=(9, 9, 9)))
    world.settle()
    assert said(world)[-1].endswith(
        f"kireç çözme. Tahmini tarih: 2 Aralık 2026. Randevu almak için: {BOOKING}"
    )


def test_a_model_with_plans_of_its_own_tells_of_those(world: World) -> None:
    who = owner(world)
    plan = MaintenancePlan(
        name="descaling",
        message=Words(tr="conta değişimi.", en="new gaskets."),
        every_days=180,
    )
    assert world.wiring.table
    device_models.put("Boğaz 2", ModelPlan(maintenance=(plan,)), at=world.now, by=None)
    cycle = device(world, who, model="Boğaz 2")
    happens(world, expected(world, who, cycle))
    world.settle()
    assert "yaklaşıyor: conta değişimi." in said(world)[-1]


def test_a_mail_tells_it_with_a_subject_of_its_own(world: World) -> None:
    who = owner(world)
    world.client("dynamodb").update_item(
        TableName="temas-local-main",
        Key={"pk": {"S": f"C#{who}"}, "sk": {"S": "C"}},
        UpdateExpression="SET contacts = :c, locale = :l",
        ExpressionAttributeValues={
            ":c": {"S": json.dumps([{"channel": "email", "address": "m@ornek.example"}])},
            ":l": {"S": "en"},
        },
    )
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    (raw,) = world.mails()
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "Kahve Dükkânı: your device's maintenance"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "descaling. Expected: 27 November – 6 December 2026." in " ".join(
        body.get_content().split()
    )


def test_at_night_it_waits_and_what_was_done_meanwhile_is_not_told(world: World) -> None:
    who = owner(world)
    world.now = world.now.replace(hour=23)
    cycle = device(world, who)
    key = f"maintenance:d1:descaling:{cycle}"
    happens(world, expected(world, who, cycle))
    world.settle()
    assert notes(world)[key] == ("postponed", "quiet_hours")
    happens(world, maintained(world))
    world.settle()
    assert notes(world) == {key: ("cancelled", "maintenance_done")}
    world.advance(timedelta(days=1))
    assert said(world) == []


def test_what_was_done_before_anybody_heard_of_it_is_seen_when_it_is_sent(world: World) -> None:
    who = owner(world)
    world.now = world.now.replace(hour=23)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    maintained(world)
    world.advance(timedelta(days=1))
    assert notes(world) == {f"maintenance:d1:descaling:{cycle}": ("cancelled", "maintenance_done")}


def test_an_expectation_that_comes_after_the_maintenance_is_not_told(world: World) -> None:
    who = owner(world)
    cycle = device(world, who)
    ahead = expected(world, who, cycle)
    world.now += timedelta(minutes=1)
    happens(world, maintained(world))
    world.settle()
    happens(world, ahead)
    world.settle()
    assert notes(world) == {f"maintenance:d1:descaling:{cycle}": ("cancelled", "maintenance_done")}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"owner_id": "cus_other"}, "not_the_owner"),
        ({"overrides": {"descaling": None}}, "plan_gone"),
    ],
)
def test_a_former_owner_hears_nothing_more_nor_does_anybody_of_a_plan_that_is_gone(
    world: World, change: dict[str, Any], reason: str
) -> None:
    who = owner(world)
    world.now = world.now.replace(hour=23)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    _save(msgspec.structs.replace(devices.get("d1"), **change))
    world.advance(timedelta(days=1))
    assert notes(world) == {f"maintenance:d1:descaling:{cycle}": ("cancelled", reason)}


def test_nobody_is_told_of_a_device_without_owner_an_unknown_one_or_a_plan_it_has_not(
    world: World,
) -> None:
    who = owner(world)
    happens(world, expected(world, who, "c"))
    world.settle()
    cycle = device(world, who)
    happens(world, expected(world, None, cycle))
    happens(world, expected(world, "cus_gone", cycle))
    happens(world, msgspec.structs.replace(expected(world, who, cycle), plan="other"))
    world.settle()
    assert notes(world) == {}


def test_a_brand_that_says_nothing_about_maintenance_sends_nothing(world: World) -> None:
    who = owner(world)
    cycle = device(world, who)
    world.playbook = msgspec.structs.replace(world.playbook, maintenance=None)
    world.restart()
    happens(world, expected(world, who, cycle))
    happens(world, maintained(world))
    world.settle()
    assert notes(world) == {}
    assert said(world) == []


# --- due -----------------------------------------------------------------------------------------


def test_what_is_due_is_a_reminder_and_no_case_for_support(world: World) -> None:
    with_booking(world)
    who = owner(world)
    device(world, who)
    cases = len(world.items("conversation"))
    happens(world, due(world, who), times=3)
    world.settle()
    assert said(world) == [
        "Merhaba Mehmet, Boğaz cihazınızın bakım zamanı geldi: kireç çözme. "
        f"Randevu almak için: {BOOKING}"
    ]
    assert len(world.items("conversation")) == cases
    assert notes(world) == {"maintenance:d1:descaling:alr_1:due": ("sent", "due")}
    assert [e for e in world.items("entry") if e["kind"] == "alert"] == []


def test_what_becomes_overdue_is_a_case_and_a_notice_then(world: World) -> None:
    who = owner(world)
    device(world, who)
    happens(world, due(world, who))
    world.settle()
    world.now += timedelta(days=2)
    due(world, who, severity="warning")
    graver = events.AlertEscalated(
        alert_id="alr_1",
        device_id="d1",
        rule="descaling",
        severity="warning",
        was="info",
        at=world.now,
        owner_id=who,
    )
    happens(world, graver, times=3)
    world.settle()
    assert len([c for c in world.items("conversation") if c["opened_by"] == "alert"]) == 1
    assert len(said(world)) == 2
    assert "kireç çözme." in said(world)[1]
    assert world.outcomes()["alert:alr_1"] == "sent"


def test_what_was_overdue_and_is_done_is_confirmed_once(world: World) -> None:
    who = owner(world)
    device(world, who)
    happens(world, due(world, who))
    world.settle()
    raised = due(world, who, severity="warning")
    told = {"alert_id": "alr_1", "device_id": "d1", "rule": "descaling", "owner_id": who}
    happens(
        world, events.AlertEscalated(**told, severity="warning", was="info", at=raised.raised_at)
    )
    world.settle()
    before = len(said(world))
    happens(world, maintained(world))
    happens(world, cleared(world, who))
    world.settle()
    assert len(said(world)) == before + 1
    assert said(world)[-1].startswith("Teşekkürler Mehmet")


def test_what_is_overdue_at_once_is_told_as_other_alerts_are(world: World) -> None:
    who = owner(world)
    device(world, who)
    happens(world, due(world, who, severity="warning"))
    world.settle()
    assert notes(world) == {}
    assert [c for c in world.items("conversation") if c["opened_by"] == "alert"]


def test_other_alerts_that_are_mere_information_open_their_case(world: World) -> None:
    who = owner(world)
    device(world, who)
    happens(world, due(world, who, rule="water_pressure_low"))
    world.settle()
    assert notes(world) == {}
    assert [c for c in world.items("conversation") if c["opened_by"] == "alert"]


def test_a_reminder_that_waits_is_taken_back_when_the_alert_is_over(world: World) -> None:
    who = owner(world)
    world.now = world.now.replace(hour=23)
    device(world, who)
    happens(world, due(world, who))
    world.settle()
    happens(world, cleared(world, who), times=2)
    world.settle()
    assert notes(world) == {"maintenance:d1:descaling:alr_1:due": ("cancelled", "alert_cleared")}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"severity": "warning"}, "overdue"), ({"cleared_at": True}, "alert_cleared")],
)
def test_a_reminder_is_sent_only_while_it_is_due_and_not_overdue(
    world: World, change: dict[str, Any], reason: str
) -> None:
    who = owner(world)
    world.now = world.now.replace(hour=23)
    device(world, who)
    happens(world, due(world, who))
    world.settle()
    alert = devices.get_alert("d1", "alr_1")
    assert alert is not None
    given = {name: world.now if value is True else value for name, value in change.items()}
    devices.save([(devices.get("d1"), [msgspec.structs.replace(alert, **given)])])
    world.advance(timedelta(days=1))
    assert notes(world) == {"maintenance:d1:descaling:alr_1:due": ("cancelled", reason)}


# --- done ----------------------------------------------------------------------------------------


def test_who_had_been_told_is_thanked_and_told_of_the_next_one(world: World) -> None:
    who = owner(world)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    world.now += timedelta(days=2)
    done = maintained(world)
    happens(world, done, times=3)
    world.settle()
    assert said(world)[1:] == [
        "Teşekkürler Mehmet, Boğaz cihazınızın bakımı kaydedildi. "
        "Bir sonraki bakımın tahmini tarihi: 14 Ocak 2027."
    ]
    assert notes(world)[f"maintenance:d1:{iso(done.at)}:done"] == ("sent", "due")


def test_who_had_not_been_told_has_it_on_the_timeline_and_hears_nothing(world: World) -> None:
    who = owner(world)
    device(world, who)
    happens(world, maintained(world), times=2)
    world.settle()
    assert notes(world) == {}
    lines = staff(world).get(f"/v1/customers/{who}/timeline").json["entries"]
    (line,) = [line for line in lines if line["kind"] == "maintenance"]
    assert line["details"] == {"device_id": "d1", "plans": ["descaling"]}


def test_a_reminder_that_it_was_due_is_thanked_for_too(world: World) -> None:
    who = owner(world)
    device(world, who)
    happens(world, due(world, who))
    world.settle()
    world.now += timedelta(hours=1)
    happens(world, maintained(world))
    happens(world, cleared(world, who))
    world.settle()
    assert said(world)[-1].startswith("Teşekkürler Mehmet")


def test_a_second_maintenance_of_which_nobody_was_told_is_not_confirmed(world: World) -> None:
    who = owner(world)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    for _ in range(2):
        world.now += timedelta(hours=1)
        happens(world, maintained(world))
        world.settle()
    assert len([key for key in notes(world) if key.endswith(":done")]) == 1


def test_maintenance_for_another_plan_confirms_nothing(world: World) -> None:
    who = owner(world)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    done = msgspec.structs.replace(maintained(world), plans=["gaskets"])
    happens(world, done)
    world.settle()
    assert not [key for key in notes(world) if key.endswith(":done")]


def test_a_device_of_which_nobody_knows_the_use_is_confirmed_without_a_date(world: World) -> None:
    who = owner(world)
    cycle = device(world, who)
    happens(world, expected(world, who, cycle))
    world.settle()
    blank = DeviceRecord(id="d1", owner_id=who, version=devices.get("d1").version)
    _save(blank)
    happens(world, maintained(world))
    world.settle()
    assert said(world)[-1] == "Teşekkürler Mehmet, d1 cihazınızın bakımı kaydedildi."


def test_who_has_been_erased_hears_nothing_of_a_maintenance(world: World) -> None:
    who = owner(world)
    device(world, who)
    done = msgspec.structs.replace(maintained(world), owner_id="cus_gone")
    happens(world, done)
    happens(world, msgspec.structs.replace(done, owner_id=None))
    world.settle()
    assert notes(world) == {}
    assert customers.get(who)


@pytest.mark.parametrize("answered", [False, True])
def test_a_worker_killed_at_any_call_leaves_one_confirmation_and_one_line(
    world: World, answered: bool
) -> None:
    who, ended, number = owner(world), False, 0
    world.without_limits()
    cycle = device(world, who)
    while not ended:
        again = f"{cycle}{number}"
        happens(world, expected(world, who, again))
        world.work("react", "reactions")
        _sent(f"maintenance:d1:descaling:{again}", world)
        world.now += timedelta(hours=1)
        done = maintained(world)
        happens(world, done)
        records = world.take("reactions")
        try:
            with killed_at(number, answered=answered):
                world.invoke("react", records)
                ended = True
        except Killed:
            world.restart()
        world.reappear("reactions", records)
        world.work("react", "reactions")
        assert f"maintenance:d1:{iso(done.at)}:done" in notes(world)
        number += 1
        assert number < 30
    confirmed = [key for key in notes(world) if key.endswith(":done")]
    lines = [e for e in world.items("entry") if e["kind"] == "maintenance"]
    assert len(confirmed) == len(lines) == number


def _sent(key: str, world: World) -> None:
    """What was planned under `key` has gone out."""
    from chalicelib.store.notification_records import Decision

    note = notifications.get(notification_id(key))
    decision = Decision(at=world.now, decision="send", reason="due")
    notifications.finish(note, outcome="sent", decision=decision)


# --- from report to word -------------------------------------------------------------------------


def test_from_its_reports_a_maintenance_is_expected_told_due_done_and_expected_again(
    world: World,
) -> None:
    """Three weeks of a machine that brews thirty coffees a day."""
    who = owner(world)
    someone = staff(world)
    assert someone.put("/v1/devices/d1", {"owner_id": who, "name": "Boğaz"}).status == 200
    for day in range(19):
        at = world.now
        head = {"temas_device_id": "d1", "temas_received_at": int(at.timestamp() * 1000)}
        report = {**head, "at": at.isoformat(), "status": "ready", "counters": {"brews": 30 * day}}
        world.put("telemetry", json.dumps(report))
        world.settle()
        world.advance(timedelta(days=1))
    assert [text.partition(":")[0] for text in said(world)] == [
        "Merhaba Mehmet, Boğaz cihazınızın bakım zamanı yaklaşıyor",
        "Merhaba Mehmet, Boğaz cihazınızın bakım zamanı geldi",
    ]
    assert "10 Aralık 2026" in said(world)[0]

    done = someone.post("/v1/devices/d1/maintenance", {})
    assert done.status == 200
    world.settle()
    assert said(world)[-1].startswith("Teşekkürler Mehmet, Boğaz cihazınızın bakımı kaydedildi.")
    assert "Bir sonraki bakımın tahmini tarihi:" in said(world)[-1]
    assert someone.get("/v1/alerts").json["alerts"] == []
