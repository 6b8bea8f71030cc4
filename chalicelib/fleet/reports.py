"""A device's report (contract C7) as the IoT rule forwards it, checked before it is trusted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import isfinite
from typing import Any

from chalicelib.clock import from_epoch, parse_iso
from chalicelib.errors import ParseError

MOST_VALUES = 200
MOST_ERRORS = 50
LONGEST_NAME = 64
LONGEST_ERROR = 200
AHEAD = timedelta(minutes=10)
"""How far a device's clock may run before ours and still be believed."""

DEVICE_ID = re.compile(r"[A-Za-z0-9:_.-]{1,128}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What one device said of itself at `at` (its clock; to the millisecond).

    `metrics` go up and down (temperatures, pressures), `counters` only grow (cups brewed);
    `received_at` is when it reached us.
    """

    device_id: str
    at: datetime
    received_at: datetime
    status: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    counters: Mapping[str, float] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    firmware: str | None = None

    @property
    def rank(self) -> str:
        """A digest of what is said: equal for a repeat; of two reports of one moment, the greater
        counts, whichever came first."""
        said = [
            self.status,
            sorted((name, float(value)) for name, value in self.metrics.items()),
            sorted((name, float(value)) for name, value in self.counters.items()),
            self.errors,
            self.firmware,
        ]
        return sha256(json.dumps(said).encode()).hexdigest()[:12]


def parse_report(body: bytes | str, received_at: datetime) -> Report:
    """The report in `body`: C7's JSON with `temas_device_id` and, from the IoT rule,
    `temas_received_at` (Unix milliseconds; else `received_at` counts).

    Raises ParseError, and nothing else; the message names the field and the fix.
    """
    given = _object(body)
    received_at = _to_ms(_received_at(given.get("temas_received_at"), received_at))
    return Report(
        device_id=_device_id(given.get("temas_device_id")),
        at=_reported_at(given.get("at"), received_at),
        received_at=received_at,
        status=_text(given, "status"),
        metrics=_numbers(given, "metrics"),
        counters=_numbers(given, "counters"),
        errors=_errors(given.get("errors")),
        firmware=_text(given, "firmware"),
    )


def _object(body: bytes | str) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError("the report is not JSON: send one object as contract C7 says") from error
    if not isinstance(given, dict):
        raise ParseError("the report is not a JSON object: send one report in one message")
    return given


def _device_id(value: object) -> str:
    if not isinstance(value, str) or not DEVICE_ID.fullmatch(value):
        raise ParseError(
            "temas_device_id: publish to temas/devices/{device_id}/status with an id of at most "
            "128 letters, digits and : _ . -"
        )
    return value


def _received_at(value: object, otherwise: datetime) -> datetime:
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**13:
        raise ParseError("temas_received_at: must be Unix milliseconds, as timestamp() gives them")
    return _moment("temas_received_at", value / 1000)


def _reported_at(value: object, received_at: datetime) -> datetime:
    if value is None:
        raise ParseError("at: is missing; send the reading's time, such as 2026-11-22T10:00:00Z")
    at = _to_ms(_moment("at", value))
    if at > received_at + AHEAD:
        ahead = round((at - received_at).total_seconds())
        raise ParseError(f"at: is {ahead} s ahead of the time of receipt; set the device's clock")
    return at


def _moment(name: str, value: object) -> datetime:
    try:
        return parse_iso(value) if isinstance(value, str) else from_epoch(value)
    except ParseError as error:
        raise ParseError(f"{name}: {error}; send ISO 8601 or Unix seconds") from error


def _to_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not value.isprintable():
        raise ParseError(f"{name}: must be a text of at most {LONGEST_NAME} printable characters")
    return value


def _numbers(given: Mapping[str, Any], group: str) -> dict[str, float]:
    """A sensor that reads null has no reading; anything else must be a number."""
    values = given.get(group)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ParseError(f"{group}: must be an object of names and numbers")
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


def _errors(value: object) -> tuple[str, ...]:
    """Error codes, as texts or whole numbers."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_ERRORS:
        raise ParseError(f"errors: must be a list of at most {MOST_ERRORS} codes")
    return tuple(_error(f"errors[{index}]", code) for index, code in enumerate(value))


def _error(field_name: str, code: object) -> str:
    if isinstance(code, bool) or not isinstance(code, int | str):
        raise ParseError(f"{field_name}: is a {type(code).__name__}; send a text or whole number")
    text = " ".join(str(code).split())
    if len(text) > LONGEST_ERROR or not text.isprintable():
        raise ParseError(f"{field_name}: must be at most {LONGEST_ERROR} printable characters")
    return text
