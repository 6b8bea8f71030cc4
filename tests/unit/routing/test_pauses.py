"""When time for a solution stands still: whatever order its news come in, and however often."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.routing import targets, waiting
from chalicelib.routing_sections import Sla, Target
from chalicelib.store import pauses
from chalicelib.store.pauses import MOST
from chalicelib.store.records import Conversation, Pause
from chalicelib.times import Span, WorkingHours, working_week

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOURS = WorkingHours(
    zone=ZoneInfo("UTC"), week=working_week({"monday": ["09:00-12:00"], "tuesday": ["09:00-18:00"]})
)
WALL = Sla(targets=(Target(resolution=Span(hours=4), clock="wall"),))


def case(**more: Any) -> Conversation:
    given: dict[str, Any] = {"id": "v", "customer_id": "c", "status": "open", "opened_by": "alert"}
    return Conversation(**(given | {"opened_at": AT} | more))


def due(sla: Sla = WALL, **more: Any) -> datetime | None:
    found = targets.dues(case(**more), sla, HOURS)
    return next((one.due_at for one in found if one.target == "resolution"), None)


def turn(since: float, until: float | None = None) -> Pause:
    """From so many hours on, to so many, it was the customer's."""
    return Pause("customer", AT + since * HOUR, None if until is None else AT + until * HOUR)


def later(since: float, until: float) -> Pause:
    return Pause("snoozed", AT + since * HOUR, AT + until * HOUR)


@pytest.mark.parametrize(
    ("stood_still", "hours"),
    [
        ([], 4),
        ([turn(1, 3)], 6),
        ([turn(1)], None),
        ([turn(5)], 4),  # missed before it was answered
        ([later(1, 3)], 6),
        ([turn(1, 3), later(2, 4)], 7),
        ([turn(1, 2), turn(2, 3), turn(3.5, 10)], 12.5),
        ([turn(-1, 3)], 4),  # of a time before it was opened again
    ],
)
def test_a_solution_is_due_after_so_much_time_that_ran(
    stood_still: list[Pause], hours: float | None
) -> None:
    put_off = AT + 99 * HOUR if any(one.why == "snoozed" for one in stood_still) else None
    found = due(pauses=tuple(stood_still), snoozed_until=put_off)
    assert found == (None if hours is None else AT + hours * HOUR)


def test_hours_that_nobody_works_are_not_taken_off_twice() -> None:
    business = Sla(targets=(Target(resolution=Span(hours=4)),))
    # Two hours of Monday ran; the pause ends on Tuesday at ten, and two hours are left.
    assert due(business, pauses=(turn(2, 25),)) == AT.replace(day=24, hour=12)


def test_the_playbook_says_what_stops_it() -> None:
    stood_still, put_off = (turn(1, 2), later(3, 4)), AT + 4 * HOUR
    for whys, hours in ((("customer",), 5), (("snoozed",), 5), ((), 4)):
        sla = msgspec.structs.replace(WALL, pause_while=whys)
        assert due(sla, pauses=stood_still, snoozed_until=put_off) == AT + hours * HOUR


def test_an_answer_is_due_whatever_is_put_off() -> None:
    sla = Sla(targets=(Target(first_response=Span(hours=1), clock="wall"),))
    waits = case(waiting_since=AT, pauses=(later(0, 9),), snoozed_until=AT + 9 * HOUR)
    (one,) = targets.dues(waits, sla, HOURS)
    assert one.due_at == AT + HOUR


def test_what_is_known_of_the_last_word_counts_before_its_news() -> None:
    assert due(pauses=(turn(1),), last_inbound_at=AT + 2 * HOUR) == AT + 5 * HOUR
    assert due(pauses=(later(1, 9),), last_inbound_at=AT + 2 * HOUR) == AT + 5 * HOUR


def test_what_was_put_off_knowing_too_little_never_stood_still() -> None:
    # The word was said before, and heard of after, which took away that it is put off.
    known = pauses.known(case(pauses=(later(1, 9),), last_inbound_at=AT))
    assert known == (later(1, 1),)
    assert pauses.known(case(pauses=known, last_inbound_at=AT + 2 * HOUR)) == known


