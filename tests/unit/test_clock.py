"""Time as values."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock import EARLIEST, LATEST, from_epoch, iso, parse_iso, to_millis, utc_now
from chalicelib.errors import ParseError

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001
    max_value=datetime(2099, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9))]),
)


def test_now_is_aware_and_in_utc() -> None:
    assert utc_now().utcoffset() == timedelta(0)


def test_a_moment_reads_the_same_wherever_it_was_taken() -> None:
    istanbul = timezone(timedelta(hours=3))
    assert iso(datetime(2026, 11, 22, 13, 0, tzinfo=istanbul)) == "2026-11-22T10:00:00.000Z"


def test_a_naive_moment_has_no_text() -> None:
    with pytest.raises(ValueError, match="naive"):
        iso(datetime(2026, 11, 22))  # noqa: DTZ001


@given(MOMENTS)
def test_a_moment_comes_back_from_its_text_to_the_millisecond(moment: datetime) -> None:
    assert parse_iso(iso(moment)) == to_millis(moment)


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) == (to_millis(one) < to_millis(other))


@given(MOMENTS)
def test_unix_seconds_come_back_too(moment: datetime) -> None:
    seconds = int(moment.timestamp())
    assert from_epoch(seconds) == from_epoch(str(seconds)) == datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gestern",
        "2026-11-22",
        "2026-11-22T10:00:00",
        "2026-13-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_text_that_names_no_plausible_moment_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_iso(text)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        [],
        {},
        "",
        "soon",
        "nan",
        float("inf"),
        -1,
        0,
        1_795_000_000_000,
        10**400,
        "1e999",
    ],
)
def test_what_is_no_plausible_unix_time_is_refused(value: object) -> None:
    with pytest.raises(ParseError):
        from_epoch(value)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary()))
def test_anything_else_is_a_parse_error_or_a_plausible_moment(value: object) -> None:
    for read in (from_epoch, lambda v: parse_iso(str(v))):
        try:
            moment = read(value)
        except ParseError:
            continue
        assert EARLIEST <= moment < LATEST
