"""Conditions around others: together, often, for long. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.fleet.rules.conditions import (
    MILLISECOND,
    NOTHING,
    Condition,
    Moment,
    from_ms,
    soonest,
)
from chalicelib.fleet.state.device import Memory, Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Group(Condition):
    """All or any of several conditions."""

    of: tuple[Condition, ...]
    every: bool

    @property
    def inputs(self) -> frozenset[str]:
        return NOTHING.union(*(one.inputs for one in self.of))

    @property
    def codes(self) -> frozenset[str]:
        return NOTHING.union(*(one.codes for one in self.of))

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        before = memory.get("of", [{}] * len(self.of))
        stepped = [one.step(own, moment) for one, own in zip(self.of, before, strict=True)]
        on = (all if self.every else any)(on for _, on in stepped)
        inner = [own for own, _ in stepped]
        return ({"of": inner} if any(inner) else {}), on

    def deadline(
        self, memory: Memory, standing: Standing, since: datetime | None
    ) -> datetime | None:
        before = memory.get("of", [{}] * len(self.of))
        return soonest(
            *(one.deadline(own, standing, since) for one, own in zip(self.of, before, strict=True))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Count(Condition):
    """`of` was on in (with `starts`: came on with) at least so many reports `within` a span."""

    of: Condition
    at_least: int
    within: timedelta
    starts: bool = False

    @property
    def inputs(self) -> frozenset[str]:
        return self.of.inputs

    @property
    def codes(self) -> frozenset[str]:
        return self.of.codes

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        inner, on = self.of.step(memory.get("of", {}), moment)
        start = moment.ms - self.within / MILLISECOND
        times = [time for time in memory.get("times", ()) if time > start]
        if on and moment.reading.reported and not (self.starts and "was" in memory):
            times = [*times, moment.ms][-self.at_least :]
        after = {"of": inner, "times": times} | ({"was": 1} if on else {})
        return _dense(after), len(times) >= self.at_least

    def deadline(
        self, memory: Memory, standing: Standing, since: datetime | None
    ) -> datetime | None:
        times = memory.get("times", ())
        return from_ms(times[0]) + self.within if len(times) >= self.at_least else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Held(Condition):
    """`of` has been on for a span, from one report to another; off as soon as `of` is."""

    of: Condition
    span: timedelta

    @property
    def inputs(self) -> frozenset[str]:
        return self.of.inputs

    @property
    def codes(self) -> frozenset[str]:
        return self.of.codes

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        inner, on = self.of.step(memory.get("of", {}), moment)
        after = {"of": inner} if inner else {}
        if not on:
            return after, False
        since = memory.get("since", moment.ms)
        long = moment.ms - since >= self.span / MILLISECOND
        # Time alone proves nothing: the last word of a device that fell silent may be long untrue.
        held = "held" in memory or (long and moment.reading.reported)
        return after | {"since": since} | ({"held": 1} if held else {}), held

    def deadline(
        self, memory: Memory, standing: Standing, since: datetime | None
    ) -> datetime | None:
        return self.of.deadline(memory.get("of", {}), standing, since)


def _dense(memory: Memory) -> Memory:
    return {name: value for name, value in memory.items() if value not in ({}, [])}
