"""Device rules as people write them, and all that holds for a model: in the playbook and over the
API. Pure.

What a rule waits for is told in `device_conditions`, maintenance plans in `maintenance_sections`.
Every mistake is a ValueError (within msgspec's ValidationError) that names the field and says what
to write.
"""

from typing import Annotated, Any, Literal

import msgspec

from chalicelib.device_conditions import DEEPEST, When, depth
from chalicelib.device_limits import Name, RuleName, Severity, default_span
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.playbook_values import Section, Words, Zone
from chalicelib.times import DAYS, Hour, Span

MOST_RULES = 50


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
    within: Span = default_span(hours=1)
    calm: Span = default_span(minutes=30)


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
            if depth(when) > DEEPEST:
                place = "when" if number == 0 else f"steps[{number - 1}].when"
                raise ValueError(
                    f"rule {self.name!r}: {place} nests more than {DEEPEST} deep: "
                    "split it into several rules"
                )


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
