"""Delivering when things go wrong: repeats, races, dead workers, AWS in trouble.

Whatever happens: nothing goes out twice that must not, and every notification ends explained.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.outreach.deliver import LEASE
from chalicelib.outreach.purposes import FINAL
from chalicelib.queues import PartialFailure
from chalicelib.store import conversations, notifications
from tests.support.faults import (
    Call,
    Killed,
    cancelled,
    failing,
    first_claim,
    killing,
    refusal,
    watched,
)
from tests.support.outreach import (
    again,
    announced,
    attempt,
    furnish,
    message,
    now,
    plan,
    record_of,
    work,
)
from tests.support.world import DEPLOYMENT, SECRETS, World

PAST_LEASE = LEASE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _no_limits(world: World) -> None:
    world.without_limits()


def sent(world: World) -> int:
    return len(world.platforms.posts) + len(world.mails())


def redeliver(world: World, times: int = 4) -> None:
    """Bring what is in the queue back, as its time-out would, until the lease is surely over."""
    for _ in range(times):
        world.now += PAST_LEASE
        while world.waiting("due") and work(world):
            pass


# --- repeats -------------------------------------------------------------------------------------


def test_the_same_message_five_times_is_one_send_and_one_event(world: World) -> None:
    furnish(world)
    plan(world)
    for _ in range(4):
        again(world)
    world.settle()

    assert sent(world) == 1
    assert announced(world) == {now().id: 1}


def test_an_early_message_only_makes_sure_of_the_right_one(world: World) -> None:
    furnish(world)
    due = world.now + timedelta(hours=1)
    plan(world, due_at=due)
    name = world.schedules()[0][1]
    world.client("scheduler").delete_schedule(Name=name, GroupName=DEPLOYMENT.schedule_group)
    again(world)
    world.settle()

    assert sent(world) == 0
    assert [entry[:2] for entry in world.schedules()] == [(due, name)]
    world.advance(timedelta(hours=2))
    assert sent(world) == 1


def test_a_message_of_an_earlier_try_only_makes_sure_of_the_right_one(world: World) -> None:
    furnish(world)
    world.now += timedelta(hours=10)
    stale = message(key=plan(world).key)
    world.settle()
    assert (now().status, now().attempt) == ("postponed", 1)
    world.put("due", stale, stale)
    world.settle()
    assert (now().status, now().attempt) == ("postponed", 1)
    world.advance(timedelta(days=1))
    world.put("due", stale)
    world.settle()

    assert now().status == "sent"
    assert sent(world) == 1


# --- races ---------------------------------------------------------------------------------------


def test_two_workers_at_once_send_once(world: World) -> None:
    furnish(world, channel="telegram")
    plan(world, key="warm")
    world.settle()
    for step in range(1, 6):
        key = f"k{step}"
        plan(world, key=key)
        rival = record_of(key, message_id="m-2")

        def let_the_rival_work(call: Call, step: int = step, rival: Any = rival) -> None:
            if call.number == step:
                with suppress(PartialFailure):
                    world.invoke("deliver", [rival])

        attempt(world, before=let_the_rival_work)
        redeliver(world, 1)

        assert sent(world) == step + 1, key
        assert now(key).status == "sent", key
    assert set(announced(world).values()) == {1}


def test_two_workers_that_take_over_from_a_lost_one_send_once(world: World) -> None:
    """The same message may be brought to both; the claim's name tells them apart."""
    furnish(world, channel="telegram")
    plan(world, purpose="safety")
    with killed_at_the_platform(world, "before"), suppress(Killed):
        world.work("deliver", "due")
    world.now += PAST_LEASE
    mine = rival = record_of(message_id="m-1")

    def let_the_rival_work() -> None:
        with suppress(PartialFailure):
            world.invoke("deliver", [rival])

    with watched(before=first_claim(let_the_rival_work)), suppress(PartialFailure):
        world.invoke("deliver", [mine])

    assert sent(world) == 1
    assert now().status == "sent"


