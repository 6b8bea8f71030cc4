"""Whatever fails on the way in, and whenever: nothing lost, nothing twice, every event told."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tests.support.faults import (
    Call,
    Hook,
    Killed,
    cancelled,
    failing,
    killing,
    refusal,
    watched,
)
from tests.support.inbound import assert_all_told, drain, ingest, state, told
from tests.support.webhook_calls import chat_message, queued, telegram_message, whatsapp_message
from tests.support.world import START, World
from tests.support.world import world as make_world

Event = dict[str, Any]


def whatsapp(number: int, sender: str = "905321112233") -> str:
    at = START + timedelta(minutes=number)
    body = whatsapp_message(f"wamid.in.{number}", at, sender=sender)
    return queued("whatsapp", body, at, delivery_id=f"dlv_{number}")


# --- throttled, conflicting, down --------------------------------------------------------------


def _once(operation: str, code: str) -> Callable[[], Hook]:
    """The first call of this operation fails, whatever botocore's own retries did."""
    return lambda: failing(operation, refusal(code))


def _stubborn(code: str) -> Callable[[], Hook]:
    """Every transaction is cancelled for this reason, as long as the worker tries."""

    def fail(call: Call) -> None:
        if call.operation == "TransactWriteItems":
            raise cancelled(call, code)

    return lambda: fail


TROUBLES: dict[str, Callable[[], Hook]] = {
    "throttled": _once("TransactWriteItems", "ThrottlingException"),
    "over the throughput": _once("TransactWriteItems", "ProvisionedThroughputExceededException"),
    "down": _once("TransactWriteItems", "InternalServerError"),
    "in progress": _once("TransactWriteItems", "TransactionInProgressException"),
    "other writers all the time": _stubborn("TransactionConflict"),
    "throttled within": _stubborn("ThrottlingError"),
    "no throughput within": _stubborn("ProvisionedThroughputExceeded"),
    "reads throttled": _once("BatchGetItem", "ThrottlingException"),
    "bus down": _once("PutEvents", "InternalException"),
}


@pytest.mark.parametrize("acquainted", [False, True])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_after_the_trouble_everything_is_there_once(
    world: World, trouble: str, acquainted: bool
) -> None:
    if acquainted:
        world.put("inbound", whatsapp(0))
        drain(world)
    world.put("inbound", whatsapp(1), whatsapp(2, sender="905321112244"))

    with pytest.raises(Exception, match="messages failed; they stay in the queue"):
        ingest(world, before=TROUBLES[trouble]())
    drain(world)

    assert world.waiting("inbound") == 0
    counts = sorted(int(case["inbound_count"]) for case in world.items("conversation"))
    assert counts == ([1, 2] if acquainted else [1, 1])
    assert_all_told(world, world.events())


