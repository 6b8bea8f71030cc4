"""Time as values: aware UTC datetimes, one text form that sorts as time does."""

from collections.abc import Callable
from datetime import UTC, datetime

from chalicelib.errors import ParseError

Clock = Callable[[], datetime]
"""Anything that tells the time; `utc_now` in production, a fixed value in tests."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """`2026-11-22T10:00:00.000Z`: fixed width in UTC, so text order is time order.

    Raises ValueError for a naive datetime, whose meaning would be a guess.
    """
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment!r}: attach a time zone first")
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def to_millis(moment: datetime) -> datetime:
    """The moment as it comes back from the table, which keeps milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def parse_iso(text: str) -> datetime:
    """The moment an ISO 8601 text names, in UTC; ParseError if it names none or lacks a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParseError(f"{text[:40]!r} is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise ParseError(f"{text[:40]!r} has no time zone: end it with Z or an offset")
    return _plausible(moment, text)


def from_epoch(value: object) -> datetime:
    """The moment of Unix seconds given as a number or its text, as platforms send both.

    Raises ParseError for anything else, and for times before 2000 or after 2100: such a value is
    a broken clock or another unit (milliseconds), never the time of a message.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ParseError(f"{type(value).__name__} where Unix seconds were expected")
    try:
        seconds = float(value)
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ParseError("not a time in Unix seconds, or far beyond any date") from error
    return _plausible(moment, str(seconds))


def _plausible(moment: datetime, text: str) -> datetime:
    # Compared before it is turned into UTC, which the ends of the calendar don't survive.
    if not EARLIEST <= moment < LATEST:
        raise ParseError(f"{text[:40]!r} lies outside the years 2000 to 2099")
    return moment.astimezone(UTC)