def test_an_outcome_is_never_reopened_by_who_read_the_claim_before_it(world: World) -> None:
    furnish(world)
    plan(world)
    stalled = now()
    claimed_by_another = notifications.claim(stalled, name="chat:m-1:x", at=world.now)
    world.now += PAST_LEASE

    def finish_first() -> None:
        note = now()
        decision = note.decisions[0] if note.decisions else _any_decision(world)
        notifications.finish(note, outcome="sent", decision=decision)

    with watched(before=first_claim(finish_first)):
        work(world)

    assert claimed_by_another
    assert now().status == "sent"
    assert sent(world) == 0


def _any_decision(world: World) -> Any:
    from chalicelib.store.notification_records import Decision

    return Decision(at=world.now, decision="send", reason="due")


def test_while_one_worker_holds_the_claim_another_waits_its_turn(world: World) -> None:
    furnish(world)
    plan(world)
    notifications.claim(now(), name="chat:m-0:x", at=world.now)

    assert not work(world)
    assert world.waiting("due") == 1
    assert sent(world) == 0
    redeliver(world)
    assert now().status == "sent"


# --- workers that die ----------------------------------------------------------------------------


@contextmanager
def killed_at_the_platform(world: World, when: str) -> Iterator[None]:
    """The worker dies in the call to the platform, before or after it has its effect."""
    original = world.platforms.post

    def post(url: str, **call: Any) -> Any:
        if when == "before":
            raise Killed(url)
        original(url, **call)
        raise Killed(url)

    world.platforms.post = post  # type: ignore[method-assign]
    try:
        yield
    finally:
        world.platforms.post = original  # type: ignore[method-assign]


STEPS = 7
"""AWS calls of one delivery by mail, and one more to see that there are no more."""

SCENES: list[tuple[str, dict[str, Any], int]] = [
    ("review_reminder", {}, 1),
    ("satisfaction", {"channel": "telegram"}, 1),
    ("greeting", {"channel": "telegram", "purpose": "safety"}, 2),
    ("satisfaction", {"channel": "chat"}, 2),
]
"""A kind, how it goes, and how often it may go out at most: once, or where the purpose wants it
(or the channel recognises it) once more."""


@pytest.mark.parametrize(("kind", "way", "most"), SCENES)
@pytest.mark.parametrize("when", ["after"])  # before a call is after the one that came before it
def test_a_worker_killed_at_any_aws_call_leaves_one_outcome_and_no_second_send(
    world: World, kind: str, way: dict[str, Any], most: int, when: str
) -> None:
    furnish(world)
    plan(world, kind, key="warm", **way)
    world.settle()
    for step in range(1, STEPS + 1):
        key, before = f"k{step}", sent(world)
        plan(world, kind, key=key, **way)
        attempt(world, **{when: killing(step)})
        redeliver(world)

        assert 0 <= sent(world) - before <= most, key
        note = now(key)
        assert note.status in FINAL, key
        assert note.decisions, key
        assert note.status == "sent" or note.reason == "worker_lost", key
        if note.status == "sent":
            assert sent(world) - before >= 1, key
    assert world.waiting("due") == 0
    assert set(announced(world).values()) == {1}


