"""Reading what platforms put on the wire: tolerant of the unknown, strict about what is stored."""

import re
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from chalicelib.clock import from_epoch, parse_iso
from chalicelib.errors import ParseError

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
"""An id that becomes part of a key: never empty, and short enough for one."""
Text = Annotated[str, msgspec.Meta(max_length=65_536)]
"""Words of a customer; far above what any platform lets them write."""

_NAME_LENGTH = 200
_COUNTER_LENGTH = 60
_NOT_IN_COUNTERS = re.compile(r"[^A-Za-z0-9_.:-]+")

T = TypeVar("T")


def decode(decoder: msgspec.json.Decoder[T], raw: bytes | msgspec.Raw, at: str = "$") -> T:
    """The decoded value; ParseError naming the field otherwise. `at` is where `raw` was found."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise ParseError(_located(str(error), at)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ParseError(f"{at} is not JSON: {error}") from error
    except RecursionError as error:
        raise ParseError(f"{at} is nested too deeply") from error


def _located(message: str, at: str) -> str:
    return message.replace("`$", f"`{at}") if "`$" in message else f"{message} - at `{at}`"


def epoch_or(value: object, fallback: datetime) -> datetime:
    """The moment of Unix seconds, or the fallback: a message is worth more than its clock."""
    try:
        return from_epoch(value)
    except (ParseError, ValueError, OverflowError):
        return fallback


def iso_or(value: object, fallback: datetime) -> datetime:
    """The moment of an ISO 8601 text, or the fallback."""
    try:
        return parse_iso(value) if isinstance(value, str) else fallback
    except (ParseError, ValueError, OverflowError):
        return fallback


def clean_name(*parts: str | None) -> str | None:
    """One display name of the parts given, or None if nothing readable is left."""
    return " ".join(p.strip() for p in parts if p and p.strip())[:_NAME_LENGTH].strip() or None


def counter(name: str) -> str:
    """A platform's own word in a form that is safe as the name of a counter."""
    return _NOT_IN_COUNTERS.sub("_", name)[:_COUNTER_LENGTH]
