"""Quiet hours and working hours, on ordinary days and in the nights the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.times import Hour, QuietHours, Span, WorkingHours, working_week, zone_exists

ISTANBUL = ZoneInfo("Europe/Istanbul")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NIGHT = QuietHours(start=time(21), end=time(9))
SIESTA = QuietHours(start=time(13), end=time(15))


def local(zone: ZoneInfo, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=zone, fold=fold).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("quiet", "hour", "minute", "ends"),
    [
        (NIGHT, 20, 59, None),
        (NIGHT, 21, 0, (24, 9)),
        (NIGHT, 23, 59, (24, 9)),
        (NIGHT, 0, 0, (23, 9)),
        (NIGHT, 8, 59, (23, 9)),
        (NIGHT, 9, 0, None),
        (SIESTA, 12, 59, None),
        (SIESTA, 13, 0, (23, 15)),
        (SIESTA, 14, 59, (23, 15)),
        (SIESTA, 15, 0, None),
    ],
)
def test_quiet_hours_hold_from_their_start_until_just_before_their_end(
    quiet: QuietHours, hour: int, minute: int, ends: tuple[int, int] | None
) -> None:
    found = quiet.ends_at(local(ISTANBUL, 2026, 11, 23, hour, minute), ISTANBUL)

    assert found == (local(ISTANBUL, 2026, 11, *ends) if ends else None)


def test_equal_ends_mean_no_quiet_hours_at_all() -> None:
    none = QuietHours(start=time(9), end=time(9))

    assert all(
        none.ends_at(local(ISTANBUL, 2026, 11, 23, hour), ISTANBUL) is None for hour in range(24)
    )


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        (BERLIN, (2026, 3, 28, 21), 11),
        (BERLIN, (2026, 10, 24, 21), 13),
        (NEW_YORK, (2026, 3, 7, 21), 11),
        (NEW_YORK, (2026, 10, 31, 21), 13),
        (ISTANBUL, (2026, 3, 28, 21), 12),
        (ISTANBUL, (2026, 10, 24, 21), 12),
    ],
)
def test_the_night_the_clocks_change_is_as_long_as_it_really_is(
    zone: ZoneInfo, evening: tuple[int, ...], hours: int
) -> None:
    start = local(zone, *evening)
    end = NIGHT.ends_at(start, zone)

    assert end == start + timedelta(hours=hours)
    assert end.astimezone(zone).time() == time(9)
    before = NIGHT.ends_at(end - timedelta(minutes=1), zone)
    assert before == end
    assert NIGHT.ends_at(end, zone) is None


def test_an_end_that_strikes_twice_is_over_at_its_first_stroke_and_again_at_its_second() -> None:
    quiet = QuietHours(start=time(22), end=time(2, 30))
    first, second = (local(BERLIN, 2026, 10, 25, 2, 30, fold=fold) for fold in (0, 1))

    assert quiet.ends_at(local(BERLIN, 2026, 10, 25, 2, 15), BERLIN) == first
    assert quiet.ends_at(local(BERLIN, 2026, 10, 25, 2, 15, fold=1), BERLIN) == second


def test_an_end_that_the_clocks_skip_counts_as_if_they_had_not_changed() -> None:
    quiet = QuietHours(start=time(22), end=time(2, 30))

    end = quiet.ends_at(local(BERLIN, 2026, 3, 29, 1, 59), BERLIN)

    assert end == local(BERLIN, 2026, 3, 29, 3, 30)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
zones = st.sampled_from([ISTANBUL, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe")])


@settings(max_examples=300, deadline=None)
@given(moments, quarters, quarters, zones)
def test_the_end_always_lies_ahead_and_within_a_day_and_a_bit(
    moment: datetime, start: time, end: time, zone: ZoneInfo
) -> None:
    found = QuietHours(start=start, end=end).ends_at(moment, zone)

    assert found is None or moment < found <= moment + timedelta(hours=25)


WEEK = working_week({"monday": ["09:00-12:00", "13:00-18:00"], "saturday": ["10:00-16:00"]})
OFFICE = WorkingHours(zone=BERLIN, week=WEEK)


@pytest.mark.parametrize(
    ("at", "open_", "opens"),
    [
        ((2026, 11, 23, 8, 59), False, (2026, 11, 23, 9)),
        ((2026, 11, 23, 9), True, (2026, 11, 23, 13)),
        ((2026, 11, 23, 12), False, (2026, 11, 23, 13)),
        ((2026, 11, 23, 18), False, (2026, 11, 28, 10)),
        ((2026, 11, 28, 16), False, (2026, 11, 30, 9)),
        ((2026, 3, 28, 16), False, (2026, 3, 30, 9)),
    ],
)
def test_working_hours_know_whether_it_is_open_and_when_it_opens_next(
    at: tuple[int, ...], open_: bool, opens: tuple[int, ...]
) -> None:
    moment = local(BERLIN, *at)

    assert OFFICE.open_at(moment) is open_
    assert OFFICE.opens_at(moment) == local(BERLIN, *opens)


def test_one_that_opens_once_a_week_opens_again_in_a_week_and_one_that_never_does_never() -> None:
    weekly = WorkingHours(zone=BERLIN, week=working_week({"monday": ["09:00-10:00"]}))
    never = WorkingHours(zone=BERLIN, week={})

    assert weekly.opens_at(local(BERLIN, 2026, 11, 23, 9)) == local(BERLIN, 2026, 11, 30, 9)
    assert never.opens_at(local(BERLIN, 2026, 11, 23, 9)) is None
    assert not never.open_at(local(BERLIN, 2026, 11, 23, 9))


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("30m", 1800), ("2h", 7200), ("7d", 604800)]
)
def test_a_span_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    assert Span.parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["7", "d7", "7 d", "-1d", "1.5h", "7w", "", 7, None])
def test_anything_else_is_no_span_and_the_message_says_how_to_write_one(text: object) -> None:
    with pytest.raises(ValueError, match='write "45s", "30m", "2h" or "7d"'):
        Span.parse(text)


@pytest.mark.parametrize(
    "text", ["9:00", "24:00", "09:60", "09", "0900", "09:00:00", "09:00+03:00", "", 9, time(9)]
)
def test_an_hour_is_written_in_one_way_only(text: object) -> None:
    assert Hour.parse("09:00").time == time(9)
    with pytest.raises(ValueError, match='write "09:00"'):
        Hour.parse(text)


@pytest.mark.parametrize("spell", ["09:00", "18:00-09:00", "09:00-09:00", "-", ""])
def test_a_spell_of_the_day_has_a_start_before_its_end(spell: str) -> None:
    with pytest.raises(ValueError, match="write"):
        working_week({"monday": [spell]})


def test_a_day_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="'mnday' is not a day: write one of monday"):
        working_week({"mnday": []})


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "", "../etc/passwd", "x" * 400])
def test_only_zones_exist(name: str) -> None:
    assert zone_exists("Europe/Istanbul")
    assert not zone_exists(name)


# --- closed days ---------------------------------------------------------------------------------


def closed(*days: str) -> QuietHours:
    return QuietHours(start=time(21), end=time(9), closed=frozenset(days))


@pytest.mark.parametrize(
    ("days", "at", "until"),
    [
        # Sunday 22 November 2026, noon in Istanbul: until Monday nine.
        (("sunday",), datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
        # Saturday night runs into the closed Sunday, and that into Monday's morning.
        (("sunday",), datetime(2026, 11, 21, 19, tzinfo=UTC),
         datetime(2026, 11, 23, 6, tzinfo=UTC)),
        (("10-29",), datetime(2027, 10, 29, 9, tzinfo=UTC), datetime(2027, 10, 30, 6, tzinfo=UTC)),
        (("2026-11-23", "tuesday"), datetime(2026, 11, 23, 9, tzinfo=UTC),
         datetime(2026, 11, 25, 6, tzinfo=UTC)),
        (("monday",), datetime(2026, 11, 22, 9, tzinfo=UTC), None),
    ],
)  # fmt: skip
def test_a_closed_day_is_quiet_to_its_end_and_to_the_end_of_the_night_after_it(
    days: tuple[str, ...], at: datetime, until: datetime | None
) -> None:
    assert closed(*days).ends_at(at, ZoneInfo("Europe/Istanbul")) == until


def test_a_day_is_closed_where_the_customer_lives() -> None:
    sunday_in_auckland = datetime(2026, 11, 21, 22, tzinfo=UTC)

    assert closed("sunday").ends_at(sunday_in_auckland, ZoneInfo("Pacific/Auckland"))
    assert closed("sunday").ends_at(sunday_in_auckland, ZoneInfo("Europe/Lisbon"))  # 22:00, night
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert closed("sunday").ends_at(noon, ZoneInfo("Europe/Lisbon")) is None


def test_a_year_of_closed_days_ends_somewhere() -> None:
    every = closed("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

    assert every.ends_at(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
