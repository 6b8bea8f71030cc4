"""Time stamps whose unit and type differ from event to event: milliseconds, seconds, text."""

from datetime import datetime

from chalicelib.channels.wire import epoch_or, iso_or

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this lies 3,000 years ahead, as milliseconds in 1973."""


def moment(value: object, fallback: datetime) -> datetime:
    """The moment of a time stamp in any of these forms, or the fallback."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return fallback
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return iso_or(value, fallback)
    return epoch_or(number / 1000 if number >= _MILLISECONDS_FROM else number, fallback)
