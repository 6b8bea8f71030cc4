"""Invented sensor series with labelled windows, for measuring `fleet.baseline`.

Each kind imitates one way that real metrics behave, normal oddities included (daily jobs, lone
outliers, level changes that nobody minds). The windows follow the custom of the public collections:
about a tenth of the series in all, centred on what is wrong.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""
Row = tuple[datetime, float]
Window = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    name: str
    rows: tuple[Row, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The times of a series: `count` readings, `minutes` apart; `events` places of faults, as
    indexes, somewhere in the last four fifths."""

    rng: Random
    minutes: float
    count: int
    events: tuple[int, ...]

    @property
    def width(self) -> int:
        """Readings in the window of one event."""
        return self.count // 10 // max(1, len(self.events))

    def hours(self, index: int) -> float:
        return index * self.minutes / 60

    def weekday(self, index: int) -> int:
        return int(self.hours(index) // 24) % 7

    def daily(self, index: int, peak: float = 15.0) -> float:
        """A wave from 0 to 1 and back, highest at `peak` o'clock."""
        return 0.5 + 0.5 * math.cos((self.hours(index) - peak) / 24 * 2 * math.pi)

    def since(self, index: int, lasting: float) -> float | None:
        """Hours since the event that `index` is in, if it came at most `lasting` hours ago."""
        for event in self.events:
            hours = self.hours(index - event)
            if 0 <= hours < lasting:
                return hours
        return None


def grid(seed: int, minutes: float, count: int, events: int) -> Grid:
    rng = Random(seed)
    usable = int(count * 0.75)
    places = [
        int(count * 0.2 + usable * (part + rng.uniform(0.15, 0.85)) / max(1, events))
        for part in range(events)
    ]
    return Grid(rng=rng, minutes=minutes, count=count, events=tuple(places))


def series(name: str, of: Grid, values: Sequence[float]) -> Series:
    times = [START + timedelta(minutes=of.minutes * index) for index in range(of.count)]
    half = of.width // 2
    windows = tuple(
        (times[max(0, event - half)], times[min(of.count - 1, event + half)]) for event in of.events
    )
    return Series(name=name, rows=tuple(zip(times, values, strict=True)), windows=windows)


def wander(rng: Random, count: int, step: float, back: float) -> list[float]:
    """A random walk that is drawn back to 0 by the part `back` of the way each step."""
    at, walk = 0.0, []
    for _ in range(count):
        at += rng.gauss(0, step) - back * at
        walk.append(at)
    return walk


def generate(kind: str, seed: int) -> Series:
    """The series of that kind (a key of `series_kinds.KINDS`), the same for the same seed."""
    from tests.support.series_kinds import IRREGULAR, KINDS

    minutes, count, events, make = KINDS[kind]
    of = grid(seed * 7919 + sum(map(ord, kind)), minutes, count, events)
    made = series(f"{kind}-{seed}", of, make(of))
    if kind not in IRREGULAR:
        return made
    return replace(made, rows=tuple(row for row in made.rows if of.rng.random() < 2 / 3))


Make = Callable[[Grid], list[float]]
