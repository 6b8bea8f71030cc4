"""Conditions of upkeep: usage and time since the last maintenance. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.fleet.rules.conditions import Condition, Moment, latched
from chalicelib.fleet.state.device import MAINTENANCE, Memory, Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage(Condition):
    """A counter that has grown by `every` since the last maintenance (of `plan`). Only maintenance
    turns it off: a counter that falls to 0 for once has not been maintained."""

    counter: str
    every: float
    plan: str = ""

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({self.counter})

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        maintenance = moment.reading.mark == MAINTENANCE
        values = moment.standing.last if maintenance else moment.reading.counters
        value = values.get(self.counter)
        if value is None:
            return memory, "on" in memory
        due = value - moment.standing.baseline(self.counter, self.plan) >= self.every
        return latched(due or ("on" in memory and not maintenance))


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar(Condition):
    """So long since the last maintenance (of `plan`), before the first since registration."""

    every: timedelta
    plan: str = ""

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        due = self.deadline(memory, moment.standing, moment.since)
        return memory, due is not None and moment.reading.at >= due

    def deadline(
        self, memory: Memory, standing: Standing, since: datetime | None
    ) -> datetime | None:
        start = standing.maintained_at(self.plan) or since
        return start + self.every if start else None
