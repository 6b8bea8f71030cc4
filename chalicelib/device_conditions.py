"""Conditions as people write them: of values, errors, silence, use, and of each other. Pure.

They nest: what counts, combines or lasts is written around another condition. Every mistake is a
ValueError (within msgspec's ValidationError) that names the field and says what to write.
"""

from math import isfinite
from typing import Annotated, Any

import msgspec

from chalicelib.device_limits import Deviation, Name, Rate, Threshold, default_span, positive
from chalicelib.playbook_values import Section
from chalicelib.times import Span

DEEPEST = 4
"""How deep conditions nest at most: what nobody can read, nobody can mend."""


class Error(Section, frozen=True, kw_only=True, tag_field="kind", tag="error"):
    """A report that carries one of these error codes; "*" is any. Off with the next without."""

    codes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=50)]
    held: Span | None = msgspec.field(default=None, name="for")


class Count(Section, frozen=True, kw_only=True, tag_field="kind", tag="count"):
    """At least so many reports `within` a span in which `of` was on; with `starts`, so many times
    that it came on."""

    of: "When"
    at_least: Annotated[int, msgspec.Meta(ge=2, le=50)]
    within: Span
    starts: bool = False

    def __post_init__(self) -> None:
        positive("within", self.within)
        _reports_only("of", self.of)


class Silence(Section, frozen=True, kw_only=True, tag_field="kind", tag="silence"):
    """No report for `factor` times the device's own rhythm (the median of its last intervals), but
    never sooner than `at_least` nor later than `at_most`."""

    factor: Annotated[float, msgspec.Meta(ge=1.5, le=1000)] = 5.0
    at_least: Span = default_span(minutes=15)
    at_most: Span = default_span(days=7)

    def __post_init__(self) -> None:
        if self.at_least.total_seconds() < 60:
            raise ValueError("at_least must be 1m or more: silence is looked for once a minute")
        if self.at_most < self.at_least:
            raise ValueError("at_most must not be under at_least")


class Usage(Section, frozen=True, kw_only=True, tag_field="kind", tag="usage"):
    """A counter that has grown by `every` since the last maintenance; only one turns it off."""

    counter: Name
    every: Annotated[float, msgspec.Meta(gt=0)]

    def __post_init__(self) -> None:
        if not isfinite(self.every):
            raise ValueError("every must be a finite number")


class Calendar(Section, frozen=True, kw_only=True, tag_field="kind", tag="calendar"):
    """So long since the last maintenance, or the registration; only maintenance turns it off."""

    every: Span

    def __post_init__(self) -> None:
        positive("every", self.every)


class All(Section, frozen=True, kw_only=True, tag_field="kind", tag="all"):
    """While all of these are on."""

    of: Annotated[tuple["When", ...], msgspec.Meta(min_length=2, max_length=10)]
    held: Span | None = msgspec.field(default=None, name="for")


class Either(Section, frozen=True, kw_only=True, tag_field="kind", tag="any"):
    """While any of these is on."""

    of: Annotated[tuple["When", ...], msgspec.Meta(min_length=2, max_length=10)]
    held: Span | None = msgspec.field(default=None, name="for")


When = Threshold | Rate | Deviation | Error | Count | Silence | Usage | Calendar | All | Either


def _reports_only(name: str, when: Any) -> None:
    if isinstance(when, Silence | Usage | Calendar):
        raise ValueError(
            f"{name}: a {type(when).__name__.lower()} can't be counted: "
            "it doesn't come and go with reports"
        )


def depth(when: Any) -> int:
    """How many conditions stand within each other here."""
    inner = getattr(when, "of", ())
    inner = inner if isinstance(inner, tuple) else (inner,)
    return 1 + max((depth(one) for one in inner), default=0)