def test_a_bus_that_refuses_some_entries_gets_just_those_again(world: World) -> None:
    sent: list[int] = []
    world.put("inbound", whatsapp(1), whatsapp(2, sender="905321112244"))
    real = world.wiring.client("events")

    class Picky:
        """Refuses every second entry of the first request, inside a success, as the bus does."""

        def put_events(self, Entries: list[Any]) -> Any:
            sent.append(len(Entries))
            if len(sent) > 1:
                return real.put_events(Entries=Entries)
            answer = real.put_events(Entries=Entries[::2])
            taken = iter(answer["Entries"])
            refused = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
            every = [next(taken) if n % 2 == 0 else refused for n in range(len(Entries))]
            return {"FailedEntryCount": len(Entries) // 2, "Entries": every}

    make = world.wiring.client
    world.restart(make_client=lambda service: Picky() if service == "events" else make(service))
    ingest(world)

    assert sent == [4, 2]
    events = world.events()
    assert len(events) == len(told(events)) == 4
    assert_all_told(world, events)


def test_a_bus_that_keeps_refusing_gets_the_same_events_by_id_later(world: World) -> None:
    world.put("inbound", whatsapp(1))
    seen: list[str] = []

    class Refusing:
        def put_events(self, Entries: list[Any]) -> Any:
            seen.extend(entry["Detail"] for entry in Entries)
            refused = {"ErrorCode": "InternalFailure", "ErrorMessage": "no"}
            return {"FailedEntryCount": len(Entries), "Entries": [refused] * len(Entries)}

    make = world.wiring.client
    world.restart(make_client=lambda service: Refusing() if service == "events" else make(service))
    with pytest.raises(Exception, match="1 of 1 messages failed"):
        ingest(world)
    world.restart()
    ingest(world)

    assert len(seen) == 6  # two events, three times
    events = told(world.events())
    assert all(any(name in detail for detail in seen) for name in events)


def test_a_redrive_gives_a_delivery_a_new_name_in_the_queue_and_still_tells_its_events(
    world: World,
) -> None:
    body = whatsapp(1)
    world.put("inbound", body)
    records = world.take("inbound")
    with watched(failing("PutEvents", refusal("InternalException"))), suppress(Exception):
        world.invoke("ingest", records)
    world.delete("inbound", records)
    assert world.events() == []

    world.put("inbound", body)  # from the dead-letter queue, with another message id
    ingest(world)

    assert_all_told(world, world.events())


# --- the worker is killed between any two steps ------------------------------------------------


def _nothing(world: World) -> None:
    pass


def _acquaintance(world: World) -> None:
    world.put("inbound", whatsapp(0))
    drain(world)


def _solved(world: World) -> None:
    _acquaintance(world)
    (case,) = world.items("conversation")
    world.wiring.cases.resolve(case["pk"].removeprefix("V#"), "ada")


def _before_half(world: World) -> None:
    """One of the messages to come is there already."""
    _acquaintance(world)
    world.put("inbound", whatsapp(1))
    drain(world)


STORIES: dict[str, tuple[Callable[[World], None], list[str]]] = {
    "a stranger": (_nothing, [whatsapp(1)]),
    "a known customer": (_acquaintance, [whatsapp(1), whatsapp(2)]),
    "a solved case": (_solved, [whatsapp(1)]),
    "a repeat beside something new": (_before_half, [whatsapp(1), whatsapp(2)]),
    "three channels at once": (
        _acquaintance,
        [
            whatsapp(1),
            queued("telegram", telegram_message(1, START), START, delivery_id="dlv_t"),
            queued(
                "chat",
                chat_message("m1", START, phone="+905321112233", phone_verified=True),
                START,
                delivery_id="dlv_c",
            ),
        ],
    ),
}


GREETED = {"a stranger"}
"""Stories told to the end of the greeting."""


def _outcome(name: str, hooks: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The story with a worker that the hooks may kill, and with another one after it."""
    prepare, bodies = STORIES[name]
    killed = False
    with make_world() as world:
        world.now = START + timedelta(hours=1)
        prepare(world)
        world.put("inbound", *bodies)
        try:
            ingest(world, **hooks)
        except Killed:
            killed = True
            world.restart()
            drain(world)
        assert world.waiting("inbound") == 0
        news = [e for e in world.events() if e["detail-type"] != "ConversationResolved"]
        assert_all_told(world, news)
        if name in GREETED:
            world.settle()
        return state(world), killed


def _kills(name: str, hooked: str) -> Iterator[dict[str, Any]]:
    for number in range(1, 30):
        kept, killed = _outcome(name, {hooked: killing(number)})
        if not killed:
            return
        yield kept
    raise AssertionError("the story never came to its end")


@pytest.mark.parametrize(
    ("name", "hooked"), [("a stranger", "before"), *((name, "after") for name in STORIES)]
)
def test_a_worker_killed_between_any_two_steps_leaves_nothing_undone(
    name: str, hooked: str
) -> None:
    """After one step is before the next, so one of the two does for all stories but one."""
    undisturbed, _ = _outcome(name, {})
    number = 0
    for number, kept in enumerate(_kills(name, hooked), 1):
        assert kept == undisturbed, f"call {number}"
    assert number >= 3
