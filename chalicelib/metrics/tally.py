"""What is counted: increments of named counters, and lines of the lists behind them. Pure.

A counter is named `code|dimension|detail`: what is counted, of which channel ("c:whatsapp") or
category ("k:delivery"), and a detail (an hour, a score, a bucket).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalicelib.clock import iso
from chalicelib.metrics.histograms import bucket
from chalicelib.metrics.opening import open_seconds
from chalicelib.times import WorkingHours

NONE = "none"
"""The channel or category of what has none."""

Spell = tuple[datetime, datetime]
"""A time, from and to."""

WALL, BUSINESS = "w", "b"
"""By which clock a length of time is counted: the wall's, or the brand's working hours."""


def plain(text: str | None) -> str:
    """A channel's or category's name as it can stand in a counter's, and in a key."""
    return quote((text or NONE)[:80], safe="") or NONE


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The brand's days and working hours."""

    hours: WorkingHours

    @property
    def zone(self) -> ZoneInfo:
        return self.hours.zone

    def day(self, at: datetime) -> str:
        """The day of a moment in the brand's zone: "2026-11-23"."""
        return self.local(at).date().isoformat()

    def hour(self, at: datetime) -> str:
        return f"{self.local(at):%H}"

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


def figure_list(figure: str, day: str) -> str:
    """The name of the list behind a figure's day."""
    return f"KPI#{figure}#{day}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the list behind a figure: which day's, of which channel, when, and what of it.

    `name` tells the conversation's lines from one another.
    """

    conversation_id: str
    name: str
    figure: str
    day: str
    channel: str
    at: datetime
    value: str = ""

    @property
    def place(self) -> str:
        """Where it stands in the list of its day: by channel, then by time."""
        return f"{self.channel}#{iso(self.at)}#{self.value}#{self.conversation_id}#{self.name}"

    @property
    def listed(self) -> tuple[str, str]:
        """The list, and its place there."""
        return figure_list(self.figure, self.day), self.place


@dataclass(kw_only=True)
class Tally:
    """Increments by (day, counter), and rows."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)

    def add(self, day: str, code: str, *dimensions: str, detail: str = "", by: int = 1) -> None:
        for dimension in dimensions:
            self.counts[day, f"{code}|{dimension}|{detail}"] += by

    def time(
        self,
        calendar: Calendar,
        day: str,
        code: str,
        dimension: str,
        start: datetime,
        end: datetime,
    ) -> None:
        """A length of time, by both clocks."""
        self.spells(calendar, day, code, dimension, [(start, end)])

    def spells(
        self, calendar: Calendar, day: str, code: str, dimension: str, parts: Sequence[Spell]
    ) -> None:
        """A length of time that passed in parts, by both clocks."""
        wall = bucket(sum((end - start).total_seconds() for start, end in parts))
        open_ = bucket(sum(open_seconds(calendar.hours, start, end) for start, end in parts))
        self.add(day, code, dimension, detail=f"{WALL}{wall}")
        self.add(day, code, dimension, detail=f"{BUSINESS}{open_}")


def without(whole: Spell, paused: Iterable[Spell]) -> Iterator[Spell]:
    """What is left of a spell, in order; what paused before it began doesn't matter to it."""
    at, end = whole
    for since, until in sorted(one for one in paused if one[0] >= at):
        if at < min(since, end):
            yield at, min(since, end)
        at = max(at, until)
    if at < end:
        yield at, end


def channel_dimension(channel: str | None) -> str:
    return f"c:{plain(channel)}"


def category_dimension(category: str | None) -> str:
    return f"k:{plain(category)}"


def days_between(first: date, last: date) -> list[str]:
    """All days from the first to the last, both included."""
    return [
        date.fromordinal(number).isoformat()
        for number in range(first.toordinal(), last.toordinal() + 1)
    ]


_TRAFFIC = ("in", "out_human", "out_bot")
_TIMES = ("first_", "next_", "solving", "handling")


def part(counter: str) -> str:
    """Into which part of its day a counter goes. What is written often is kept apart from what is
    large, since a write costs by the size of all that lies with it: T traffic, H lengths of time,
    K categories, C whatever else."""
    code, dimension, _ = counter.split("|")
    if dimension.startswith("k:"):
        return "K"
    if code in _TRAFFIC:
        return "T"
    return "H" if code.startswith(_TIMES) else "C"
