"""The issues of a time, from what was counted: how many, how grave, whether they grow. Pure.

An issue is what contacts are about (its nature: a category of the playbook's) in one severity.
Its frequency is contacts a week; a conversation or a review is one contact, however many messages
it has. Its priority is nature × severity × frequency, by the weights below.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chalicelib.device_limits import Severity
from chalicelib.voice.facts import Cell
from chalicelib.voice.trend import Trend, trend

NATURE: Mapping[Severity, float] = {"info": 1, "warning": 2, "critical": 3}
"""The weight of a category, by the severity that the playbook says such matters have as a rule."""

SEVERITY: Mapping[Severity, float] = {"info": 1, "warning": 3, "critical": 9}
"""The weight of how grave the contacts themselves were: one step up counts as three."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """By severity of the contacts, and by category; what has none weighs 1."""

    nature: Mapping[str, float] = field(default_factory=dict)
    severity: Mapping[Severity, float] = field(default_factory=lambda: SEVERITY)

    def of(self, category: str, severity: Severity) -> tuple[float, float]:
        return self.nature.get(category, 1.0), self.severity[severity]


WEEK, WEEKS_BEFORE = 7, 4
MOST_PARTS = 20
"""Channels and products that are told of one issue, the most frequent."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The days asked for, both ends included, and the moment it is now in the brand's zone."""

    first: date
    last: date
    now: datetime
    channel: str | None = None
    product: str | None = None

    @property
    def days(self) -> list[str]:
        """All that must be read: the days asked for, and those that the trend compares."""
        start = min(self.first, self.recent - timedelta(days=WEEK * WEEKS_BEFORE))
        return _days(start, self.last)

    @property
    def recent(self) -> date:
        """The first day of the last week."""
        return self.last - timedelta(days=WEEK - 1)

    def length(self, first: date) -> float:
        """Days from the first one until now, or until the last one is over: of today only as much
        as has passed."""
        days = (self.last - first).days + 1.0
        if self.last < self.now.date():
            return days
        passed = timedelta(hours=self.now.hour, minutes=self.now.minute) / timedelta(days=1)
        return days - 1 + passed


@dataclass(frozen=True, kw_only=True)
class Issue:
    """`count` contacts in the days asked for, `per_week` as a rate; `weights` are those of its
    nature and its severity. `weeks` are the counts of the last week and the four before it, oldest
    first."""

    category: str
    severity: Severity
    count: int
    per_week: float
    weights: tuple[float, float]
    channels: Mapping[str, int]
    products: Mapping[str, int]
    weeks: tuple[int, ...]
    trend: Trend

    @property
    def priority(self) -> float:
        nature, severity = self.weights
        return nature * severity * self.per_week


@dataclass(kw_only=True)
class _Heap:
    days: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    products: Counter[str] = field(default_factory=Counter)


def issues(
    counters: Mapping[str, Mapping[str, int]],
    asked: Asked,
    weights: Weights,
) -> list[Issue]:
    """By priority, the first first. `counters` by day and counter."""
    wanted = set(_days(asked.first, asked.last))
    heaps: dict[tuple[str, Severity], _Heap] = defaultdict(_Heap)
    for day, counts in counters.items():
        for counter, n in counts.items():
            cell = Cell.parse(counter)
            if not n or not _fits(cell, asked):
                continue
            heap = heaps[cell.category, cell.severity]
            heap.days[day] += n
            if day in wanted:
                heap.channels[cell.channel] += n
                heap.products[cell.product] += n
    former = _former_days(counters, asked)
    found = [_issue(name, heap, asked, weights, former) for name, heap in heaps.items()]
    seen = [one for one in found if one.count]
    return sorted(seen, key=lambda one: (-one.priority, -one.count, one.category, one.severity))


def _issue(
    name: tuple[str, Severity],
    heap: _Heap,
    asked: Asked,
    weights: Weights,
    former_days: float,
) -> Issue:
    category, severity = name
    count = sum(heap.channels.values())
    per_week = count / max(asked.length(asked.first), 1.0) * WEEK
    weeks = _weeks(heap.days, asked)
    return Issue(
        category=category,
        severity=severity,
        count=count,
        per_week=per_week,
        weights=weights.of(category, severity),
        channels=dict(heap.channels.most_common(MOST_PARTS)),
        products=dict(heap.products.most_common(MOST_PARTS)),
        weeks=weeks,
        trend=trend(weeks[-1], asked.length(asked.recent), sum(weeks[:-1]), former_days),
    )


def _weeks(days: Mapping[str, int], asked: Asked) -> tuple[int, ...]:
    starts = [asked.recent - timedelta(days=WEEK * n) for n in range(WEEKS_BEFORE, -1, -1)]
    return tuple(
        sum(days.get(day, 0) for day in _days(start, start + timedelta(days=WEEK - 1)))
        for start in starts
    )


def _former_days(counters: Mapping[str, Mapping[str, int]], asked: Asked) -> float:
    """Of the four weeks before the last one, the days since anything at all was counted first: a
    brand that began ten days ago has no four weeks of silence behind it."""
    start = asked.recent - timedelta(days=WEEK * WEEKS_BEFORE)
    lively = [day for day, counts in counters.items() if any(counts.values())]
    known = max(date.fromisoformat(min(lively)), start) if lively else asked.recent
    return float(max((asked.recent - known).days, 0))


def _fits(cell: Cell, asked: Asked) -> bool:
    return asked.channel in (None, cell.channel) and asked.product in (None, cell.product)


def _days(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