def test_staff_have_the_last_word_on_when_to_look_again() -> None:
    first = pauses.put_off((), AT, AT + 9 * HOUR)
    second = pauses.put_off(first, AT + HOUR, AT + 5 * HOUR)
    third = pauses.put_off(second, AT + 2 * HOUR, None)
    assert third == (later(0, 1), later(1, 2), later(2, 2))
    assert pauses.known(case(pauses=third, last_inbound_at=AT)) == third


def test_since_when_it_stands_still_is_without_a_break() -> None:
    stood = [turn(1, 3), later(2, 5), turn(7)]
    for hours, since in ((0.5, None), (4, 1), (5, None), (8, 7)):
        found = pauses.stopped_since(AT, stood, AT + hours * HOUR)
        assert found == (None if since is None else AT + since * HOUR)


# --- news in any order ----------------------------------------------------------------------------

Story = list[tuple[str, int, int]]
"""What happened, as (message, answer, snooze or wake; minute; and until which one put off)."""

moments = st.lists(
    st.tuples(st.sampled_from(["message", "answer", "snooze", "wake"]), st.integers(1, 200)),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[1],
).map(lambda story: [(what, minute, minute + 37) for what, minute in sorted(story, key=_minute)])


def _minute(step: tuple[str, int]) -> int:
    return step[1]


def stood_still(story: Story) -> dict[str, list[tuple[int, int | None]]]:
    """By what happened alone, minute by minute: whose turn it is, and whether it is put off."""
    turns: list[tuple[int, int | None]] = []
    off: list[tuple[int, int | None]] = []
    for number, (what, minute, until) in enumerate(story):
        after = story[number + 1 :]
        if what == "answer":
            word = next((m for kind, m, _ in after if kind == "message"), None)
            turns.append((minute, word))
        if what == "snooze":
            ends = [m for kind, m, _ in after if kind != "answer"]
            off.append((minute, min([until, *ends])))
    return {"customer": turns, "snoozed": off}


def replayed(story: Story, random: Random) -> Conversation:
    """The conversation once all news were heard: what staff do and what is kept of messages at its
    time, news of messages and answers late, twice, in any order."""
    now, news = case(), []
    for what, minute, until in story:
        at = AT + minute * MINUTE
        if what == "message":
            now = msgspec.structs.replace(now, last_inbound_at=at, snoozed_until=None)
        elif what in ("snooze", "wake"):
            ends = AT + until * MINUTE if what == "snooze" else None
            if ends != now.snoozed_until:
                put_off = pauses.put_off(pauses.known(now), at, ends)
                now = msgspec.structs.replace(now, pauses=put_off, snoozed_until=ends)
        if what in ("message", "answer"):
            news += [(what, at)] * random.randint(1, 3)
        random.shuffle(news)
        while news and random.random() < 0.5:
            now = told(now, story, *news.pop())
    for what, at in news:
        now = told(now, story, what, at)
    return now


def told(now: Conversation, story: Story, what: str, at: datetime) -> Conversation:
    if what == "message":
        return msgspec.structs.replace(now, **waiting.heard(now, at))
    written = [AT + m * MINUTE for kind, m, _ in story if kind == "message"]
    known = now.last_inbound_at
    word = min((one for one in written if known and at < one <= known), default=None)
    answer = waiting.answered(now, f"n{at}", at, bot=False, by="ada", since=None)
    return msgspec.structs.replace(now, **waiting.changes(now, answer, word))


@given(story=moments, seed=st.integers(0, 999))
def test_news_in_any_order_and_twice_come_to_the_same_pauses(story: Story, seed: int) -> None:
    found = replayed(story, Random(seed))
    expected = stood_still(story)
    for why in pauses.WHYS:
        spans = [one for one in pauses.known(found) if one.why == why and one.since != one.until]
        ran = list(pauses.running(AT, spans))
        wanted = [
            Pause(why, AT + a * MINUTE, None if b is None else AT + b * MINUTE)  # type: ignore[arg-type]
            for a, b in expected[why]
        ]
        assert ran == list(pauses.running(AT, wanted)), why


@given(story=moments, seed=st.integers(0, 999), span=st.integers(1, 300))
def test_at_the_moment_it_is_due_just_so_many_minutes_ran(
    story: Story, seed: int, span: int
) -> None:
    found = replayed(story, Random(seed))
    sla = Sla(targets=(Target(resolution=Span(minutes=span), clock="wall"),))
    moment = next((d.due_at for d in targets.dues(found, sla, HOURS)), None)
    spells = [one for both in stood_still(story).values() for one in both]
    left, minute = span, 0
    while left and minute < 1000:
        left -= not any(a <= minute and (b is None or minute < b) for a, b in spells)
        minute += 1
    assert moment == (AT + minute * MINUTE if not left else None)


