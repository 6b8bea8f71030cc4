"""Working time: adding it is exact across nights, weekends, holidays and clock changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.routing.clock import WorkingTime
from chalicelib.times import WorkingHours, working_week

WEEK = working_week(
    {
        "monday": ["09:00-12:00", "13:00-18:00"],
        "tuesday": ["09:00-18:00"],
        "wednesday": ["09:00-18:00"],
        "thursday": ["09:00-18:00"],
        "friday": ["09:00-18:00"],
        "saturday": ["00:00-06:30"],
    }
)


def working(zone: str = "Europe/Istanbul", *holidays: str) -> WorkingTime:
    return WorkingTime(hours=WorkingHours(zone=ZoneInfo(zone), week=WEEK), holidays=holidays)


def local(text: str, zone: str = "Europe/Istanbul") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-24T10:00", 2, "2026-11-24T12:00"),  # within one day
        ("2026-11-24T17:00", 2, "2026-11-25T10:00"),  # over a night
        ("2026-11-24T17:00", 1, "2026-11-24T18:00"),  # just until the end of work
        ("2026-11-23T11:00", 2, "2026-11-23T14:00"),  # over a break
        ("2026-11-27T17:00", 2, "2026-11-28T01:00"),  # into a short Saturday
        ("2026-11-28T06:00", 1, "2026-11-30T09:30"),  # over a Sunday
        ("2026-11-29T12:00", 1, "2026-11-30T10:00"),  # from a closed day
        ("2026-11-24T20:00", 0.5, "2026-11-25T09:30"),  # from the evening
    ],
)
def test_working_time_passes_only_while_somebody_works(start: str, hours: float, end: str) -> None:
    assert working().add(local(start), timedelta(hours=hours)) == local(end)


def test_no_hour_of_a_holiday_counts() -> None:
    for day in ("11-25", "2026-11-25", "wednesday"):
        ends = working("Europe/Istanbul", day).add(local("2026-11-24T17:00"), timedelta(hours=2))
        assert ends == local("2026-11-26T10:00")


def test_the_night_in_which_clocks_change_is_as_long_as_it_is() -> None:
    # In Berlin, 25 October 2026: from 02:00 to 03:00 twice; 29 March 2026: not at all.
    night = WorkingHours(zone=ZoneInfo("Europe/Berlin"), week={6: [(time(0), time(6))]})
    berlin = WorkingTime(hours=night)
    for day, length in (("2026-10-25", 7), ("2026-03-29", 5)):
        start = local(f"{day}T00:00", "Europe/Berlin")
        end = local(f"{day}T06:00", "Europe/Berlin")
        assert berlin.add(start, timedelta(hours=length)) == end
        assert berlin.between(start, end) == timedelta(hours=length)


def test_spells_that_overlap_count_once() -> None:
    week = {1: [(time(9), time(12)), (time(11), time(13))]}
    hours = WorkingHours(zone=ZoneInfo("UTC"), week=week)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    ends = WorkingTime(hours=hours).add(start, timedelta(hours=4))
    assert ends == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_who_never_works_never_comes_to_an_end() -> None:
    never = WorkingTime(hours=WorkingHours(zone=ZoneInfo("UTC"), week={}))
    assert never.add(datetime(2026, 11, 24, tzinfo=UTC), timedelta(hours=1)) is None


zones = st.sampled_from(["Europe/Istanbul", "Europe/Berlin", "America/New_York", "UTC"])
START = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=1000)).map(lambda after: START + after)
spans = st.timedeltas(timedelta(seconds=1), timedelta(hours=120))


@given(zones, moments, spans)
def test_as_much_as_was_added_lies_between(zone: str, start: datetime, span: timedelta) -> None:
    clock = working(zone, "10-29", "01-01")
    end = clock.add(start, span)
    assert end is not None
    assert end >= start + span or end == start + span
    assert clock.between(start, end) == span


@given(zones, moments, spans, spans)
def test_two_steps_come_to_where_one_does(
    zone: str, start: datetime, first: timedelta, second: timedelta
) -> None:
    clock = working(zone, "10-29")
    middle = clock.add(start, first)
    assert middle is not None
    assert clock.add(middle, second) == clock.add(start, first + second)


@given(zones, moments, moments, spans)
def test_who_begins_later_is_never_done_earlier(
    zone: str, one: datetime, other: datetime, span: timedelta
) -> None:
    clock, (early, late) = working(zone), sorted((one, other))
    first, second = clock.add(early, span), clock.add(late, span)
    assert first is not None
    assert second is not None
    assert first <= second
