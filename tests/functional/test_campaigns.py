"""Campaigns end to end on a whole stage: written, run, paused, repeated, throttled, measured."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import events
from chalicelib.outreach.campaigns import held_out
from chalicelib.store.records import Consent, Contact
from tests.support.campaigning import CONTENTS, act, crowd, customer, drafted, now, seen, template
from tests.support.http_calls import Staff, problem_of, staff
from tests.support.world import World


@pytest.fixture
def someone(world: World) -> Staff:
    world.without_limits()
    found = staff(world)
    template(found)
    return found


def run(world: World, someone: Staff, name: str, **more: float) -> dict[str, Any]:
    act(someone, name, "start")
    world.settle()
    world.advance(timedelta(**(more or {"minutes": 20})))
    return seen(someone, name)


def sent_to(world: World) -> list[str]:
    return sorted(
        item["customer_id"] for item in world.items("notification") if item["status"] == "sent"
    )


def test_a_campaign_reaches_everybody_in_its_segment_once(world: World, someone: Staff) -> None:
    crowd(world, 8)
    customer(world, 77, tags=("b2b",))
    name = drafted(someone, segment="not tag = b2b")

    found = run(world, someone, name)

    assert (found["status"], found["planned"], found["waiting"]) == ("done", 8, 0)
    assert (found["outcomes"], found["progress"]) == ({"sent": {"due": 8}}, 1)
    assert found["looked_at"] == 9
    assert len(world.mails()) == 8
    kinds = [event["detail-type"] for event in world.events()]
    assert kinds.count("CampaignStarted") == kinds.count("CampaignFinished") == 1


def test_every_skip_has_its_reason(world: World, someone: Staff) -> None:
    customer(world, 1)
    customer(world, 2, consents={})
    no = Consent(granted=False, at=world.now, source="test")
    customer(world, 3, consents={"marketing": no})
    customer(world, 4, contacts=())
    name = drafted(someone)

    assert run(world, someone, name)["outcomes"] == {
        "sent": {"due": 1},
        "skipped": {"consent_withdrawn": 1, "no_address": 1, "no_consent": 1},
    }


def test_everyone_reads_their_own_language_and_name(world: World, someone: Staff) -> None:
    customer(world, 1)
    customer(world, 2, locale="en", name=None)
    run(world, someone, drafted(someone))

    said = b"\n".join(world.mails()).decode()
    assert "Hello\n" in said.replace("\r", "")
    assert "is waiting for you." in said


def test_whatsapp_takes_the_approved_template_filled_in(world: World, someone: Staff) -> None:
    variable = "{{ name|trim|default('x', true) }}"
    choice = {"name": "spring", "language": "tr", "variables": [variable]}
    contents = {locale: {**one, "whatsapp": choice} for locale, one in CONTENTS.items()}
    template(someone, contents)
    phone = Contact(channel="whatsapp", account="15550001111", address="905321112233")
    customer(world, 1, contacts=(phone,), preferred_channel="whatsapp")

    assert run(world, someone, drafted(someone))["outcomes"] == {"sent": {"due": 1}}
    assert '"type": "template"' in world.platforms.texts[0]
    assert "Ayşe" in world.platforms.texts[0]


def test_it_starts_at_its_time_and_not_before(world: World, someone: Staff) -> None:
    crowd(world, 3)
    name = drafted(someone, starts_at="2026-11-25T10:00", time_zone="Europe/Istanbul")
    assert act(someone, name, "start")["status"] == "scheduled"

    world.settle()
    world.advance(timedelta(hours=40))
    assert sent_to(world) == []
    world.advance(timedelta(hours=8))
    assert len(sent_to(world)) == 3
    assert now(name).started_at == datetime(2026, 11, 25, 7, tzinfo=UTC)


def test_with_a_local_hour_it_is_that_hour_for_everyone(world: World, someone: Staff) -> None:
    zones = {1: "Europe/Istanbul", 2: "Europe/Berlin", 3: "America/New_York", 4: None, 5: "Mars"}
    for number, zone in zones.items():
        customer(world, number, time_zone=zone)
    customer(world, 6, time_zone="Asia/Tokyo")  # it is 17:00 there when the run starts
    name = drafted(someone, starts_at="2026-11-24T10:00+02:00", local_hour="12:00")

    run(world, someone, name, days=2)

    at = {item["customer_id"][-1]: item["sent_at"][:16] for item in world.items("notification")}
    assert at == {
        "1": "2026-11-24T09:00", "2": "2026-11-24T11:00", "3": "2026-11-24T17:00",
        "4": "2026-11-24T09:00", "5": "2026-11-24T09:00", "6": "2026-11-24T08:00",
    }  # fmt: skip


def test_a_throttled_campaign_never_sends_faster(world: World, someone: Staff) -> None:
    crowd(world, 26)
    name = drafted(someone, per_minute=2)
    act(someone, name, "start")
    world.settle()
    assert now(name).planned < 26  # it plans no further ahead than it may

    for minute in range(1, 16):
        world.advance(timedelta(minutes=1))
        assert len(sent_to(world)) <= 2 * minute + 1
    assert seen(someone, name)["outcomes"] == {"sent": {"due": 26}}


def test_a_pause_holds_back_what_is_planned_and_a_resume_goes_on(
    world: World, someone: Staff
) -> None:
    crowd(world, 12)
    name = drafted(someone, per_minute=1)
    act(someone, name, "start")
    world.settle()
    world.advance(timedelta(minutes=2))
    before = len(sent_to(world))
    assert act(someone, name, "pause")["status"] == "paused"

    world.advance(timedelta(minutes=40))
    assert len(sent_to(world)) == before
    assert act(someone, name, "resume")["status"] == "running"
    world.settle()
    world.advance(timedelta(minutes=40))

    assert len(sent_to(world)) == len(set(sent_to(world))) == 12
    assert seen(someone, name)["status"] == "done"


def test_pausing_and_resuming_often_does_no_harm(world: World, someone: Staff) -> None:
    crowd(world, 12)
    name = drafted(someone, per_minute=4)
    act(someone, name, "start")
    for _ in range(4):
        world.settle()
        act(someone, name, "pause")
        act(someone, name, "pause")
        act(someone, name, "resume")
        act(someone, name, "resume")
        world.advance(timedelta(seconds=30))
    world.advance(timedelta(minutes=40))

    assert seen(someone, name)["outcomes"] == {"sent": {"due": 12}}
    assert seen(someone, name)["planned"] == 12


def test_a_campaign_paused_before_its_time_starts_when_it_is_resumed(
    world: World, someone: Staff
) -> None:
    crowd(world, 2)
    name = drafted(someone, starts_at="2026-11-23T12:00Z")
    act(someone, name, "start")
    act(someone, name, "pause")
    world.advance(timedelta(hours=4))
    assert now(name).status == "paused"
    act(someone, name, "resume")
    world.settle()
    world.advance(timedelta(minutes=5))
    assert len(sent_to(world)) == 2


def test_a_cancelled_campaign_sends_nothing_more_and_says_why(world: World, someone: Staff) -> None:
    crowd(world, 12)
    name = drafted(someone, per_minute=2)
    act(someone, name, "start")
    world.settle()
    world.advance(timedelta(minutes=1))
    act(someone, name, "cancel")
    world.advance(timedelta(minutes=60))

    outcomes = seen(someone, name)["outcomes"]
    assert outcomes["sent"]["due"] < 5
    assert set(outcomes) == {"sent", "cancelled"}
    assert set(outcomes["cancelled"]) == {"campaign_cancelled"}
    assert seen(someone, name)["waiting"] == 0
    assert problem_of(someone.post(f"/v1/campaigns/{name}/resume"), 409)


def test_a_recurring_campaign_comes_again_until_its_end(world: World, someone: Staff) -> None:
    crowd(world, 5)
    name = drafted(someone, every="2d", ends_at="2026-11-28T10:00Z")
    act(someone, name, "start")
    world.settle()
    world.advance(timedelta(days=1))
    assert (now(name).status, now(name).run) == ("scheduled", 1)
    customer(world, 9)
    world.advance(timedelta(days=7))

    found = seen(someone, name)
    assert (found["status"], found["run"], found["waiting"]) == ("done", 3, 0)
    assert found["outcomes"] == {"sent": {"due": 5 + 6 + 6}}


def test_changing_a_template_never_changes_what_is_under_way(world: World, someone: Staff) -> None:
    crowd(world, 12)
    name = drafted(someone, per_minute=2)
    act(someone, name, "start")
    world.settle()
    template(someone, {locale: {"subject": "NEW", "text": "NEW"} for locale in ("tr", "en")})
    world.advance(timedelta(minutes=20))
    assert len(world.mails()) == 12
    assert not any(b"NEW" in mail for mail in world.mails())


def test_who_was_merged_meanwhile_gets_it_once(world: World, someone: Staff) -> None:
    crowd(world, 2)
    name = drafted(someone, per_minute=1)
    act(someone, name, "start")
    world.settle()
    answer = someone.post("/v1/customers/cus_00000/merge", {"customer_id": "cus_00001"})
    assert answer.status == 200, answer.text
    world.advance(timedelta(minutes=30))

    outcomes = seen(someone, name)["outcomes"]
    assert outcomes == {"sent": {"due": 1}, "cancelled": {"had_it_already": 1}}


def test_the_held_out_pass_the_same_rules_and_get_nothing(world: World, someone: Staff) -> None:
    crowd(world, 20)
    customer(world, 61, consents={})
    name = drafted(someone, holdout_percent=30)
    kept_out = sum(held_out(name, f"cus_{n:05d}", 30) for n in range(20))

    outcomes = run(world, someone, name)["outcomes"]

    assert outcomes["sent"] == {"due": 20 - kept_out}
    assert outcomes["skipped"] == {"holdout": kept_out, "no_consent": 1}


def test_what_customers_do_is_counted_once_in_their_group(world: World, someone: Staff) -> None:
    crowd(world, 40)
    name = drafted(someone, holdout_percent=50)
    run(world, someone, name)
    ordering = [f"cus_{n:05d}" for n in range(10)]
    treated = sum(not held_out(name, one, 50) for one in ordering)

    def tell(data: events.Data, at: datetime, *unique: str) -> None:
        world.wiring.bus.publish([events.event(data, *unique, at=at)])

    late = world.now + timedelta(days=15)
    for one in ordering:
        for order in ("a", "b"):  # a second order, and each event twice
            for _ in range(2):
                key = f"shopify:s:{one}{order}"
                placed = events.OrderPlaced(order_key=key, customer_id=one, at=world.now)
                tell(placed, world.now, key)
    earlier = world.now - timedelta(days=1)
    tell(events.OrderPlaced(order_key="o", customer_id="cus_00020", at=earlier), earlier, "o")
    tell(events.OrderPlaced(order_key="p", customer_id="cus_00021", at=late), late, "p")
    for purpose, granted in (("marketing", False), ("marketing", True), ("review", False)):
        changed = events.ConsentChanged(
            customer_id="cus_00030", purpose=purpose, granted=granted, at=world.now
        )
        tell(changed, world.now, purpose, str(granted))
    world.settle()

    report = someone.get(f"/v1/campaigns/{name}/report").json
    ordered, reviewed, unsubscribed = report["findings"]
    assert (ordered["treated"], ordered["control"]) == (treated, 10 - treated)
    assert reviewed["treated"] == reviewed["control"] == 0
    assert unsubscribed["treated"] + unsubscribed["control"] == 1
    assert report["treated"] + report["control"] == 40
    assert ordered["low"] <= ordered["difference"] <= ordered["high"]
    assert set(ordered["words"]) == {"tr", "en"}
