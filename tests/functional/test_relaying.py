"""Outgoing webhooks: every endpoint gets each event it wants at least once, or a dead letter."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from chalicelib.channels.base import NotSent, Unknown
from chalicelib.errors import SignatureError
from chalicelib.queues import PartialFailure
from chalicelib.relaying.schedule import ATTEMPTS
from tests.support import relaying
from tests.support.faults import Killed, failing, killing, refusal, watched
from tests.support.http_calls import staff
from tests.support.relaying import Desks, Got, Reply, alone, check, dead, deliveries, tell
from tests.support.transports import answer
from tests.support.webhook_calls import queued, telegram_message
from tests.support.world import World

OTHER = "https://crm.example/hooks"


@pytest.fixture
def outside(world: World) -> Desks:
    return relaying.desks(world)


def test_an_event_of_the_bus_reaches_an_endpoint_signed(world: World, outside: Desks) -> None:
    made = relaying.made(staff(world))
    (event_id,) = tell(world, "d1")
    world.settle()
    (got,) = outside.got
    check(world, got, made["secret"])
    assert (got.url, got.id) == (relaying.URL, event_id)
    assert got.headers["content-type"] == "application/json"
    assert set(got.json) == {"type", "timestamp", "data"}
    assert (got.json["type"], got.json["timestamp"]) == ("AlertRaised", "2026-11-23T10:00:00.000Z")
    assert got.json["data"]["device_id"] == "d1"


def test_a_message_of_a_customer_is_told_without_its_words(world: World, outside: Desks) -> None:
    relaying.endpoint(staff(world))
    message = telegram_message(1, world.now)
    world.put("inbound", queued("telegram", message, world.now))
    world.settle()
    told = {got.json["type"] for got in outside.got}
    assert {"ConversationOpened", "MessageReceived"} <= told
    words = message["message"]["text"]
    assert words
    assert not any(words in got.body.decode() for got in outside.got)
    assert not any(words in item["body"] for item in world.items("relay_delivery"))


def test_each_endpoint_gets_what_it_wants_only(world: World, outside: Desks) -> None:
    someone = staff(world)
    relaying.endpoint(someone, relaying.URL, "AlertRaised", filters={"severity": ["critical"]})
    relaying.endpoint(someone, OTHER, "AlertRaised", "AlertCleared")
    relaying.endpoint(someone, "https://shop.example/", "OrderPlaced")
    tell(world, "d1")
    tell(world, "d2", severity="critical")
    alone(world)
    assert [got.json["data"]["device_id"] for got in outside.at(relaying.URL)] == ["d2"]
    assert sorted(got.json["data"]["device_id"] for got in outside.at(OTHER)) == ["d1", "d2"]
    assert len(outside.got) == 3


def test_without_endpoints_an_event_costs_one_look_in_half_a_minute(
    world: World, outside: Desks
) -> None:
    tell(world, *(f"d{n}" for n in range(20)))
    with watched() as calls:
        alone(world)
    assert [c.operation for c in calls if c.service == "dynamodb"] == ["Query"]
    assert outside.got == []


def test_a_call_that_failed_is_made_again_and_the_receiver_can_tell(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    made = relaying.made(someone)
    outside.answers(500, 200)
    (event_id,) = tell(world, "d1")
    world.settle()
    assert len(outside.got) == 1
    world.advance(timedelta(seconds=10))
    first, again = outside.got
    assert first.id == again.id == event_id
    assert first.body == again.body
    assert first.headers["webhook-timestamp"] != again.headers["webhook-timestamp"]
    check(world, again, made["secret"])
    kept = deliveries(someone, made["endpoint"]["id"])[event_id]
    assert kept["status"] == "delivered"
    assert [one["status"] for one in kept["attempts"]] == [500, 200]
    world.advance(timedelta(days=4))
    assert len(outside.got) == 2


@pytest.mark.parametrize(
    "reply",
    [
        answer(400),
        answer(404),
        answer(503),
        answer(301, location="https://169.254.169.254/"),
        answer(307, location="https://elsewhere.example/"),
        NotSent(code="no_connection", detail="no connection: refused, or the name is unknown"),
        NotSent(code="certificate", detail="the platform's certificate is not valid"),
        Unknown(code="read_timeout", detail="no whole reply in time"),
    ],
)
def test_whatever_is_not_2xx_is_tried_ten_times_over_75_hours_and_is_then_a_dead_letter(
    world: World, outside: Desks, reply: Reply
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    outside.answers(reply)
    (event_id,) = tell(world, "d1")
    world.settle()
    world.advance(timedelta(hours=70))
    assert dead(someone, hook) == []
    assert deliveries(someone, hook)[event_id]["status"] == "pending"
    world.advance(timedelta(hours=12))
    (letter,) = dead(someone, hook)
    assert (letter["id"], letter["status"]) == (event_id, "dead")
    assert letter["payload"]["data"]["device_id"] == "d1"
    assert {got.url for got in outside.got} == {relaying.URL}
    assert world.schedules() == []
    assert not world.waiting("relay")


def test_all_ten_attempts_are_made_where_the_endpoint_has_good_moments(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    (bad,) = tell(world, "bad")
    outside.says = lambda got: answer(500 if got.id == bad else 200)
    for hour in range(90):
        tell(world, f"good{hour}")
        world.settle()
        world.advance(timedelta(hours=1))
    (letter,) = dead(someone, hook)
    assert (letter["id"], letter["reason"]) == (bad, "no_attempts_left")
    tried = [got for got in outside.got if got.id == bad]
    assert len(tried) == ATTEMPTS
    assert [one["number"] for one in letter["attempts"]] == list(range(1, ATTEMPTS + 1))
    times = [int(got.headers["webhook-timestamp"]) for got in tried]
    assert 71 < (times[-1] - times[0]) / 3600 < 80
    assert len({got.id for got in outside.got}) == 91


def test_an_endpoint_that_asks_for_time_gets_it(world: World, outside: Desks) -> None:
    relaying.endpoint(staff(world))
    outside.answers(answer(429, retry_after="7200"), 200)
    tell(world, "d1")
    world.settle()
    world.advance(timedelta(minutes=119))
    assert len(outside.got) == 1
    world.advance(timedelta(minutes=3))
    assert len(outside.got) == 2


def test_410_switches_the_endpoint_off_at_once_and_says_so(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone, relaying.URL, "AlertRaised")
    outside.answers(410)
    (event_id,) = tell(world, "d1")
    world.settle()
    shown = someone.get(f"/v1/webhook-endpoints/{hook}").json
    assert (shown["enabled"], shown["reason"]) == (False, "gone")
    assert shown["disabled_at"] == "2026-11-23T10:00:00Z"
    assert [one["id"] for one in dead(someone, hook)] == [event_id]
    (told,) = [one for one in world.events() if one["detail-type"] == "EndpointDisabled"]
    assert told["detail"]["data"] == {
        "endpoint_id": hook,
        "reason": "gone",
        "at": "2026-11-23T10:00:00Z",
    }
    world.now += timedelta(seconds=1)
    tell(world, "d2")  # the worker that remembers the endpoint as it was hands it on
    world.settle()
    relaying.restart(world, outside)
    tell(world, "d3")
    world.settle()
    world.advance(timedelta(days=4))
    assert len(outside.got) == 1
    assert len(dead(someone, hook)) == 1


def test_one_that_answers_nothing_for_five_days_is_switched_off_and_misses_nothing(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    outside.answers(500)
    told = []
    for day in range(6):
        told += tell(world, f"d{day}")
        world.settle()
        world.advance(timedelta(days=1))
    shown = someone.get(f"/v1/webhook-endpoints/{hook}").json
    assert (shown["enabled"], shown["reason"]) == (False, "failing")
    world.restart(make_transport=lambda: outside)
    told += tell(world, "late")
    world.settle()
    calls = len(outside.got)
    world.advance(timedelta(days=4))
    assert len(outside.got) == calls
    assert {one["id"] for one in dead(someone, hook)} >= set(told)
    outside.answers(200)
    back = someone.patch(f"/v1/webhook-endpoints/{hook}", {"enabled": True}).json
    assert (back["enabled"], back["reason"], back["failures"]) == (True, None, 0)
    since = (world.now - timedelta(days=15)).isoformat()
    said = someone.post(f"/v1/webhook-endpoints/{hook}/replay", {"since": since})
    assert said.status == 202, said.text
    alone(world)
    assert dead(someone, hook) == []
    assert {got.id for got in outside.got[calls:]} >= set(told)


def test_an_endpoint_that_keeps_failing_is_left_alone_and_costs_the_others_nothing(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    relaying.endpoint(someone, relaying.URL, "AlertRaised")
    relaying.endpoint(someone, OTHER, "AlertRaised")
    outside.says = lambda got: answer(500 if got.url == relaying.URL else 200)
    told = tell(world, *(f"d{n}" for n in range(40)))
    world.settle()
    assert sorted(got.id for got in outside.at(OTHER)) == sorted(told)
    assert len(outside.at(relaying.URL)) == 5
    world.advance(timedelta(hours=1))
    # A call after 1, 2, 4, 8 minutes and then each quarter of an hour.
    assert len(outside.at(relaying.URL)) <= 13
    outside.says = lambda _: answer(200)
    calls = len(outside.got)
    world.advance(timedelta(minutes=31))
    assert len(outside.got) > calls
    world.advance(timedelta(hours=80))
    assert {got.id for got in outside.at(relaying.URL)} == set(told)
    assert Counter(got.id for got in outside.at(OTHER)).most_common(1)[0][1] == 1


def test_a_slow_endpoint_takes_no_more_than_its_share_of_a_batch(world: World) -> None:
    """Nine seconds a call: after two of them its other deliveries make way."""
    clock = [0.0]
    outside = relaying.desks(world, monotonic=lambda: clock[0])
    someone = staff(world)
    relaying.endpoint(someone, relaying.URL, "AlertRaised")

    def slowly(got: Got) -> Reply:
        clock[0] += 9.0 if got.url == relaying.URL else 0.1
        return answer(200)

    outside.says = slowly
    told = tell(world, *(f"d{n}" for n in range(10)))
    assert world.work("relay", "relay") == 10  # the events themselves
    assert world.work("relay", "relay") == 10
    assert len(outside.got) == 2
    alone(world)
    assert {got.id for got in outside.got} == set(told)
    assert len(outside.got) == 10


def test_the_same_event_again_is_not_delivered_again(world: World, outside: Desks) -> None:
    relaying.endpoint(staff(world))
    tell(world, "d1")
    alone(world)
    tell(world, "d1")
    alone(world)
    assert len(outside.got) == 1


def test_a_message_of_the_queue_that_comes_twice_makes_one_call_and_one_retry(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    outside.answers(500, 200)
    (event_id,) = tell(world, "d1")
    world.work("relay", "relay")
    records = world.take("relay")
    world.invoke("relay", records)
    world.invoke("relay", records)
    world.delete("relay", records)
    assert len(outside.got) == 1
    world.advance(timedelta(hours=1))
    assert len(outside.got) == 2
    assert deliveries(someone, hook)[event_id]["attempts"][1]["number"] == 2


def test_an_old_attempt_that_comes_late_changes_nothing(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    outside.answers(500, 500, 200)
    (event_id,) = tell(world, "d1")
    world.work("relay", "relay")
    early = world.take("relay")
    world.invoke("relay", early)
    world.delete("relay", early)
    world.advance(timedelta(hours=1))
    assert len(outside.got) == 3
    world.invoke("relay", early)
    assert len(outside.got) == 3
    assert deliveries(someone, hook)[event_id]["status"] == "delivered"


@pytest.mark.parametrize("replies", [(200,), (500, 200), (410,), (500, 500, 200)])
def test_a_worker_may_die_anywhere_and_no_endpoint_goes_without(
    world: World, outside: Desks, replies: tuple[int, ...]
) -> None:
    """At every call to AWS in turn, before and after it has its effect."""
    someone = staff(world)
    deaths = 0
    for number in range(1, 40):
        for side in ("before", "after"):
            hook = relaying.endpoint(someone, f"https://desk.example/{number}/{side}")
            relaying.restart(world, outside)
            outside.answers(*replies)
            calls = len(outside.got)
            (event_id,) = tell(world, f"d{number}{side}")
            died = _dying(world, number, side)
            deaths += died
            alone(world)
            world.advance(timedelta(hours=1))
            mine = [got for got in outside.got[calls:] if got.url.endswith(f"{number}/{side}")]
            assert any(got.id == event_id for got in mine)
            kept = deliveries(someone, hook)[event_id]
            assert kept["status"] == ("dead" if replies[-1] == 410 else "delivered")
            assert len(mine) <= len(replies) + 2
            assert someone.delete(f"/v1/webhook-endpoints/{hook}").status == 200
        if not died:
            break
    assert deaths > 4


def _dying(world: World, number: int, side: str) -> bool:
    """Work the queue; the worker dies at its n-th call. Whether it made so many."""
    made = 0
    while records := world.take("relay"):
        hook = killing(number - made)
        try:
            with watched(**{side: hook}) as calls:
                world.invoke("relay", records)
        except Killed:
            world.reappear("relay", records)
            return True
        made += len(calls)
        world.delete("relay", records)
    return False


@pytest.mark.parametrize("seed", range(4))
def test_whatever_goes_wrong_each_endpoint_has_each_event_or_a_dead_letter(
    world: World, outside: Desks, seed: int
) -> None:
    """Answers at random, messages twice and late, workers that die anywhere."""
    dice = Random(seed)
    someone = staff(world)
    urls = {url: relaying.endpoint(someone, url) for url in (relaying.URL, OTHER)}
    relaying.restart(world, outside)
    outside.says = lambda _: answer(dice.choice([200, 200, 500, 503, 302, 404]))
    told: list[str] = []
    for turn in range(12):
        told += tell(world, f"d{turn}", f"e{turn}")
        for _ in range(dice.randint(1, 4)):
            _clumsily(world, dice)
        world.now += timedelta(seconds=dice.choice([1, 60, 3600]))
    outside.says = lambda _: answer(dice.choice([200, 200, 500]))
    world.advance(timedelta(hours=81))
    for url, hook in urls.items():
        got, kept = {one.id for one in outside.at(url)}, deliveries(someone, hook)
        assert set(told) <= set(kept)
        for event_id in told:
            assert kept[event_id]["status"] in ("delivered", "dead")
            assert event_id in got or kept[event_id]["status"] == "dead"
    assert not world.waiting("relay")


def _clumsily(world: World, dice: Random) -> None:
    """Work a batch, perhaps twice, perhaps by a worker that dies on the way."""
    records = world.take("relay")
    if not records:
        return
    dice.shuffle(records)
    try:
        side = dice.choice(["before", "after"])
        with watched(**{side: killing(dice.randint(1, 30))}):
            world.invoke("relay", records)
            if dice.random() < 0.3:
                world.invoke("relay", records)
    except Killed:
        world.reappear("relay", records)
    else:
        world.delete("relay", records)


def test_where_the_queue_refuses_some_the_event_is_handed_out_again(
    world: World, outside: Desks
) -> None:
    someone = staff(world)
    relaying.endpoint(someone)
    relaying.endpoint(someone, OTHER)
    tell(world, "d1")
    with (
        watched(before=failing("SendMessageBatch", refusal("ServiceUnavailable"))),
        pytest.raises(PartialFailure),
    ):
        world.work("relay", "relay")
    alone(world)
    assert Counter(got.url for got in outside.got) == {relaying.URL: 1, OTHER: 1}


def test_what_is_no_message_of_the_queue_waits_for_a_person(world: World, outside: Desks) -> None:
    relaying.endpoint(staff(world))
    tell(world, "d1")
    world.put("relay", "{", '{"type":"sending"}', '{"detail-type":"X"}')
    records = world.take("relay")
    with pytest.raises(Exception, match="3 of 4"):
        world.invoke("relay", records)
    assert world.work("relay", "relay") == 1
    assert len(outside.got) == 1


def test_a_host_that_moves_into_a_network_is_not_called(world: World) -> None:
    """What is saved is checked again at each call: by the transport, for the very address."""
    world.relay_events()
    world.restart(make_transport=None)
    someone = staff(world)
    hook = relaying.endpoint(someone)
    for inside in ("169.254.169.254", "127.0.0.1", "10.0.0.8", "::1"):
        world.hosts["desk.example"] = ["93.184.215.14", inside]
        (event_id,) = tell(world, inside)
        world.work("relay", "relay")
        world.work("relay", "relay")
        (attempt,) = deliveries(someone, hook)[event_id]["attempts"]
        assert attempt["code"] == "no_connection"


def test_secrets_change_without_a_call_that_nobody_can_check(world: World, outside: Desks) -> None:
    someone = staff(world)
    made = relaying.made(someone)
    hook, old = made["endpoint"]["id"], made["secret"]
    new = someone.post(f"/v1/webhook-endpoints/{hook}/rotate", {"overlap_hours": 2}).json["secret"]
    assert new != old
    tell(world, "d1")
    alone(world)
    check(world, outside.got[-1], old)
    check(world, outside.got[-1], new)
    world.now += timedelta(hours=2)
    tell(world, "d2")
    alone(world)
    check(world, outside.got[-1], new)
    with pytest.raises(SignatureError):
        check(world, outside.got[-1], old)


def test_no_secret_lies_in_the_table(world: World, outside: Desks) -> None:
    made = relaying.made(staff(world))
    (item,) = world.items("relay_endpoint")
    assert made["secret"].removeprefix("whsec_")[:12] not in str(item)
    assert "whsec_" not in str(item)


def test_what_is_on_its_way_to_a_deleted_endpoint_is_dropped(world: World, outside: Desks) -> None:
    someone = staff(world)
    hook = relaying.endpoint(someone)
    outside.answers(500)
    tell(world, "d1")
    world.settle()
    someone.delete(f"/v1/webhook-endpoints/{hook}")
    world.advance(timedelta(hours=80))
    assert len(outside.got) == 1
    assert not world.waiting("relay")
