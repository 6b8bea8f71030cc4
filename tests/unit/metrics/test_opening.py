"""How much of a wait fell into working hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metrics.opening import MOST_DAYS, open_seconds
from chalicelib.times import WorkingHours, working_week

ISTANBUL = WorkingHours(
    zone=ZoneInfo("Europe/Istanbul"),
    week=working_week({"monday": ["09:00-12:00", "13:00-18:00"], "friday": ["09:00-18:00"]}),
)
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Nine o'clock in Istanbul."""


def hours(start: float, end: float, of: WorkingHours = ISTANBUL) -> float:
    """Between two moments, as hours after nine on Monday."""
    seconds = open_seconds(of, MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end))
    return seconds / 3600


def test_a_wait_within_a_spell_counts_in_full() -> None:
    assert hours(0.5, 2) == 1.5


def test_the_lunch_break_and_the_night_do_not_count() -> None:
    assert hours(2, 5) == 2
    assert hours(8, 24) == 1
    assert hours(-10, 0) == 0


def test_a_week_counts_its_spells() -> None:
    assert hours(0, 7 * 24) == 8 + 9


def test_nothing_counts_in_reverse() -> None:
    assert hours(3, 2) == hours(2, 2) == 0


def test_a_brand_that_never_opens_has_no_business_hours() -> None:
    assert hours(0, 400, WorkingHours(zone=ISTANBUL.zone, week={})) == 0


def test_the_night_of_a_clock_change_is_as_long_as_it_is() -> None:
    berlin = WorkingHours(
        zone=ZoneInfo("Europe/Berlin"), week=working_week({"sunday": ["00:00-06:00"]})
    )
    start = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    assert open_seconds(berlin, start, start + timedelta(days=1)) == 7 * 3600


def test_a_wait_of_many_years_is_reckoned_at_once() -> None:
    years = timedelta(days=80 * 365)
    found = open_seconds(ISTANBUL, MONDAY, MONDAY + years)
    share = found / years.total_seconds()
    assert share == pytest.approx(17 / 168, rel=0.02)
    assert years.days > MOST_DAYS


@given(st.floats(0, 300), st.floats(0, 300), st.floats(0, 300))
def test_the_parts_of_a_wait_add_up(a: float, b: float, c: float) -> None:
    one, two, three = sorted((a, b, c))
    assert hours(one, two) + hours(two, three) == pytest.approx(hours(one, three), abs=1e-6)