def test_a_conversation_that_never_ends_keeps_so_many_and_loses_no_time() -> None:
    now = case()
    for number in range(50):
        at = AT + number * HOUR
        answer = waiting.answered(now, f"n{number}", at, bot=False, by="ada", since=None)
        now = msgspec.structs.replace(now, **waiting.changes(now, answer, at + 20 * MINUTE))
    assert len(now.pauses) == MOST
    total = sum(((one.until or AT) - one.since for one in now.pauses), timedelta())
    assert total == 50 * 20 * MINUTE
    again = waiting.answered(now, "n9", AT + 9 * HOUR, bot=False, by="ada", since=None)
    assert waiting.changes(now, again, AT + 9 * HOUR + 20 * MINUTE)["pauses"] == now.pauses


long_stories = st.lists(
    st.tuples(
        st.sampled_from(["message", "answer", "answer", "snooze", "wake"]), st.integers(1, 9)
    ),
    min_size=25,
    max_size=70,
)


@given(steps=long_stories)
def test_a_long_story_keeps_so_many_pauses_that_last_as_long_as_all_of_them(
    steps: list[tuple[str, int]],
) -> None:
    story: Story = []
    for what, after in steps:
        minute = (story[-1][1] if story else 0) + after
        story.append((what, minute, minute + 4))
    found = kept_in_order(story)
    assert len(found) <= MOST
    end = AT + 1000 * MINUTE
    for why, spells in stood_still(story).items():
        wanted = {m for a, b in spells for m in range(a, 1000 if b is None else b)}
        runs = pauses.running(AT, [one for one in found if one.why == why])
        ran = sum(((until or end) - since for since, until in runs if since < end), timedelta())
        assert end - AT - ran == len(wanted) * MINUTE, why


def kept_in_order(story: Story) -> pauses.Pauses:
    kept: pauses.Pauses = ()
    for what, minute, until in story:
        at = AT + minute * MINUTE
        if what == "message":
            kept = pauses.heard(kept, at)
        elif what == "answer":
            kept = pauses.answered(kept, at, None)
        else:
            kept = pauses.put_off(kept, at, AT + until * MINUTE if what == "snooze" else None)
    return kept


def test_several_answers_in_a_turn_count_once() -> None:
    kept: pauses.Pauses = ()
    for day in range(10):
        for minute in range(3):
            kept = pauses.answered(kept, AT + 24 * day * HOUR + minute * MINUTE, None)
        kept = pauses.heard(kept, AT + (24 * day + 10) * HOUR)
    still = pauses.taken(case(pauses=kept), AT + 240 * HOUR)
    ran = list(pauses.running(AT, [Pause("customer", *one) for one in still]))
    assert sum(((until or AT + 240 * HOUR) - at for at, until in ran), timedelta()) == 140 * HOUR


def test_the_pages_example_comes_out_as_it_says() -> None:
    week = {day: ["09:00-18:00"] for day in ("monday", "tuesday", "wednesday", "thursday")}
    hours = WorkingHours(zone=ZoneInfo("UTC"), week=working_week(week))
    sla = Sla(targets=(Target(resolution=Span(hours=8)),))

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 22 + day, hour, minute, tzinfo=UTC)

    now, off = case(opened_at=at(1, 10)), {"snoozed_until": at(4, 10)}

    def then(**changes: Any) -> datetime | None:
        nonlocal now
        now = msgspec.structs.replace(now, **changes)
        return next((one.due_at for one in targets.dues(now, sla, hours)), None)

    assert then() == at(1, 18)
    assert then(pauses=pauses.answered(now.pauses, at(1, 11), None)) is None
    assert then(pauses=pauses.heard(now.pauses, at(2, 9))) == at(2, 16)
    assert then(pauses=pauses.answered(now.pauses, at(2, 12), None)) is None
    assert then(pauses=pauses.put_off(now.pauses, at(2, 12, 5), at(4, 10)), **off) is None
    assert then(pauses=pauses.heard(now.pauses, at(3, 15)), snoozed_until=None) == at(4, 10)
    assert then(pauses=pauses.put_off(now.pauses, at(3, 16), at(4, 10)), **off) == at(4, 13)
