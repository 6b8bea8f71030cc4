"""Webhook endpoints over the staff API: made, changed, tried, replayed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support import relaying
from tests.support.http_calls import problem_of, staff
from tests.support.relaying import Desks, alone, check, dead, deliveries, tell
from tests.support.transports import answer
from tests.support.world import World

PATH = "/v1/webhook-endpoints"


@pytest.fixture
def outside(world: World) -> Desks:
    return relaying.desks(world)


def test_an_endpoint_is_made_listed_changed_and_forgotten(world: World) -> None:
    someone = staff(world, name="Ada")
    made = relaying.made(someone, relaying.URL, "AlertRaised", description="Masa")
    hook = made["endpoint"]["id"]
    assert made["secret"].startswith("whsec_")
    shown = someone.get(f"{PATH}/{hook}").json
    assert shown == made["endpoint"]
    assert (shown["description"], shown["created_by"], shown["version"]) == ("Masa", "Ada", 1)
    assert "secret" not in shown
    (listed,) = someone.get(PATH).json["endpoints"]
    assert listed == shown
    world.now += timedelta(hours=1)
    wanted = {"types": ["*"], "filters": {"severity": ["critical"]}, "description": ""}
    changed = someone.patch(f"{PATH}/{hook}", wanted).json
    assert (changed["types"], changed["filters"]) == (["*"], {"severity": ["critical"]})
    assert (changed["description"], changed["version"]) == ("", 2)
    assert someone.get(f"{PATH}/{hook}").json == changed
    assert someone.delete(f"{PATH}/{hook}").json == changed
    problem_of(someone.get(f"{PATH}/{hook}"), 404)
    assert someone.get(PATH).json["endpoints"] == []


def test_reading_and_writing_need_scopes_of_their_own(world: World) -> None:
    reader, nobody = staff(world, "webhooks:read"), staff(world, "customers:*")
    problem_of(reader.post(PATH, {"url": relaying.URL, "types": ["*"]}), 403)
    problem_of(nobody.get(PATH), 403)
    assert reader.get(PATH).status == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"types": ["*"]}, "url"),
        ({"url": relaying.URL}, "types"),
        ({"url": relaying.URL, "types": []}, "types"),
        ({"url": relaying.URL, "types": ["AlertRised"]}, "did you mean AlertRaised"),
        ({"url": relaying.URL, "types": ["*"], "filters": {"x": [1]}}, "'x'"),
        ({"url": relaying.URL, "types": ["*"], "filters": {"severity": []}}, "filters"),
        ({"url": relaying.URL, "types": ["*"], "secret": "x"}, "secret"),
        ({"url": "http://desk.example/", "types": ["*"]}, "https://"),
        ({"url": "https://169.254.169.254/", "types": ["*"]}, "inside a network"),
        ({"url": "https://inner.example/", "types": ["*"]}, "inside a network"),
        ({"url": "https://mixed.example/", "types": ["*"]}, "inside a network"),
        ({"url": "https://nowhere.example/", "types": ["*"]}, "has no address"),
    ],
)
def test_what_can_not_be_an_endpoint_is_refused_with_the_reason(
    world: World, body: dict[str, Any], says: str
) -> None:
    world.hosts |= {
        "inner.example": ["10.1.2.3"],
        "mixed.example": ["93.184.215.14", "::ffff:127.0.0.1"],
        "nowhere.example": [],
    }
    someone = staff(world)
    assert says in problem_of(someone.post(PATH, body), 400)
    assert someone.get(PATH).json["endpoints"] == []
    hook = relaying.endpoint(someone)
    if len(body) > 1 and "secret" not in body:
        assert says in problem_of(someone.patch(f"{PATH}/{hook}", body), 400)
        assert someone.get(f"{PATH}/{hook}").json["version"] == 1


def test_a_host_that_the_operator_trusts_may_be_inside(world: World) -> None:
    secret = {"signing_key": "r" * 64, "trusted_hosts": ["Desk.Local:8443"]}
    relaying.relay_secret(world, secret)
    relaying.endpoint(staff(world), "https://desk.local:8443/in")
    problem_of(staff(world).post(PATH, {"url": "https://desk.local/", "types": ["*"]}), 400)


def test_without_a_key_of_its_own_the_stage_makes_no_endpoint(world: World) -> None:
    relaying.relay_secret(world, {"signing_key": "short"})
    problem_of(staff(world).post(PATH, {"url": relaying.URL, "types": ["*"]}), 503)
    assert world.items("relay_endpoint") == []


def test_there_is_an_end_to_the_number_of_endpoints(world: World) -> None:
    someone = staff(world)
    for number in range(50):
        relaying.endpoint(someone, f"https://desk.example/{number}")
    body = {"url": relaying.URL, "types": ["*"]}
    assert "delete one" in problem_of(someone.post(PATH, body), 409)


def test_trying_an_endpoint_makes_one_call_whatever_its_state(world: World, outside: Desks) -> None:
    someone = staff(world)
    made = relaying.made(someone, relaying.URL, "OrderPlaced")
    hook = made["endpoint"]["id"]
    someone.patch(f"{PATH}/{hook}", {"enabled": False})
    for status, came_to in ((200, "delivered"), (500, "dead"), (410, "dead")):
        outside.answers(status)
        said = someone.post(f"{PATH}/{hook}/test")
        assert said.status == 202
        world.settle()
        got = outside.got[-1]
        check(world, got, made["secret"])
        assert (got.id, got.json["type"]) == (said.json["delivery_id"], "WebhookTest")
        kept = deliveries(someone, hook)[got.id]
        assert (kept["status"], kept["test"]) == (came_to, True)
    world.advance(timedelta(days=4))
    assert len(outside.got) == 3
    assert dead(someone, hook) == []
    shown = someone.get(f"{PATH}/{hook}").json
    assert (shown["enabled"], shown["reason"], shown["failures"]) == (False, "staff", 0)


def test_one_that_staff_switch_off_gets_nothing_until_it_is_on_again(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    off = someone.patch(f"{PATH}/{hook}", {"enabled": False}).json
    assert (off["enabled"], off["reason"]) == (False, "staff")
    world.now += timedelta(minutes=1)
    tell(world, "d1")
    alone(world)
    someone.patch(f"{PATH}/{hook}", {"enabled": True})
    relaying.restart(world, outside)
    tell(world, "d2")
    alone(world)
    assert [got.json["data"]["device_id"] for got in outside.got] == ["d2"]


def test_at_another_url_what_failed_before_counts_no_more(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    outside.says = lambda got: answer(500 if got.url == relaying.URL else 200)
    ids = tell(world, *(f"d{n}" for n in range(8)))
    alone(world)
    assert someone.get(f"{PATH}/{hook}").json["probe_at"] is not None
    moved = someone.patch(f"{PATH}/{hook}", {"url": "https://desk.example/new"}).json
    assert (moved["failures"], moved["failing_since"], moved["probe_at"]) == (0, None, None)
    world.advance(timedelta(hours=1))
    assert {got.id for got in outside.at("https://desk.example/new")} == set(ids)


def test_named_deliveries_are_made_again_whatever_became_of_them(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    ids = tell(world, "d1", "d2", "d3")
    alone(world)
    said = someone.post(f"{PATH}/{hook}/replay", {"ids": [ids[0], ids[2], ids[0]]})
    assert (said.status, said.json["ids"]) == (202, [ids[0], ids[2]])
    alone(world)
    again = outside.got[3:]
    assert sorted(got.id for got in again) == sorted([ids[0], ids[2]])
    assert {got.body for got in again} <= {got.body for got in outside.got[:3]}
    kept = deliveries(someone, hook)[ids[0]]
    assert (kept["status"], kept["round"], len(kept["attempts"])) == ("delivered", 2, 2)


def test_dead_letters_since_a_time_are_made_again_page_by_page(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    relaying.buried(world, hook, *(f"old{n}" for n in range(3)))
    world.now += timedelta(hours=1)
    since = world.now.isoformat()
    relaying.buried(world, hook, *(f"d{n:03}" for n in range(130)))
    world.now += timedelta(hours=1)
    assert len(someone.pages(f"{PATH}/{hook}/dead-letters", "deliveries", limit=100)) == 2
    assert someone.post(f"{PATH}/{hook}/replay", {"since": since}).status == 202
    alone(world)
    assert sorted(got.id for got in outside.got) == [f"d{n:03}" for n in range(130)]
    assert [one["id"] for one in dead(someone, hook)] == ["old0", "old1", "old2"]


def test_a_replay_that_is_worked_twice_is_one(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    relaying.buried(world, hook, "d1", "d2")
    someone.post(f"{PATH}/{hook}/replay", {"ids": ["d1", "d2"]})
    records = world.take("relay")
    world.invoke("relay", records)
    world.invoke("relay", records)
    world.delete("relay", records)
    alone(world)
    assert sorted(got.id for got in outside.got) == ["d1", "d2"]


def test_a_replay_that_fails_has_ten_attempts_of_its_own(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    relaying.buried(world, hook, "d1")
    outside.answers(500, 200)
    someone.post(f"{PATH}/{hook}/replay", {"ids": ["d1"]})
    alone(world)
    assert dead(someone, hook) == []
    world.advance(timedelta(minutes=1))
    assert deliveries(someone, hook)["d1"]["status"] == "delivered"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 400, "either ids"),
        ({"ids": ["d1"], "since": "2026-11-23T10:00:00Z"}, 400, "either ids"),
        ({"ids": ["d1", "unheard"]}, 404, "unheard"),
        ({"since": "yesterday"}, 400, "since"),
        ({"since": "2026-11-23T10:00:00"}, 400, "since"),
        ({"ids": ["x"] * 101}, 400, "ids"),
    ],
)
def test_a_replay_that_does_not_say_of_what_is_refused(
    world: World, body: dict[str, Any], status: int, says: str
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    relaying.buried(world, hook, "d1")
    assert says in problem_of(someone.post(f"{PATH}/{hook}/replay", body), status)


def test_an_endpoint_that_is_off_is_switched_on_before_a_replay(world: World) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    relaying.buried(world, hook, "d1")
    someone.patch(f"{PATH}/{hook}", {"enabled": False})
    said = someone.post(f"{PATH}/{hook}/replay", {"ids": ["d1"]})
    assert "switch it on" in problem_of(said, 409)


def test_secrets_can_be_ended_at_once_and_are_three_at_most(world: World) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    for _ in range(2):
        assert someone.post(f"{PATH}/{hook}/rotate", {}).status == 200
    assert "overlap_hours 0" in problem_of(someone.post(f"{PATH}/{hook}/rotate", {}), 409)
    said = someone.post(f"{PATH}/{hook}/rotate", {"overlap_hours": 0}).json
    assert len(said["endpoint"]["secrets"]) == 1


def test_deliveries_are_listed_the_newest_first(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    told = []
    for number in range(5):
        told += tell(world, f"d{number}")
        alone(world)
        world.now += timedelta(seconds=1)
    pages = someone.pages(f"{PATH}/{hook}/deliveries", "deliveries", limit=2)
    assert [one["id"] for page in pages for one in page] == told[::-1]


def test_what_is_known_of_a_delivery_is_gone_after_30_days(world: World, outside: Desks) -> None:
    relaying.endpoint(staff(world))
    tell(world, "d1")
    alone(world)
    (item,) = world.items("relay_delivery")
    assert item["expires_at"] == int((world.now + timedelta(days=30)).timestamp())
