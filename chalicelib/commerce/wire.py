"""What the shops' shapes share: aware times, amounts of money, ids that become part of keys."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib.channels.handles import mail_address
from chalicelib.clock import EARLIEST, LATEST, to_millis
from chalicelib.errors import ParseError

Id = int | str
"""Numbers beyond 2^53, or their text."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]

MOST = Decimal(10) ** 15
"""No amount of money reaches it."""

MANY = msgspec.Meta(max_length=5000)
"""Far above what any order has of anything, and what can be stored of one."""

MOST_CODES = 20
"""Coupons of one order that are read."""

LONGEST_CODE = 100

LONGEST_ID = 64
_LONGEST_MAIL = 320


class Wire(msgspec.Struct, kw_only=True):
    """Refuses what the types alone let through: NaN for money, times out of any sensible range."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                setattr(self, name, _plausible(name, value))
            elif isinstance(value, Decimal) and not (value.is_finite() and abs(value) < MOST):
                raise ValueError(f"`{name}` is not an amount of money")


def _plausible(name: str, value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        raise ValueError(f"`{name}` lies outside the years 2000 to 2099")
    return to_millis(value.astimezone(UTC))


def key_id(value: Id | None, field: str) -> str:
    """An id's text, never empty and short enough for a key. Raises ParseError naming the field."""
    if value is None or not 0 < len(str(value)) <= LONGEST_ID:
        raise ParseError(f"`{field}` is missing or too long: it must be the shop's own id")
    return str(value)


def first_mail(*texts: str | None) -> str | None:
    """The first text that is a mail address."""
    return next(filter(None, (mail_address(short(text)) for text in texts if text)), None)


def short(mail: str) -> str:
    """A text that may be a mail address, "" if it is too long for one: domains in foreign scripts
    take time by the square of their length."""
    return mail if len(mail) <= _LONGEST_MAIL else ""


def first_text(*texts: str | None) -> str | None:
    """The first text that says something, trimmed."""
    return next((text.strip() for text in texts if text and text.strip()), None)
