"""A rule: when its alert is open and how grave it is, from entry to entry. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.fleet.rules.conditions import (
    MILLISECOND,
    NOTHING,
    Condition,
    Moment,
    from_ms,
    soonest,
)
from chalicelib.fleet.state.device import CLEAR, Memory, Standing
from chalicelib.times import DAYS

SEVERITIES = ("info", "warning", "critical")
"""From the mildest to the gravest."""


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """While `when` is on, the alert is at least this grave."""

    severity: str
    when: Condition


class ActiveHours(msgspec.Struct, frozen=True, kw_only=True):
    """The local hours in which a rule may raise or escalate; overnight ones belong to the day they
    start on."""

    start: time
    end: time
    days: frozenset[str]
    zone: ZoneInfo

    def holds(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        clock = local.time().replace(tzinfo=None)
        day = local
        if self.start < self.end:
            within = self.start <= clock < self.end
        else:
            within = clock >= self.start or clock < self.end
            if clock < self.end:
                day = local - timedelta(days=1)
        return within and DAYS[day.weekday()] in self.days


class Damping(msgspec.Struct, frozen=True, kw_only=True):
    """What was raised so often `within` a span closes only after `calm`."""

    raised: int = 3
    within: timedelta = timedelta(hours=1)
    calm: timedelta = timedelta(minutes=30)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One alert's rule. `print` is a digest of all that decides: a rule that has changed starts
    without a memory of its former self.

    The alert is open while any level is on, as grave as the gravest that is. It is raised and
    escalated in its active hours only. A person's word closes it, and mutes the rule until its
    trouble is over for once.
    """

    name: str
    levels: tuple[Level, ...]
    print: str = ""
    active: ActiveHours | None = None
    damping: Damping = Damping()

    @property
    def inputs(self) -> frozenset[str]:
        return NOTHING.union(*(level.when.inputs for level in self.levels))

    @property
    def codes(self) -> frozenset[str]:
        return NOTHING.union(*(level.when.codes for level in self.levels))

    def own(self, memories: Mapping[str, Memory]) -> Memory:
        """What this rule remembers, if it is still the one that remembered it."""
        memory = memories.get(self.name, {})
        return memory if memory.get("print", "") == self.print else {}

    def step(self, memory: Memory, moment: Moment) -> Memory:
        """The next memory; `severity_in` and `since_in` read the alert from it."""
        stepped = [
            level.when.step(own, moment)
            for level, own in zip(self.levels, self._levels(memory), strict=True)
        ]
        trouble = self._gravest([on for _, on in stepped])
        after = self._decided(memory, trouble, moment)
        inner = [own for own, _ in stepped]
        if any(inner):
            after["levels"] = inner
        if after and self.print:
            after["print"] = self.print
        return after

    def _levels(self, memory: Memory) -> list[Memory]:
        found: list[Memory] = memory.get("levels", [{}] * len(self.levels))
        return found

    def _gravest(self, on: list[bool]) -> str | None:
        severities = [level.severity for level, is_on in zip(self.levels, on, strict=True) if is_on]
        return max(severities, key=SEVERITIES.index, default=None)

    def _decided(self, memory: Memory, trouble: str | None, moment: Moment) -> dict[str, object]:
        severity = severity_in(memory)
        raises = [ms for ms in memory.get("raises", ()) if ms > moment.ms - self._damped_ms]
        kept: dict[str, object] = {"raises": raises} if raises else {}
        if moment.reading.mark == CLEAR + self.name:
            return {**kept, "muted": 1} if trouble else kept
        if trouble is None:
            return self._calmer(memory, severity, moment, kept)
        if "muted" in memory:
            return {**kept, "muted": 1}
        awake = self.active is None or self.active.holds(moment.reading.at)
        if severity is None:
            return self._raised(trouble, moment, raises) if awake else kept
        graver = SEVERITIES.index(trouble) > SEVERITIES.index(severity)
        held = severity if graver and not awake else trouble
        if "calm" in memory:  # It has come on once more, though nobody was told that it was off.
            kept = {"raises": [*raises, moment.ms][-self.damping.raised :]}
        return {**kept, "severity": held, "since": memory["since"]}

    def _raised(self, severity: str, moment: Moment, raises: list[int]) -> dict[str, object]:
        recent = [*raises, moment.ms][-self.damping.raised :]
        return {"severity": severity, "since": moment.ms, "raises": recent}

    def _calmer(
        self, memory: Memory, severity: str | None, moment: Moment, kept: dict[str, object]
    ) -> dict[str, object]:
        if severity is None:
            return dict(kept)
        flapping = len(memory.get("raises", ())) >= self.damping.raised
        calm = memory.get("calm", moment.ms)
        if not flapping or moment.ms - calm >= self.damping.calm / MILLISECOND:
            return dict(kept)
        raises = memory["raises"]
        open_still = {"severity": severity, "since": memory["since"], "calm": calm}
        return {**open_still, "raises": raises}

    @property
    def _damped_ms(self) -> float:
        return self.damping.within / MILLISECOND

    def deadline(
        self, memory: Memory, standing: Standing, since: datetime | None
    ) -> datetime | None:
        """The next moment at which time alone may open or close the alert."""
        calm = memory.get("calm")
        return soonest(
            from_ms(calm) + self.damping.calm if calm is not None else None,
            *(
                level.when.deadline(own, standing, since)
                for level, own in zip(self.levels, self._levels(memory), strict=True)
            ),
        )


def severity_in(memory: Memory) -> str | None:
    """How grave the alert is; None while none is open."""
    found: str | None = memory.get("severity")
    return found


def since_in(memory: Memory) -> datetime:
    """Since when the alert is open."""
    return from_ms(memory["since"])
