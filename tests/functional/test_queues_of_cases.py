"""Queues: whose conversations are listed, filtered and counted, without reading the others."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.store import case_counts, case_lists, conversations, places
from chalicelib.store.case_lists import Wanted
from chalicelib.store.models import ConversationItem
from chalicelib.store.records import Conversation
from tests.support.aws_calls import counted, failing
from tests.support.http_calls import problem_of, staff
from tests.support.webhook_calls import queued, telegram_message, whatsapp_message
from tests.support.world import START, World


def case(number: int, *, at: datetime = START, status: str = "open", **about: Any) -> str:
    """A conversation that is kept; its id."""
    made = Conversation(
        id=f"cnv_{number:04d}",
        customer_id=f"cus_{number}",
        status=status,
        opened_by="customer",
        opened_at=at + timedelta(minutes=number),
        **about,
    )
    conversations.item(made).save()
    return made.id


def listed(someone: Any, query: str, limit: int = 100) -> list[str]:
    pages = someone.pages(f"/v1/conversations?{query}", "conversations", limit=limit)
    return [one["id"] for page in pages for one in page]


def test_a_teams_queue_is_what_was_routed_to_it(world: World) -> None:
    assert world.wiring.table
    returns, billing, nobodys = case(1), case(2), case(3)
    assert conversations.change(returns, {"team": "returns"})
    assert conversations.change(billing, {"team": "billing", "assignee": "Ege"})
    someone = staff(world)

    assert listed(someone, "team=returns") == [returns]
    assert listed(someone, "assignee=Ege") == [billing]
    assert listed(someone, "team=billing&assignee=-") == []
    assert listed(someone, "team=-") == [nobodys]
    assert listed(someone, "") == [returns, billing, nobodys]


def test_a_conversation_that_is_handed_on_leaves_the_queue_it_was_in(world: World) -> None:
    assert world.wiring.table
    one = case(1, team="returns", assignee="Ege")
    someone = staff(world)
    assert listed(someone, "team=returns&assignee=Ege") == [one]

    assert conversations.change(one, {"team": "billing", "assignee": None})

    assert listed(someone, "team=returns") == []
    assert listed(someone, "team=billing&assignee=-") == [one]


def test_a_refused_change_moves_nothing(world: World) -> None:
    assert world.wiring.table
    one = case(1, team="returns")
    taken = ConversationItem.assignee.exists()
    assert not conversations.change(one, {"team": "billing"}, condition=taken)
    assert not conversations.change("none", {"team": "billing"})
    assert listed(staff(world), "team=returns") == [one]


def test_two_who_assign_at_once_leave_it_in_the_queue_of_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.wiring.table
    one = case(1, team="returns")
    found, others = conversations._found, iter([{"assignee": "Ege"}, {"team": "vip"}])

    def meddled(conversation_id: str) -> Conversation | None:
        seen = found(conversation_id)
        if (other := next(others, None)) is not None:
            conversations.change(conversation_id, other)
        return seen

    monkeypatch.setattr(conversations, "_found", meddled)
    assert conversations.change(one, {"team": "billing"})
    now = conversations.get(one)
    (row,) = world.items("conversation")
    assert row["gsi2sk"] == places.place(now)
    assert now.assignee == "Ege"


def test_another_teams_conversations_cost_no_read(world: World) -> None:
    assert world.wiring.table
    for number in range(120):
        case(number, team="others")
    mine = case(500, team="mine")
    someone = staff(world)
    someone.get("/v1/conversations?limit=1")
    with counted() as requests:
        assert someone.get("/v1/conversations?team=mine").json["conversations"][0]["id"] == mine
    assert requests == ["Query", "BatchGetItem"]


def test_filters_hold_together(world: World) -> None:
    assert world.wiring.table
    until = world.now + timedelta(hours=1)
    plain = case(1, category="returns", channel="whatsapp", language="tr")
    full = case(
        2,
        category="billing",
        channel="email",
        language="en",
        priority="high",
        severity="warning",
        labels=("vip", "b2b"),
        snoozed_until=until,
        waiting_since=world.now,
    )
    someone = staff(world)
    for query, found in {
        "category=returns": [plain],
        "category=-": [],
        "label=vip": [full],
        "label=v": [],
        "channel=email&language=en": [full],
        "channel=email&language=tr": [],
        "priority=high": [full],
        "priority=-": [plain],
        "severity=warning": [full],
        "snoozed=yes": [full],
        "snoozed=no": [plain],
        "waiting=yes": [full],
        "waiting=no": [plain],
        "status=resolved&category=returns": [],
    }.items():
        assert listed(someone, query) == found, query
    world.now = until
    assert listed(someone, "snoozed=yes") == []
    assert "snoozed" in problem_of(someone.get("/v1/conversations?snoozed=maybe"), 400)
    assert "status" in problem_of(someone.get("/v1/conversations?status=odd&team=x"), 400)


def test_a_page_in_which_few_fit_leads_on_to_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.wiring.table
    monkeypatch.setattr(case_lists, "MOST_READ", 20)
    monkeypatch.setattr(case_lists, "READ", 10)
    for number in range(45):
        case(number, language="tr")
    rare = [case(100, language="en"), case(101, language="en")]
    pages = staff(world).pages("/v1/conversations?language=en", "conversations", limit=5)
    assert [one["id"] for page in pages for one in page] == rare
    assert len(pages) > 1


def test_queues_are_counted_by_team_and_person(world: World) -> None:
    assert world.wiring.table
    case(1, team="returns", assignee="Ege")
    case(2, team="returns", assignee="Ege")
    case(3, team="returns")
    case(4)
    case(5, team="returns", status="resolved")
    someone = staff(world)
    someone.get("/v1/conversations?limit=1")
    with counted() as requests:
        found = someone.get("/v1/queues").json
    assert requests == ["Query", "Query"]
    assert found == {
        "open": 4,
        "queues": [
            {"open": 1, "unassigned": 1, "assignees": {}},
            {"team": "returns", "open": 3, "unassigned": 1, "assignees": {"Ege": 2}},
        ],
    }


def test_what_is_put_off_is_counted_apart_until_it_is_looked_at_again(world: World) -> None:
    world.put("inbound", queued("telegram", telegram_message(1, world.now), world.now))
    world.settle()
    (row,) = world.items("conversation")
    one, someone = row["pk"].removeprefix("V#"), staff(world)
    conversations.change(one, {"team": "returns", "assignee": "Ege"})
    case(2, team="returns")
    until = world.now + timedelta(days=1)
    asked = f"/v1/conversations/{one}/snooze"

    def counts() -> tuple[int, int, dict[str, int]]:
        found = someone.get("/v1/queues").json
        (queue,) = found["queues"]
        assert found["open"] == queue["open"]
        return queue["open"], queue.get("snoozed", 0), queue["assignees"]

    with failing("PutEvents", "InternalException"):
        assert someone.post(asked, {"until": until.isoformat()}).status >= 500
    for _ in range(2):
        assert someone.post(asked, {"until": until.isoformat()}).status == 200
    assert counts() == (1, 1, {})
    # Handed on while it sleeps, it is counted where it is now.
    conversations.change(one, {"assignee": "Ada"})
    assert counts() == (1, 1, {})
    now, world.now = world.now, until
    assert counts() == (2, 0, {"Ada": 1})

    world.now = now + timedelta(minutes=1)
    assert counts() == (1, 1, {})
    for _ in range(2):
        world.put("inbound", queued("telegram", telegram_message(2, world.now), world.now))
        world.settle()
    assert counts() == (2, 0, {"Ada": 1})
    someone.post(asked, {"until": until.isoformat()})
    someone.post(asked, {"until": None})
    assert counts() == (2, 0, {"Ada": 1})
    someone.post(asked, {"until": until.isoformat()})
    world.wiring.cases.resolve(one, "Ege")
    assert counts() == (1, 0, {})
    world.wiring.cases.reopen(one, "Ege")
    assert counts() == (2, 0, {"Ada": 1})


def test_more_than_can_be_counted_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.wiring.table
    monkeypatch.setattr(case_counts, "MOST_COUNTED", 3)
    for number in range(4):
        case(number)
    found = staff(world).get("/v1/queues").json
    assert (found["open"], found["more"]) == (3, True)


def test_an_older_message_that_comes_late_leaves_a_conversation_in_its_queue(world: World) -> None:
    world.put("inbound", queued("telegram", telegram_message(2, world.now), world.now))
    world.settle()
    (row,) = world.items("conversation")
    one = row["pk"].removeprefix("V#")
    conversations.change(one, {"team": "orders"})
    early = telegram_message(1, world.now - timedelta(hours=1))
    world.put("inbound", queued("telegram", early, world.now))
    world.settle()
    someone = staff(world)
    assert listed(someone, "team=orders") == [one]
    assert conversations.get(one).opened_at == world.now - timedelta(hours=1)
    other = whatsapp_message("wamid.in.1", world.now)
    world.put("inbound", queued("whatsapp", other, world.now))
    world.settle()
    assert listed(someone, "team=orders") == [one]


names = st.text(max_size=300) | st.none() | st.sampled_from(["#", "%23", "a#b", "%"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(team=names, assignee=names)
def test_whose_it_is_can_be_told_from_the_place_whatever_the_names(
    team: str | None, assignee: str | None
) -> None:
    one = Conversation(
        id="cnv_1",
        customer_id="c",
        status="open",
        opened_by="customer",
        opened_at=START,
        team=team or None,
        assignee=assignee or None,
    )
    place = places.place(one)
    assert places.theirs(team or "-", assignee or "-")(place)
    assert len(places.whose(place)) == 2
    assert places.after(place) > place
    assert Wanted(team=team or None).narrow is bool(team)
