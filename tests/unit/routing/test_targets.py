"""Targets, steps and waits, as what is known of a conversation shows them."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook_values import Day
from chalicelib.routing import targets, waiting
from chalicelib.routing.steps import step_of, with_step
from chalicelib.routing_sections import Sla, Target
from chalicelib.store.records import Conversation
from chalicelib.times import Span, WorkingHours, working_week

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOURS = WorkingHours(
    zone=ZoneInfo("UTC"), week=working_week({"monday": ["09:00-12:00"], "tuesday": ["09:00-18:00"]})
)


def case(**more: Any) -> Conversation:
    given: dict[str, Any] = {
        "id": "v",
        "customer_id": "c",
        "status": "open",
        "opened_by": "customer",
        "opened_at": AT,
    }
    return Conversation(**(given | more))


def hours(number: float) -> Span:
    return Span(hours=number)


SLA = Sla(
    targets=(
        Target(first_response=hours(4), next_response=hours(8), resolution=hours(9)),
        Target(priority="high", first_response=hours(1), warn_before=Span(minutes=15)),
        Target(team="night", clock="wall", first_response=hours(4), warn_at=50),
    )
)


def moments(**more: Any) -> dict[str, tuple[datetime, datetime]]:
    found = targets.dues(case(**more), SLA, HOURS)
    return {one.target: (one.warn_at, one.due_at) for one in found}


def test_an_answer_is_due_in_the_teams_own_hours() -> None:
    # Two hours on Monday, two on Tuesday; the warning after three quarters of it.
    due = moments(waiting_since=AT)
    tuesday = AT.replace(day=24, hour=9)
    assert due["first_response"] == (tuesday + timedelta(hours=1), tuesday + timedelta(hours=2))
    assert due["resolution"][1] == tuesday + timedelta(hours=7)
    assert "next_response" not in due


def test_the_wall_clock_never_stops() -> None:
    due = moments(waiting_since=AT, team="night")
    assert due == {"first_response": (AT + timedelta(hours=2), AT + timedelta(hours=4))}


def test_what_is_urgent_has_less_time_and_a_warning_before_its_end() -> None:
    for urgent in ({"priority": "high"}, {"severity": "critical"}):
        due = moments(waiting_since=AT, **urgent)
        assert due == {"first_response": (AT + timedelta(minutes=45), AT + timedelta(hours=1))}


def test_a_missed_target_makes_the_others_no_shorter() -> None:
    assert set(moments(priority="high", escalated=True)) == {"resolution"}


def test_once_a_person_has_answered_the_next_answer_is_due() -> None:
    due = moments(answered_at=AT, waiting_since=AT + timedelta(minutes=5))
    assert set(due) == {"next_response", "resolution"}


def test_nothing_is_due_to_who_does_not_wait_nor_once_it_is_resolved() -> None:
    assert set(moments()) == {"resolution"}
    assert moments(status="resolved", waiting_since=AT) == {}


def test_a_case_that_is_open_again_has_its_time_anew() -> None:
    later = AT + timedelta(hours=1)
    assert moments(reopened_at=later)["resolution"] > moments()["resolution"]


def test_holidays_do_not_count() -> None:
    holiday = msgspec.structs.replace(SLA, holidays=(Day("11-24"),))
    (first, *_) = targets.dues(case(waiting_since=AT), holiday, HOURS)
    assert first.due_at == AT.replace(day=30, hour=11)


@pytest.mark.parametrize(
    ("known", "step"),
    [
        ({}, "greet"),
        ({"category": "return"}, "understand"),
        ({"handed_off": "asked"}, "understand"),
        ({"team": "care"}, "understand"),
        ({"assignee": "ada"}, "agree"),
        ({"promised_at": AT, "category": "return"}, "agree"),
        ({"served_at": AT}, "solve"),
        ({"answered_at": AT, "assignee": "ada"}, "solve"),
        ({"status": "resolved", "answered_at": AT}, "close"),
    ],
)
def test_what_has_happened_shows_the_step(known: dict[str, Any], step: str) -> None:
    assert step_of(case(**known)) == step


def test_the_step_goes_along_with_what_changes_it() -> None:
    assert with_step(case(), {"team": "care"}) == {"team": "care", "step": "understand"}
    assert with_step(case(step="greet"), {}) == {}


News = tuple[str, datetime]


def after(news: list[News]) -> Conversation:
    """A conversation after these news, in this order: messages, answers by a person."""
    now = case()
    for kind, at in news:
        if kind == "message":
            now = msgspec.structs.replace(
                now,
                waiting_since=waiting.after_message(now, at),
                last_inbound_at=max(at, now.last_inbound_at or at),
            )
            continue
        answer = waiting.answered(now, f"n{at}", at, bot=False, by="ada", since=now.waiting_since)
        later = [one for what, one in news if what == "message" and one > at]
        known = now.last_inbound_at
        unanswered = min((one for one in later if known and one <= known), default=None)
        now = msgspec.structs.replace(now, **waiting.changes(now, answer, unanswered))
    return now


def test_news_in_any_order_come_to_the_same_wait() -> None:
    minute = timedelta(minutes=1)
    news: list[News] = [
        ("message", AT),
        ("message", AT + minute),
        ("answer", AT + 2 * minute),
        ("message", AT + 3 * minute),
        ("message", AT + 4 * minute),
    ]
    for order in permutations(news):
        now = after(list(order))
        assert now.waiting_since == AT + 3 * minute, order
        assert now.answered_at == now.replied_at == AT + 2 * minute


@given(st.lists(st.tuples(st.sampled_from(["message", "answer"]), st.integers(0, 9)), max_size=7))
def test_who_waits_was_not_answered_since(steps: list[tuple[str, int]]) -> None:
    now = after([(kind, AT + timedelta(minutes=minute)) for kind, minute in steps])
    written = [AT + timedelta(minutes=m) for kind, m in steps if kind == "message"]
    answers = [AT + timedelta(minutes=m) for kind, m in steps if kind == "answer"]
    last = max(answers, default=None)
    unanswered = [at for at in written if last is None or at > last]
    assert now.waiting_since == min(unanswered, default=None)


def test_an_answer_that_is_remembered_tells_the_same_and_changes_nothing() -> None:
    first = waiting.answered(case(), "n1", AT, bot=False, by="ada", since=AT)
    kept = msgspec.structs.replace(case(), **waiting.changes(case(), first, None))
    assert (first.first, first.waited_since) == (True, AT)
    again = waiting.answered(kept, "n1", AT, bot=False, by="ada", since=None)
    assert again == first
    assert waiting.changes(kept, again, None) == {}
    assert not waiting.answered(kept, "n2", AT, bot=False, by="ada", since=None).first
    assert waiting.answered(kept, "n3", AT, bot=True, by=None, since=None).first
