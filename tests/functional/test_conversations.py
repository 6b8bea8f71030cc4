"""Conversations: one open at a time, solved, opened again, and whatever happens meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.inbox.arrivals import Arrival
from chalicelib.store import case_lists, timelines
from chalicelib.store.case_lists import Wanted
from chalicelib.store.records import Entry
from tests.support.faults import Call, Hook, failing, refusal, watched
from tests.support.inbound import ingest, told
from tests.support.webhook_calls import queued, whatsapp_message
from tests.support.world import World


def receive(world: World, number: int) -> None:
    at = world.now + timedelta(minutes=number)
    world.put("inbound", queued("whatsapp", whatsapp_message(f"wamid.in.{number}", at), at))
    ingest(world)


def names(world: World, status: str) -> list[str]:
    cases = [c for c in world.items("conversation") if c["status"] == status]
    return [case["pk"].removeprefix("V#") for case in cases]


def only(world: World, status: str) -> str:
    (name,) = names(world, status)
    return name


def pointer(world: World) -> Any:
    (customer,) = world.items("customer")
    return customer.get("open_conversation_id")


def first_write(rival: Any) -> Hook:
    """Lets a rival act between the reads of a worker and its first write."""
    pending = [rival]

    def hook(call: Call) -> None:
        if call.operation == "TransactWriteItems" and pending:
            pending.pop()()

    return hook


@pytest.fixture
def case(world: World) -> str:
    """One customer with one open conversation."""
    receive(world, 0)
    world.events()
    return only(world, "open")


def test_a_solved_case_frees_its_customer_and_says_by_whom(world: World, case: str) -> None:
    solved = world.wiring.cases.resolve(case, "ada")

    assert (solved.status, solved.resolved_by, solved.resolutions) == ("resolved", "ada", 1)
    assert solved.resolved_at == world.now
    assert pointer(world) is None
    (event,) = world.events()
    assert event["detail-type"] == "ConversationResolved"
    assert event["detail"]["data"]["resolution"] == 1
    (line,) = [e for e in world.items("entry") if e["kind"] == "conversation"]
    assert line["pk"] == f"E#conversation:{case}:resolved:1"


def test_the_next_message_after_a_solved_case_opens_a_new_one(world: World, case: str) -> None:
    world.wiring.cases.resolve(case, "ada")
    receive(world, 1)
    receive(world, 2)

    assert names(world, "resolved") == [case]
    assert pointer(world) == only(world, "open") != case
    (identity,) = world.items("identity")
    assert identity["conversation_id"] == pointer(world)
    counts = {c["status"]: c["inbound_count"] for c in world.items("conversation")}
    assert counts == {"resolved": 1, "open": 2}


def test_solving_twice_changes_nothing_and_tells_the_same(world: World, case: str) -> None:
    first = world.wiring.cases.resolve(case, "ada")
    world.now += timedelta(hours=1)
    assert world.wiring.cases.resolve(case, "can") == first

    events = world.events()
    assert len(events) == 2
    assert len(told(events)) == 1


def test_what_was_solved_but_not_told_is_told_by_the_repeat(world: World, case: str) -> None:
    with (
        watched(failing("PutEvents", refusal("InternalException"))),
        pytest.raises(Unavailable),
    ):
        world.wiring.cases.resolve(case, "ada")
    assert world.events() == []

    world.wiring.cases.resolve(case, "ada")
    assert [event["detail-type"] for event in world.events()] == ["ConversationResolved"]


def test_a_case_opened_again_is_the_customers_current_one(world: World, case: str) -> None:
    world.wiring.cases.resolve(case, "ada")
    again = world.wiring.cases.reopen(case, "can")
    receive(world, 1)

    assert (again.status, again.resolved_at, again.resolutions) == ("open", None, 1)
    assert pointer(world) == case == only(world, "open")
    kinds = [event["detail-type"] for event in world.events()]
    assert kinds == ["ConversationResolved", "ConversationReopened", "MessageReceived"]


def test_each_round_of_solving_and_reopening_has_events_of_its_own(world: World, case: str) -> None:
    for _ in range(2):
        world.wiring.cases.resolve(case, "ada")
        world.wiring.cases.reopen(case, "ada")

    assert len(told(world.events())) == 4


def test_a_case_stays_solved_when_its_customer_has_another_one_open(
    world: World, case: str
) -> None:
    world.wiring.cases.resolve(case, "ada")
    receive(world, 1)

    with pytest.raises(Conflict, match="another open conversation"):
        world.wiring.cases.reopen(case, "ada")
    assert names(world, "resolved") == [case]


def test_a_case_nobody_knows_can_be_neither_solved_nor_opened(world: World) -> None:
    assert world.wiring.inbox
    with pytest.raises(NotFound):
        world.wiring.cases.resolve("cnv_none", "ada")
    with pytest.raises(NotFound):
        world.wiring.cases.reopen("cnv_none", "ada")


def test_two_agents_who_solve_a_case_at_once_solve_it_once(world: World, case: str) -> None:
    with watched(first_write(lambda: world.wiring.cases.resolve(case, "can"))):
        solved = world.wiring.cases.resolve(case, "ada")

    assert (solved.resolved_by, solved.resolutions) == ("can", 1)
    assert len(told(world.events())) == 1


def test_a_case_solved_and_opened_again_behind_an_agents_back_stays_open(
    world: World, case: str
) -> None:
    def rival() -> None:
        world.wiring.cases.resolve(case, "can")
        world.wiring.cases.reopen(case, "can")

    with watched(first_write(rival)), pytest.raises(Conflict, match="just changed"):
        world.wiring.cases.resolve(case, "ada")
    assert pointer(world) == only(world, "open") == case


def test_a_message_that_overtakes_an_agent_is_part_of_what_was_solved(
    world: World, case: str
) -> None:
    with watched(first_write(lambda: receive(world, 1))):
        solved = world.wiring.cases.resolve(case, "ada")

    assert (solved.status, solved.inbound_count) == ("resolved", 2)
    receive(world, 2)
    assert only(world, "open") != case


def test_a_reopening_that_meets_a_new_message_yields_to_the_new_case(
    world: World, case: str
) -> None:
    world.wiring.cases.resolve(case, "ada")
    with watched(first_write(lambda: receive(world, 1))), pytest.raises(Conflict):
        world.wiring.cases.reopen(case, "ada")

    assert names(world, "resolved") == [case]
    assert pointer(world) == only(world, "open")


def test_a_customer_who_points_at_a_case_that_is_over_gets_a_new_one(
    world: World, case: str
) -> None:
    """Nothing writes this; should it ever be there, it must not hold messages up."""
    table = world.client("dynamodb")
    table.update_item(
        TableName="temas-local-main",
        Key={"pk": {"S": f"V#{case}"}, "sk": {"S": "V"}},
        UpdateExpression="SET #s = :r",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":r": {"S": "resolved"}},
    )
    receive(world, 1)

    assert pointer(world) == only(world, "open") != case


def test_a_case_opened_by_an_alert_stands_beside_the_conversation(world: World, case: str) -> None:
    (customer,) = world.items("customer")
    line = Entry(key="alert:1", at=world.now, kind="alert", delivery_id="evt_1")
    arrival = Arrival(
        entry=line, opened_by="alert", customer_id=customer["pk"][2:], subject="Sıcaklık"
    )
    first, second = (world.wiring.inbox.keep([arrival]) for _ in range(2))
    receive(world, 1)

    assert first.placed == second.placed != {"alert:1": case}
    assert second.duplicates == {"alert:1"}
    assert first.events == second.events
    assert pointer(world) == case
    counts = {c["pk"].removeprefix("V#"): c["inbound_count"] for c in world.items("conversation")}
    assert counts == {case: 2, first.placed["alert:1"]: 0}

    world.wiring.cases.resolve(first.placed["alert:1"], "ada")
    assert pointer(world) == case


def test_a_timeline_is_read_newest_first_a_page_at_a_time(world: World, case: str) -> None:
    for number in range(1, 5):
        receive(world, number)
    (customer,) = world.items("customer")
    name = customer["pk"].removeprefix("C#")

    seen, cursor = [], None
    for size in (2, 2, 1):
        page, cursor = timelines.page(name, limit=2, before=cursor)
        assert len(page) == size
        seen += page
    assert cursor is None
    assert [entry.key[-1] for entry in seen] == list("43210")
    in_order = timelines.of_conversation([name], case, since=world.now)
    assert in_order == seen[::-1]


def test_open_conversations_are_listed_oldest_first(world: World) -> None:
    for number in (2, 0, 1):
        at = world.now + timedelta(minutes=number)
        body = whatsapp_message(f"wamid.in.{number}", at, sender=f"90532111224{number}")
        world.put("inbound", queued("whatsapp", body, at))
    ingest(world)

    first, cursor = case_lists.listed("open", Wanted(), limit=2)
    rest, end = case_lists.listed("open", Wanted(), limit=2, after=cursor)
    assert [(c.address or "")[-1] for c in [*first, *rest]] == list("012")
    assert end is None
    assert case_lists.listed("resolved", Wanted(), limit=2) == ([], None)
