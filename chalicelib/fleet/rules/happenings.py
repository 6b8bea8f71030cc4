"""Conditions on what happens, and on what doesn't: error codes, silence. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from chalicelib.fleet.rules.conditions import MILLISECOND, Condition, Moment, from_ms, latched
from chalicelib.fleet.state.device import Memory, Standing

INTERVALS = 9
"""How many of its last intervals a device's rhythm is the median of."""
FEWEST_INTERVALS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Error(Condition):
    """The newest report carries one of these codes ("*": any)."""

    wanted: frozenset[str]

    @property
    def codes(self) -> frozenset[str]:
        return self.wanted

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        if not moment.reading.reported:
            return memory, "on" in memory
        said = moment.reading.errors
        return latched(bool(said) if "*" in self.wanted else not self.wanted.isdisjoint(said))


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence(Condition):
    """No report for `factor` times the median of the last intervals, within bounds. Until three
    intervals are known, for `at_most`; a device that has never reported is not silent but new."""

    factor: float
    at_least: timedelta
    at_most: timedelta

    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]:
        last = memory.get("last")
        if not moment.reading.reported:
            return memory, last is not None and moment.reading.at >= self._ends(memory)
        if last is None:
            return {"last": moment.ms}, False
        gaps = [*memory.get("gaps", ()), moment.ms - last][-INTERVALS:]
        return {"last": moment.ms, "gaps": gaps}, False

    def _ends(self, memory: Memory) -> datetime:
        gaps = memory.get("gaps", ())
        limit = self.at_most
        if len(gaps) >= FEWEST_INTERVALS:
            own = min(self.factor * median(gaps) * MILLISECOND, self.at_most)
            limit = max(own, self.at_least)
        return from_ms(memory["last"]) + limit

    def deadline(
        self,
        memory: Memory,
        standing: Standing,
        since: datetime | None,
    ) -> datetime | None:
        return self._ends(memory) if "last" in memory else None
