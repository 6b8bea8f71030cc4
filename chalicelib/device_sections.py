"""Device rules and maintenance plans as people write them: in the playbook and over the API. Pure.

Conditions nest: what counts, combines or lasts is written around another condition. Every mistake
is a ValueError (within msgspec's ValidationError) that names the field and says what to write.
"""

import re
from math import isfinite
from typing import Annotated, Any, Literal

import msgspec

from chalicelib.playbook_values import Section, Words, Zone
from chalicelib.times import DAYS, Hour, Span

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
"""From the mildest to the gravest."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
RuleName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]

DUE: Severity = "info"
OVERDUE: Severity = "warning"
"""How grave the alert of a maintenance plan is."""

DEEPEST = 4
"""How deep conditions nest at most: what nobody can read, nobody can mend."""

MOST_RULES = 50


def _default_span(**length: float) -> Any:
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
    per: Span = _default_span(hours=1)
    held: Span | None = msgspec.field(default=None, name="for")

    def __post_init__(self) -> None:
        super().__post_init__()
        _positive("within", self.within)
        _positive("per", self.per)


class Deviation(Section, frozen=True, kw_only=True, tag_field="kind", tag="deviation"):
    """A metric unlike what is usual on this device; 1 is as far as its usual days go. After an
    alert it rests, so that nobody hears of one trouble twice."""

    metric: Name
    raise_over: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 1.0
    clear_under: Annotated[float, msgspec.Meta(gt=0, le=1000)] | None = None
    direction: Literal["both", "above", "below"] = "both"
    calm: Span = _default_span(hours=3)
    rest: Span = _default_span(hours=18)
    held: Span | None = msgspec.field(default=None, name="for")

    def __post_init__(self) -> None:
        if self.clear_under is not None and self.clear_under > self.raise_over:
            raise ValueError("clear_under must not exceed raise_over")


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
        _positive("within", self.within)
        _reports_only("of", self.of)


class Silence(Section, frozen=True, kw_only=True, tag_field="kind", tag="silence"):
    """No report for `factor` times the device's own rhythm (the median of its last intervals), but
    never sooner than `at_least` nor later than `at_most`."""

    factor: Annotated[float, msgspec.Meta(ge=1.5, le=1000)] = 5.0
    at_least: Span = _default_span(minutes=15)
    at_most: Span = _default_span(days=7)

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
        _positive("every", self.every)


class All(Section, frozen=True, kw_only=True, tag_field="kind", tag="all"):
    """While all of these are on."""

    of: Annotated[tuple["When", ...], msgspec.Meta(min_length=2, max_length=10)]
    held: Span | None = msgspec.field(default=None, name="for")


class Either(Section, frozen=True, kw_only=True, tag_field="kind", tag="any"):
    """While any of these is on."""

    of: Annotated[tuple["When", ...], msgspec.Meta(min_length=2, max_length=10)]
    held: Span | None = msgspec.field(default=None, name="for")


When = Threshold | Rate | Deviation | Error | Count | Silence | Usage | Calendar | All | Either


class Step(Section, frozen=True, kw_only=True):
    """While `when` is on, the alert has this severity; of several, the gravest counts."""

    severity: Severity
    when: When


class Active(Section, frozen=True, kw_only=True):
    """The hours in which a rule may raise or escalate; what is open clears at any hour. An `end`
    before the `start` is of the next day."""

    start: Hour
    end: Hour
    days: tuple[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...
    ] = DAYS  # type: ignore[assignment]
    time_zone: Zone | None = None

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("start and end must differ: leave `active` out for all day")
        if not self.days:
            raise ValueError("days must name one day at least")


class Flapping(Section, frozen=True, kw_only=True):
    """An alert raised so often `within` a span closes only after it was `calm` for long enough."""

    raised: Annotated[int, msgspec.Meta(ge=2, le=20)] = 3
    within: Span = _default_span(hours=1)
    calm: Span = _default_span(minutes=30)


class DeviceRule(Section, frozen=True, kw_only=True):
    """What a brand wants to hear of: raised as an alert of `severity` while `when` is on."""

    name: RuleName
    severity: Severity
    message: Words
    when: When
    steps: Annotated[tuple[Step, ...], msgspec.Meta(max_length=5)] = ()
    active: Active | None = None
    flapping: Flapping = msgspec.field(default_factory=Flapping)

    def __post_init__(self) -> None:
        for number, when in enumerate((self.when, *(step.when for step in self.steps))):
            if _depth(when) > DEEPEST:
                place = "when" if number == 0 else f"steps[{number - 1}].when"
                raise ValueError(
                    f"rule {self.name!r}: {place} nests more than {DEEPEST} deep: "
                    "split it into several rules"
                )


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
    ahead: Span = _default_span(days=14)
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


class Metric(Section, frozen=True, kw_only=True):
    """A value that the model reports. One outside `min` to `max` is no reading (another unit, a
    broken sensor): it is left out and noted in the quarantine."""

    unit: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    min: float | None = None
    max: float | None = None

    def __post_init__(self) -> None:
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError("min must be less than max")


class ModelPlan(Section, frozen=True, kw_only=True):
    """What holds for all devices of one model. `clock` "receipt" is for devices without a clock of
    their own: their reports count from when they arrive."""

    rules: Annotated[tuple[DeviceRule, ...], msgspec.Meta(max_length=MOST_RULES)] = ()
    maintenance: Annotated[tuple[MaintenancePlan, ...], msgspec.Meta(max_length=10)] = ()
    metrics: Annotated[dict[Name, Metric], msgspec.Meta(max_length=200)] = {}
    clock: Literal["device", "receipt"] = "device"

    def __post_init__(self) -> None:
        parts: tuple[DeviceRule | MaintenancePlan, ...] = (*self.rules, *self.maintenance)
        names = [part.name for part in parts]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise ValueError(f"two rules or plans are called {name!r}: rename one")


def decode(kind: type, value: Any) -> Any:
    """msgspec's hook for the values that have a form of their own."""
    if kind in (Span, Hour, Zone):
        return kind.parse(value)
    raise NotImplementedError(kind)


def encode(value: Any) -> Any:
    """Undoes `decode`."""
    if isinstance(value, Span):
        return value.text
    if isinstance(value, str):
        return str(value)
    raise NotImplementedError(type(value))


def _positive(name: str, span: Span) -> None:
    if not span:
        raise ValueError(f"{name} must be longer than nothing")


def _reports_only(name: str, when: Any) -> None:
    if isinstance(when, Silence | Usage | Calendar):
        raise ValueError(
            f"{name}: a {type(when).__name__.lower()} can't be counted: "
            "it doesn't come and go with reports"
        )


def _depth(when: Any) -> int:
    inner = getattr(when, "of", ())
    inner = inner if isinstance(inner, tuple) else (inner,)
    return 1 + max((_depth(one) for one in inner), default=0)
