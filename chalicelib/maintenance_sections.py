"""Maintenance as people write it: the plans of devices and models, and the playbook's
`[maintenance]`, what the owner of a device reads about it. Pure.

What each name means is told beside it in `playbook.toml`.
"""

import re
from collections.abc import Iterator
from math import isfinite
from typing import Annotated

import msgspec

from chalicelib.device_limits import Name, RuleName, Severity, default_span
from chalicelib.playbook_values import Section, Words
from chalicelib.times import Span

DUE: Severity = "info"
OVERDUE: Severity = "warning"
"""How grave the alert of a maintenance plan is."""


class MaintenancePlan(Section, frozen=True, kw_only=True):
    """Maintenance due by usage, by calendar, or by whichever is first.

    The owner hears of it `ahead` of the expected date, and once more when it is due; `overdue`
    times the interval, the alert becomes a warning.
    """

    name: RuleName
    message: Words
    counter: Name | None = None
    every: Annotated[float, msgspec.Meta(gt=0)] | None = None
    every_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None
    ahead: Span = default_span(days=14)
    overdue: Annotated[float, msgspec.Meta(gt=1, le=10)] = 1.2
    booking_url: str | None = None

    def __post_init__(self) -> None:
        if (self.counter is None) != (self.every is None):
            raise ValueError(f"plan {self.name!r}: counter and every go together")
        if self.every is None and self.every_days is None:
            raise ValueError(f"plan {self.name!r}: set counter with every, or every_days, or both")
        if self.every is not None and not isfinite(self.every):
            raise ValueError(f"plan {self.name!r}: every must be a finite number")
        if self.booking_url and not re.fullmatch(
            r"https://[^\s\"<>/]+[^\s\"<>]*", self.booking_url
        ):
            raise ValueError(f"plan {self.name!r}: booking_url must be an https address")


class Maintenance(Section, frozen=True, kw_only=True):
    max_lateness: Span
    ahead: Words
    due: Words
    done: Words
    booking: Words
    next: Words

    def texts(self) -> Iterator[tuple[tuple[str, ...], Words, set[str]]]:
        """Every text, where it stands, and what may be filled in there."""
        due = {"name", "brand", "device", "message", "link"}
        yield ("maintenance", "ahead"), self.ahead, due | {"when"}
        yield ("maintenance", "due"), self.due, due
        yield ("maintenance", "done"), self.done, {"name", "brand", "device", "next"}
        yield ("maintenance", "booking"), self.booking, {"url"}
        yield ("maintenance", "next"), self.next, {"when"}
