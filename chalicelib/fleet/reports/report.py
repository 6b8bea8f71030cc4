"""A device's report (contract C7) as the IoT rule forwards it, checked before it is trusted."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from chalicelib.clock import from_epoch, parse_iso
from chalicelib.errors import ParseError
from chalicelib.fleet.reports.json_text import read_json, unique
from chalicelib.fleet.reports.values import (
    LONGEST_NAME,
    MOST_VALUES,
    Location,
    codes,
    numbers,
    place,
    text,
)

__all__ = [
    "AHEAD",
    "CLOCKS_SET",
    "DEVICE_ID",
    "LONGEST_NAME",
    "MOST_VALUES",
    "Location",
    "Report",
    "parse_report",
    "report_of",
]

AHEAD = timedelta(minutes=10)
"""How far a device's clock may run before ours and still be believed."""
CLOCKS_SET = datetime(2020, 1, 1, tzinfo=UTC)
"""No device of ours spoke before: an earlier time is what a clock counts from until it is set."""

DEVICE_ID = re.compile(r"[A-Za-z0-9:_.-]{1,128}")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one device said of itself at `at` (its clock; to the millisecond).

    `metrics` go up and down (temperatures, pressures), `counters` only grow (cups brewed);
    `received_at` is when it reached us.
    """

    device_id: str
    at: datetime
    received_at: datetime
    status: str | None = None
    metrics: Mapping[str, float] = msgspec.field(default_factory=dict)
    counters: Mapping[str, float] = msgspec.field(default_factory=dict)
    errors: tuple[str, ...] = ()
    firmware: str | None = None
    location: Location | None = None

    @property
    def rank(self) -> str:
        """A digest of what is said: equal for a repeat; of two reports of one moment, the greater
        counts, whichever came first."""
        said: list[Any] = [
            self.status,
            sorted((name, float(value)) for name, value in self.metrics.items()),
            sorted((name, float(value)) for name, value in self.counters.items()),
            self.errors,
            self.firmware,
        ]
        if (where := self.location) is not None:
            # Only then: what was kept before there were places keeps its rank.
            said.append([where.lat, where.lon, where.accuracy_m])
        return sha256(json.dumps(said).encode()).hexdigest()[:12]


def parse_report(body: bytes | str, received_at: datetime) -> Report:
    """The report in `body`: C7's JSON with `temas_device_id` and, from the IoT rule,
    `temas_received_at` (Unix milliseconds; else `received_at` counts).

    Raises ParseError, and nothing else; the message names the field and the fix.
    """
    return report_of(read_json(body, "the report"), received_at)


def report_of(given: object, received_at: datetime) -> Report:
    """The report in what `read_json` has read. Raises as `parse_report` does."""
    if not isinstance(given, dict):
        raise ParseError("the report is not a JSON object: send one report in one message")
    unique(given)
    received_at = _to_ms(_received_at(given.get("temas_received_at"), received_at))
    return Report(
        device_id=_device_id(given.get("temas_device_id")),
        at=_reported_at(given.get("at"), received_at),
        received_at=received_at,
        status=text(given, "status"),
        metrics=numbers(given, "metrics"),
        counters=numbers(given, "counters"),
        errors=codes(given.get("errors")),
        firmware=text(given, "firmware"),
        location=place(given.get("location")),
    )


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
    if at < CLOCKS_SET:
        raise ParseError(
            f"at: is in {at.year}, so the device's clock is not set; set it (NTP) before it reports"
        )
    if at > received_at + AHEAD:
        ahead = round((at - received_at).total_seconds())
        raise ParseError(f"at: is {ahead} s ahead of the time of receipt; set the device's clock")
    return at


def _moment(name: str, value: object) -> datetime:
    try:
        return parse_iso(value) if isinstance(value, str) else from_epoch(value)
    except ParseError as error:
        advice = "send ISO 8601 or Unix seconds, of a clock that is set"
        raise ParseError(f"{name}: {error}; {advice}") from error


def _to_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
