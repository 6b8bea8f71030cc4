"""Conditions on a device's values as people write them, and the names they share with rules. Pure.

Every mistake is a ValueError (within msgspec's ValidationError) that names the field and says what
to write.
"""

from math import isfinite
from typing import Annotated, Any, Literal

import msgspec

from chalicelib.playbook_values import Section
from chalicelib.times import Span

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
"""From the mildest to the gravest."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
RuleName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


def default_span(**length: float) -> Any:
    """A field's default that an API description need not write out: it could not."""
    return msgspec.field(default_factory=lambda: Span(**length))


class Limits(Section, frozen=True, kw_only=True):
    """A limit with hysteresis: either on above `raise_above` and off below `clear_below`, or on
    below `raise_below` and off above `clear_above`. What clears is by default what raises."""

    raise_above: float | None = None
    clear_below: float | None = None
    raise_below: float | None = None
    clear_above: float | None = None

    def __post_init__(self) -> None:
        values = (self.raise_above, self.clear_below, self.raise_below, self.clear_above)
        if not all(value is None or isfinite(value) for value in values):
            raise ValueError("limits must be finite numbers")
        if (self.raise_above is None) == (self.raise_below is None):
            raise ValueError(
                "set either raise_above (with clear_below) or raise_below (with clear_above)"
            )
        if self.raise_above is not None:
            if self.clear_above is not None:
                raise ValueError("clear_above contradicts raise_above: write clear_below")
            if self.clear_below is not None and self.clear_below > self.raise_above:
                raise ValueError("clear_below must not exceed raise_above")
        if self.raise_below is not None:
            if self.clear_below is not None:
                raise ValueError("clear_below contradicts raise_below: write clear_above")
            if self.clear_above is not None and self.clear_above < self.raise_below:
                raise ValueError("clear_above must not be under raise_below")


class Threshold(Limits, frozen=True, kw_only=True, tag_field="kind", tag="threshold"):
    """A metric beyond a limit, if `for` is given for at least so long."""

    metric: Name
    held: Span | None = msgspec.field(default=None, name="for")


class Rate(Limits, frozen=True, kw_only=True, tag_field="kind", tag="rate"):
    """A metric that rises or falls faster than a limit, by so much `per` span of time; judged by
    the median slope (Theil–Sen) of the readings `within` the last span."""

    metric: Name
    within: Span
    per: Span = default_span(hours=1)
    held: Span | None = msgspec.field(default=None, name="for")

    def __post_init__(self) -> None:
        super().__post_init__()
        positive("within", self.within)
        positive("per", self.per)


class Deviation(Section, frozen=True, kw_only=True, tag_field="kind", tag="deviation"):
    """A metric unlike what is usual on this device; 1 is as far as its usual days go. After an
    alert it rests, so that nobody hears of one trouble twice."""

    metric: Name
    raise_over: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 1.0
    clear_under: Annotated[float, msgspec.Meta(gt=0, le=1000)] | None = None
    direction: Literal["both", "above", "below"] = "both"
    calm: Span = default_span(hours=3)
    rest: Span = default_span(hours=18)
    held: Span | None = msgspec.field(default=None, name="for")

    def __post_init__(self) -> None:
        if self.clear_under is not None and self.clear_under > self.raise_over:
            raise ValueError("clear_under must not exceed raise_over")


def positive(name: str, span: Span) -> None:
    """Raises ValueError for no time at all."""
    if not span:
        raise ValueError(f"{name} must be longer than nothing")