@pytest.mark.parametrize(
    ("way", "outcome", "sends"),
    [
        ({"channel": "telegram"}, "uncertain", {"before": 0, "after": 1}),
        ({"channel": "telegram", "purpose": "safety"}, "sent", {"before": 1, "after": 2}),
        ({"channel": "chat"}, "sent", {"before": 1, "after": 2}),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_while_sending_leaves_it_to_the_purpose_and_the_channel(
    world: World, way: dict[str, Any], outcome: str, sends: dict[str, int], when: str
) -> None:
    furnish(world)
    plan(world, **way)
    with killed_at_the_platform(world, when), suppress(Killed):
        world.work("deliver", "due")
    assert now().status == "claimed"
    redeliver(world)

    assert now().status == outcome
    assert sent(world) == sends[when]
    if outcome == "uncertain":
        assert (now().reason, now().error_code) == ("worker_lost", "worker_lost")
    else:
        assert [one.reason for one in now().decisions] == ["worker_lost", "due"]
    if way["channel"] == "chat":
        assert len({headers["webhook-id"] for _, headers, _ in world.platforms.posts}) == 1


def test_a_take_over_in_quiet_hours_waits_for_the_morning(world: World) -> None:
    furnish(world)
    world.now += timedelta(hours=7, minutes=59)
    plan(world)
    with killed_at_the_platform(world, "before"), suppress(Killed):
        world.work("deliver", "due")
    redeliver(world)
    assert (now().status, now().claim) == ("postponed", None)
    world.advance(timedelta(days=1))

    assert now().status == "sent"
    assert sent(world) == 1
    assert [one.reason for one in now().decisions] == ["worker_lost", "quiet_hours", "due"]


def test_a_take_over_of_what_no_longer_holds_admits_that_it_may_have_arrived(world: World) -> None:
    import msgspec

    furnish(world)
    plan(world)
    with killed_at_the_platform(world, "after"), suppress(Killed):
        world.work("deliver", "due")
    case = conversations.get("cnv_1")
    conversations.item(msgspec.structs.replace(case, status="open")).save()
    redeliver(world)

    assert (now().status, now().reason) == ("uncertain", "worker_lost")
    assert now().decisions[-1].facts["at_last"] == "reopened"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_while_putting_it_off_leaves_it_waiting_with_a_wake_up(
    world: World, when: str
) -> None:
    furnish(world)
    world.now += timedelta(hours=10)
    for step in range(1, 6):
        plan(world, key=f"k{step}")
        attempt(world, **{when: killing(step)})
        world.settle()
        assert now(f"k{step}").status == "postponed"
    world.advance(timedelta(days=1))

    assert set(world.outcomes().values()) == {"sent"}
    assert sent(world) == 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_between_a_refusal_and_its_retry_never_sends_twice(
    world: World, when: str
) -> None:
    from tests.support.outreach import reply

    furnish(world)
    for step in range(3, 6):
        world.platforms.answers.append(reply(503))
        before = sent(world)
        plan(world, key=f"k{step}", channel="telegram")
        attempt(world, **{when: killing(step)})
        redeliver(world)
        world.advance(timedelta(minutes=30))
        world.platforms.answers.clear()
        redeliver(world)

        note = now(f"k{step}")
        assert note.status in ("sent", "uncertain")
        assert sent(world) - before <= 2


# --- AWS in trouble ------------------------------------------------------------------------------


def test_an_outcome_is_recorded_however_the_table_falters(world: World) -> None:
    furnish(world)
    plan(world)
    left = ["TransactionConflict", "ThrottlingError", "TransactionConflict"]

    def falter(call: Call) -> None:
        if call.operation == "TransactWriteItems" and left:
            raise cancelled(call, left.pop(0))

    with watched(before=falter):
        assert work(world)
    assert now().status == "sent"
    assert sent(world) == 1
    assert len(world.pauses) == 3


def test_a_table_that_stays_away_after_a_send_leaves_it_uncertain_never_sent_twice(
    world: World,
) -> None:
    furnish(world)
    plan(world, channel="telegram")
    error = refusal("InternalServerError")
    seen: list[int] = []

    def fail(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            seen.append(call.number)
            if len(seen) > 1:  # the first is the claim
                raise error

    with watched(before=fail):
        assert not work(world)
    with watched(before=_conflict):
        world.now += PAST_LEASE
        assert not work(world)
    redeliver(world)

    assert (now().status, sent(world)) == ("uncertain", 1)


def _conflict(call: Call) -> None:
    if call.operation == "TransactWriteItems":
        raise cancelled(call, "TransactionConflict")


@pytest.mark.parametrize("which", [1, 2], ids=["the claim", "the outcome"])
def test_a_write_that_worked_though_its_answer_got_lost_counts(world: World, which: int) -> None:
    furnish(world, channel="telegram")
    plan(world)
    hits: list[int] = []

    def lose_the_answer(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            hits.append(call.number)
            if len(hits) == which:
                raise refusal("InternalServerError")

    with watched(after=lose_the_answer):
        assert work(world)
    assert now().status == "sent"
    assert sent(world) == 1
    assert announced(world) == {now().id: 1}


def test_a_wake_up_is_set_though_the_answer_to_putting_it_off_got_lost(world: World) -> None:
    furnish(world)
    world.now += timedelta(hours=10)
    plan(world)
    with watched(after=failing("UpdateItem", refusal("ConditionalCheckFailedException"))):
        assert work(world)

    assert now().status == "postponed"
    assert len(world.schedules()) == 1


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException"])
def test_a_scheduler_in_trouble_leaves_the_message_to_set_the_wake_up_later(
    world: World, code: str
) -> None:
    furnish(world)
    world.now += timedelta(hours=10)
    plan(world)
    with watched(before=failing("CreateSchedule", refusal(code))):
        assert not work(world)
    assert (now().status, world.waiting("due")) == ("postponed", 1)
    world.settle()

    assert len(world.schedules()) == 1


def test_a_bus_in_trouble_hears_of_it_later_and_nothing_is_sent_again(world: World) -> None:
    furnish(world)
    plan(world)
    with watched(before=failing("PutEvents", refusal("InternalFailure"))):
        assert not work(world)
    assert now().status == "sent"
    assert announced(world) == {}
    world.settle()

    assert announced(world) == {now().id: 1}
    assert sent(world) == 1


# --- SES in trouble ------------------------------------------------------------------------------


def ses_fails(error: Exception) -> Callable[[Call], None]:
    def fail(call: Call) -> None:
        if call.operation == "SendRawEmail":
            raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (refusal("Throttling", "Maximum sending rate exceeded."), "planned",
         "platform_unavailable"),
        (refusal("MessageRejected", "Email address is not verified."), "failed",
         "rejected_by_platform"),
        (refusal("InternalFailure", ResponseMetadata={"HTTPStatusCode": 500}), "uncertain",
         "no_clear_answer"),
        (ConnectTimeoutError(endpoint_url="https://ses"), "planned", "platform_unavailable"),
        (ReadTimeoutError(endpoint_url="https://ses"), "uncertain", "no_clear_answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)  # fmt: skip
def test_what_ses_says_decides_and_is_kept(
    world: World, error: Exception, status: str, reason: str
) -> None:
    furnish(world)
    plan(world, "review_reminder")
    with watched(before=ses_fails(error)):
        assert work(world)

    assert (now().status, now().reason) == (status, reason)
    assert "error_code" in now().decisions[-1].facts
    world.advance(timedelta(days=1))
    assert len(world.mails()) == (1 if status == "planned" else 0)


# --- secrets -------------------------------------------------------------------------------------


def set_platforms(world: World, **parts: Any) -> None:
    world.client("secretsmanager").put_secret_value(
        SecretId=DEPLOYMENT.name("platforms"), SecretString=json.dumps(parts)
    )
    world.restart()


@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "chat"])
def test_a_missing_secret_keeps_it_planned_until_someone_sets_it(
    world: World, channel: str
) -> None:
    furnish(world)
    set_platforms(world)
    plan(world, channel=channel)
    assert not work(world)
    assert not work(world)
    assert (now().status, now().attempt, now().claim) == ("planned", 0, None)
    assert world.waiting("due") == 1
    set_platforms(world, **SECRETS["platforms"])
    world.settle()

    assert now().status == "sent"
    assert sent(world) == 1


def test_a_missing_signing_key_keeps_a_mail_planned(world: World) -> None:
    furnish(world)
    secrets, name = world.client("secretsmanager"), DEPLOYMENT.name("links")
    secrets.put_secret_value(SecretId=name, SecretString="{}")
    plan(world, "review_reminder")
    assert not work(world)
    assert now().status == "planned"
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps(SECRETS["links"]))
    world.restart()
    world.settle()

    assert len(world.mails()) == 1


def test_a_vault_that_does_not_answer_after_the_claim_gives_the_claim_back(world: World) -> None:
    furnish(world)
    plan(world, channel="telegram")
    world.restart()
    with watched(before=failing("GetSecretValue", refusal("InternalServiceError"))):
        assert not work(world)
    assert (now().status, now().claim) == ("planned", None)
    world.settle()

    assert now().status == "sent"
    assert sent(world) == 1
