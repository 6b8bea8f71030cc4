"""The values of a report, each checked: what is refused is named, with what to send instead.

Every function raises ParseError, and nothing else.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import msgspec

from chalicelib.errors import ParseError
from chalicelib.fleet.reports.json_text import unique

MOST_VALUES = 200
MOST_ERRORS = 50
LONGEST_NAME = 64
LONGEST_ERROR = 200
LEAST_EXACT = 100_000
"""Metres; a place that is known no better is none."""


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device is: degrees (WGS 84), and within how many metres that is known."""

    lat: float
    lon: float
    accuracy_m: float | None = None


def text(given: Mapping[str, Any], name: str) -> str | None:
    """A short text, or none."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not value.isprintable():
        raise ParseError(f"{name}: must be a text of at most {LONGEST_NAME} printable characters")
    return value


def numbers(given: Mapping[str, Any], group: str) -> dict[str, float]:
    """A sensor that reads null has no reading; anything else must be a number."""
    values = given.get(group)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ParseError(f"{group}: must be an object of names and numbers")
    unique(values, group)
    if len(values) > MOST_VALUES:
        raise ParseError(f"{group}: has {len(values)} entries; send at most {MOST_VALUES}")
    return {
        _value_name(group, name): _number(f"{group}.{name[:LONGEST_NAME]}", value)
        for name, value in values.items()
        if value is not None
    }


def _value_name(group: str, name: str) -> str:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ParseError(
            f"{group}: the name {name[:20]!a} must be 1 to {LONGEST_NAME} printable characters"
        )
    return name


def _number(field_name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParseError(f"{field_name}: is a {type(value).__name__}; send a number, unquoted")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise ParseError(f"{field_name}: is not a finite number; leave out what can't be measured")
    return number


def codes(value: object) -> tuple[str, ...]:
    """Error codes, as texts or whole numbers."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_ERRORS:
        raise ParseError(f"errors: must be a list of at most {MOST_ERRORS} codes")
    return tuple(_code(f"errors[{index}]", code) for index, code in enumerate(value))


def _code(field_name: str, code: object) -> str:
    if isinstance(code, bool) or not isinstance(code, int | str):
        raise ParseError(f"{field_name}: is a {type(code).__name__}; send a text or whole number")
    said = " ".join(str(code).split())
    if len(said) > LONGEST_ERROR or not said.isprintable():
        raise ParseError(f"{field_name}: must be at most {LONGEST_ERROR} printable characters")
    return said


def place(value: object) -> Location | None:
    """Where the device is, if it says so."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ParseError('location: must be an object such as {"lat": 41.01, "lon": 28.98}')
    unique(value, "location")
    accuracy = value.get("accuracy_m")
    return Location(
        lat=_within("location.lat", value.get("lat"), -90, 90),
        lon=_within("location.lon", value.get("lon"), -180, 180),
        accuracy_m=(
            None if accuracy is None else _within("location.accuracy_m", accuracy, 0, LEAST_EXACT)
        ),
    )


def _within(field_name: str, value: object, least: float, most: float) -> float:
    if value is None:
        raise ParseError(f"{field_name}: is missing; leave out location if the place is unknown")
    number = _number(field_name, value)
    if not least <= number <= most:
        raise ParseError(f"{field_name}: is {number:g}; must be from {least:g} to {most:g}")
    return number
