"""When a call that failed is tried again, and when an endpoint is left alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.relaying import schedule
from chalicelib.relaying.schedule import ATTEMPTS, GIVE_UP, WAITS, next_attempt

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def moments(unique: str, asked: float | None = None) -> list[datetime]:
    """When a delivery is tried that never succeeds."""
    found = [START]
    while at := next_attempt(len(found), unique=unique, since=START, now=found[-1], asked=asked):
        found.append(at)
    return found


def test_the_waits_are_those_that_standard_webhooks_advises() -> None:
    hour = 3600
    assert [wait.total_seconds() for wait in WAITS] == [
        0, 5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour,
    ]  # fmt: skip


@given(st.text(max_size=20))
def test_ten_attempts_span_75_hours_give_or_take_the_jitter(unique: str) -> None:
    tried = moments(unique)
    assert len(tried) == ATTEMPTS == 10
    span = tried[-1] - tried[0]
    assert timedelta(hours=71) < span < timedelta(hours=80)
    assert tried == sorted(tried)


@given(st.text(max_size=20), st.integers(min_value=1, max_value=9))
def test_a_wait_is_as_planned_within_a_twentieth_and_always_the_same(
    unique: str, attempt: int
) -> None:
    at = next_attempt(attempt, unique=unique, since=START, now=START)
    assert at is not None
    assert 0.95 <= (at - START) / WAITS[attempt] <= 1.05
    assert next_attempt(attempt, unique=unique, since=START, now=START) == at


def test_retries_of_many_deliveries_do_not_come_in_a_wave() -> None:
    seconds = {next_attempt(4, unique=f"evt_{n}", since=START, now=START) for n in range(100)}
    assert len(seconds) > 95


def test_an_endpoint_that_asks_for_time_gets_it_within_a_day() -> None:
    hour = next_attempt(1, unique="e", since=START, now=START, asked=3600)
    assert hour == START + timedelta(hours=1)
    week = next_attempt(1, unique="e", since=START, now=START, asked=7 * 86_400)
    assert week == START + timedelta(hours=24)


def test_asking_for_less_than_is_planned_hurries_nobody() -> None:
    planned = next_attempt(5, unique="e", since=START, now=START)
    assert next_attempt(5, unique="e", since=START, now=START, asked=1) == planned
    assert next_attempt(5, unique="e", since=START, now=START, asked=0) == planned


@given(st.floats(min_value=0, max_value=1e6))
def test_whatever_an_endpoint_asks_for_a_delivery_ends(asked: float) -> None:
    tried = moments("e", asked)
    assert tried[-1] <= START + GIVE_UP
    assert len(tried) <= ATTEMPTS


def test_what_is_too_old_is_not_tried_again() -> None:
    assert next_attempt(2, unique="e", since=START, now=START + GIVE_UP) is None
    assert schedule.gives_up(START, START + GIVE_UP)
    assert not schedule.gives_up(START, START + GIVE_UP - timedelta(seconds=1))


def test_a_few_failures_are_no_reason_to_leave_an_endpoint_alone() -> None:
    assert [schedule.rest(n) for n in range(5)] == [None] * 5


def test_an_endpoint_that_keeps_failing_is_left_alone_for_longer_and_longer() -> None:
    minutes = [rest.total_seconds() / 60 for n in range(5, 12) if (rest := schedule.rest(n))]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]
    assert schedule.rest(10**9) == timedelta(minutes=15)


def test_five_days_of_nothing_but_failures_are_enough() -> None:
    assert not schedule.hopeless(None, START)
    assert not schedule.hopeless(START, START + timedelta(days=4, hours=23))
    assert schedule.hopeless(START, START + timedelta(days=5))
