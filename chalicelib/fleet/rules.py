"""What a brand wants to hear of: rules as values that judge one reading at a time.

A new kind of rule is a frozen dataclass with the members of `Rule`; nothing else knows the kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from chalicelib.errors import PlaybookError
from chalicelib.fleet.state import Reading

SEVERITIES = ("info", "warning", "critical")
"""From the mildest to the gravest."""

Baselines = Mapping[str, float]
"""Counter → its value at the last maintenance; a counter that isn't in it counts from 0."""


class Rule(Protocol):
    """`opens` is asked while no alert of the rule is open, `closes` while one is.

    A reading that lacks the rule's value says neither. `inputs` names the metrics and counters it
    looks at: only those are kept in a device's window.
    """

    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def inputs(self) -> frozenset[str]: ...
    def opens(self, reading: Reading, baselines: Baselines) -> bool: ...
    def closes(self, reading: Reading, baselines: Baselines) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """A metric beyond a limit, with hysteresis.

    Either opens above `raise_above` and closes below `clear_below`, or opens below `raise_below`
    and closes above `clear_above`; the limit to clear is by default the limit to raise. A value
    between the two, or on either, changes nothing. Raises PlaybookError if the limits contradict.
    """

    name: str
    metric: str
    severity: str
    raise_above: float | None = None
    clear_below: float | None = None
    raise_below: float | None = None
    clear_above: float | None = None

    def __post_init__(self) -> None:
        _check(self.name, self.severity)
        limits = (self.raise_above, self.clear_below, self.raise_below, self.clear_above)
        if not all(limit is None or isfinite(limit) for limit in limits):
            raise PlaybookError(f"rule {self.name}: limits must be finite numbers")
        if (self.raise_above is None) == (self.raise_below is None):
            raise PlaybookError(f"rule {self.name}: set either raise_above or raise_below")
        if self.raise_above is not None:
            self._check_above(self.raise_above)
        if self.raise_below is not None:
            self._check_below(self.raise_below)

    def _check_above(self, limit: float) -> None:
        if self.clear_above is not None:
            raise PlaybookError(f"rule {self.name}: raise_above goes with clear_below")
        if self.clear_below is not None and self.clear_below > limit:
            raise PlaybookError(f"rule {self.name}: clear_below must not exceed raise_above")

    def _check_below(self, limit: float) -> None:
        if self.clear_below is not None:
            raise PlaybookError(f"rule {self.name}: raise_below goes with clear_above")
        if self.clear_above is not None and self.clear_above < limit:
            raise PlaybookError(f"rule {self.name}: clear_above must not be under raise_below")

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({self.metric})

    def opens(self, reading: Reading, baselines: Baselines) -> bool:  # noqa: ARG002
        value = reading.metrics.get(self.metric)
        if value is None:
            return False
        if self.raise_above is not None:
            return value > self.raise_above
        return self.raise_below is not None and value < self.raise_below

    def closes(self, reading: Reading, baselines: Baselines) -> bool:  # noqa: ARG002
        value = reading.metrics.get(self.metric)
        if value is None:
            return False
        if self.raise_above is not None:
            return value < (self.raise_above if self.clear_below is None else self.clear_below)
        limit = self.raise_below if self.clear_above is None else self.clear_above
        return limit is not None and value > limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """A counter that has grown by `every` since the last maintenance; only maintenance closes it.

    Raises PlaybookError unless `every` is above 0.
    """

    name: str
    counter: str
    every: float
    severity: str

    def __post_init__(self) -> None:
        _check(self.name, self.severity)
        if not (isfinite(self.every) and self.every > 0):
            raise PlaybookError(f"rule {self.name}: every must be a number above 0")

    @property
    def inputs(self) -> frozenset[str]:
        return frozenset({self.counter})

    def opens(self, reading: Reading, baselines: Baselines) -> bool:
        value = reading.counters.get(self.counter)
        return value is not None and value - baselines.get(self.counter, 0.0) >= self.every

    def closes(self, reading: Reading, baselines: Baselines) -> bool:  # noqa: ARG002
        return reading.maintenance and self.counter in reading.counters


def _check(name: str, severity: str) -> None:
    if not name:
        raise PlaybookError("a device rule lacks its name")
    if severity not in SEVERITIES:
        raise PlaybookError(f"rule {name}: severity must be one of {', '.join(SEVERITIES)}")
