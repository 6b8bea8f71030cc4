"""Conditions on a metric's value: beyond a limit, changing too fast, unlike itself. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from chalicelib.fleet.baseline import deviation
from chalicelib.fleet.rules.conditions import MILLISECOND, Condition, Moment, latched
from chalicelib.fleet.state.device import Memory

FEWEST_POINTS = 3
POINTS = 8
"""Into how many parts the span of a rate is divided; one reading of each is looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """On beyond a limit, off within another; between the two or on either, as it was."""

    raise_above: float | None = None
    clear_below: float | None = None
    raise_below: float | None = None
    clear_above: float | None = None

    def now(self, on: bool, value: float) -> bool:
        if self.raise_above is not None:
            clear = self.raise_above if self.clear_below is None else self.clear_below
            return value > self.raise_above or (on and value >= clear)
        limit = 0.0 if self.raise_below is None else self.raise_below
        clear = limit if self.clear_above is None else self.clear_above
        return value < limit or (on and value <= clear)


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold(Condition):
    """A metric beyond a limit. A reading without the metric says nothing."""

    metric: str
    limits: Limits

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({self.metric})

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        value = moment.reading.metrics.get(self.metric)
        if value is None:
            return memory, "on" in memory
        return latched(self.limits.now("on" in memory, value))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate(Condition):
    """A metric's slope beyond a limit, in units `per` span: the median of the slopes between the
    readings `within` the last span (Theil–Sen: up to 29 % of them may be wrong). It takes three
    readings over half of the span; of more than one in an eighth of it, the newest counts."""

    metric: str
    limits: Limits
    within: timedelta
    per: timedelta

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({self.metric})

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        value = moment.reading.metrics.get(self.metric)
        on = "on" in memory
        if value is None:
            return memory, on
        points = self._points(memory, moment.ms, value)
        slope = self._slope(points)
        on = on if slope is None else self.limits.now(on, slope)
        return {"points": points} | ({"on": 1} if on else {}), on

    def _points(self, memory: Memory, ms: int, value: float) -> list[list[float]]:
        span = self.within / MILLISECOND
        points = [point for point in memory.get("points", ()) if point[0] >= ms - span]
        if len(points) > 1 and points[-1][0] - points[-2][0] < span / POINTS:
            points.pop()
        return [*points, [ms, value]]

    def _slope(self, points: list[list[float]]) -> float | None:
        if len(points) < FEWEST_POINTS or points[-1][0] - points[0][0] < (
            self.within / MILLISECOND / 2
        ):
            return None
        slopes = [
            (later[1] - earlier[1]) / (later[0] - earlier[0])
            for index, earlier in enumerate(points)
            for later in points[index + 1 :]
            if later[0] > earlier[0]
        ]
        return median(slopes) * (self.per / MILLISECOND)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviation(Condition):
    """A metric far from the device's own baseline: see `deviation`."""

    of: deviation.Deviation

    @property
    def inputs(self) -> frozenset[str]:
        return self.of.inputs

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        value = moment.reading.metrics.get(self.of.metric)
        return self.of.step(dict(memory), moment.reading.at, value)
