"""What can be true of a device: conditions as values, each stepping from entry to entry. Pure.

A condition is a small automaton: `step` takes what it remembers and one entry in the order of time,
and gives what it remembers next and whether it is on. What it remembers are JSON values, so that a
device can be put away and taken up again anywhere. A new kind is a frozen dataclass with the
members of `Condition`; nothing else knows the kinds.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.fleet.state.device import Memory, Reading, Standing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One entry as conditions see it: with the baselines it is judged on, and the device's
    registration `since`."""

    reading: Reading
    standing: Standing
    since: datetime | None = None

    @property
    def ms(self) -> int:
        return to_ms(self.reading.at)


NOTHING: frozenset[str] = frozenset()


class Condition(ABC):
    """`inputs` are the metrics and counters it looks at, `codes` the error codes: only those are
    kept in a device's window. `deadline` is the next moment at which time alone changes it."""

    __slots__ = ()

    @property
    def inputs(self) -> frozenset[str]:
        return NOTHING

    @property
    def codes(self) -> frozenset[str]:
        return NOTHING

    @abstractmethod
    def step(self, memory: Memory, moment: Moment) -> tuple[Memory, bool]: ...

    def deadline(
        self,
        memory: Memory,
        standing: Standing,
        since: datetime | None,
    ) -> datetime | None:
        return None


def soonest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def to_ms(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: float) -> datetime:
    return EPOCH + ms * MILLISECOND


def latched(on: bool) -> tuple[Memory, bool]:
    """Remembering nothing but whether it is on."""
    return ({"on": 1} if on else {}), on
