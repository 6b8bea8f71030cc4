"""From counters to figures. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.intervals import wilson
from chalicelib.metrics import rates
from chalicelib.metrics.definitions import FIGURES
from chalicelib.metrics.histograms import quantile
from chalicelib.metrics.tally import BUSINESS, WALL, category_dimension, channel_dimension

Counters = Mapping[str, Mapping[str, int]]
"""By day, then by the counter's name."""

SCORES = ("1", "2", "3", "4", "5")
GOOD = ("4", "5")


@dataclass(frozen=True, kw_only=True)
class Times:
    """Lengths of time by one clock, in seconds, within `histograms.ERROR`."""

    count: int
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a figure comes to. `value` None: nothing to work it out of. `low` and `high` bound a
    share or score with 95 %; `count` is what it is of, and `part` those of it that count."""

    value: float | None = None
    count: int | None = None
    part: int | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    wall: Times | None = None
    business: Times | None = None
    split: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Behaved:
    """Of those who gave this score, what they then did."""

    score: int
    answers: int
    came_back: Figure
    ordered: Figure


class Totals:
    """Sums of counters, by code and detail."""

    def __init__(self, counters: Iterable[Mapping[str, int]], dimension: str) -> None:
        """`dimension`: a channel's or category's, or "c:" for all channels together."""
        self._sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for day in counters:
            for name, n in day.items():
                code, of, detail = name.split("|")
                if of == dimension or (dimension == "c:" and of.startswith("c:")):
                    self._sums[code][detail] += n

    def sum(self, code: str) -> int:
        return sum(self.by(code).values())

    def by(self, code: str) -> Mapping[str, int]:
        return self._sums.get(code, {})


def dimension(channel: str | None, category: str | None) -> str:
    if category is not None:
        return category_dimension(category)
    return channel_dimension(channel) if channel is not None else "c:"


def figures(totals: Totals) -> dict[str, Figure]:
    """Every figure of `definitions`, in its order."""
    found = _counts(totals) | _times(totals) | _shares(totals)
    found["csat"] = _csat(totals.by("csat"))
    found["nps"] = _nps(totals.by("nps"))
    return {name: found[name] for name in FIGURES}


_COUNTED = {
    "messages_in": "in",
    "answers_human": "out_human",
    "answers_bot": "out_bot",
    "opened": "open",
    "alert_cases": "alarm",
    "resolved": "done",
    "reopened": "again",
}
_TIMED = {
    "first_response_human": "first_human",
    "first_response_bot": "first_bot",
    "next_response_human": "next_human",
    "next_response_bot": "next_bot",
    "resolution_time": "solving",
    "resolution_time_running": "solving_running",
    "handling_time": "handling",
}
_SHARED = {
    "fcr": ("once_kept", "once"),
    "csat_response": ("answered_satisfaction", "asked_satisfaction"),
    "nps_response": ("answered_nps", "asked_nps"),
    "sla_first_response": ("kept_first_response", "due_first_response"),
    "sla_resolution": ("kept_resolution", "due_resolution"),
    "deflection": ("deflected", "served"),
    "review_conversion": ("reminded_reviewed", "reminded"),
}
_LATE = ("first_response", "next_response", "resolution")


def _counts(totals: Totals) -> dict[str, Figure]:
    found = {}
    for name, code in _COUNTED.items():
        n = totals.sum(code)
        found[name] = Figure(value=n, count=n)
    late = {target: totals.sum(f"late_{target}") for target in _LATE}
    n = sum(late.values())
    found["sla_missed"] = Figure(value=n, count=n, split=late)
    return found


def _times(totals: Totals) -> dict[str, Figure]:
    found = {}
    for name, code in _TIMED.items():
        wall, business = _clock(totals.by(code), WALL), _clock(totals.by(code), BUSINESS)
        found[name] = Figure(value=wall.median, count=wall.count, wall=wall, business=business)
    return found


def _clock(counted: Mapping[str, int], clock: str) -> Times:
    buckets = {int(name[1:]): n for name, n in counted.items() if name[0] == clock and n > 0}
    return Times(
        count=sum(buckets.values()), median=quantile(buckets, 0.5), p90=quantile(buckets, 0.9)
    )


def _shares(totals: Totals) -> dict[str, Figure]:
    return {
        name: share(totals.sum(part), totals.sum(whole)) for name, (part, whole) in _SHARED.items()
    }


def share(part: int, whole: int) -> Figure:
    """A share with its 95 % interval; no value of nothing."""
    if whole <= 0:
        return Figure(count=0, part=0)
    low, high = wilson(part, whole)
    return Figure(value=part / whole, count=whole, part=part, low=low, high=high)


def _csat(scores: Mapping[str, int]) -> Figure:
    split = {score: scores.get(score, 0) for score in SCORES}
    whole = sum(split.values())
    of = share(sum(split[score] for score in GOOD), whole)
    mean = sum(int(score) * n for score, n in split.items()) / whole if whole else None
    return Figure(
        value=of.value, count=whole, part=of.part, low=of.low, high=of.high, mean=mean, split=split
    )


def _nps(scores: Mapping[str, int]) -> Figure:
    split = {"promoters": 0, "passives": 0, "detractors": 0}
    for score, n in scores.items():
        kind = "promoters" if int(score) >= 9 else "passives" if int(score) >= 7 else "detractors"
        split[kind] += n
    if not sum(split.values()):
        return Figure(count=0, split=split)
    value, low, high = rates.nps(split["promoters"], split["passives"], split["detractors"])
    return Figure(value=value, count=sum(split.values()), low=low, high=high, split=split)


def behaved(totals: Totals) -> list[Behaved]:
    """What customers said, beside what they then did."""
    answers, back, bought = (totals.by(code) for code in ("csat", "csat_back", "csat_bought"))
    return [
        Behaved(
            score=int(score),
            answers=answers.get(score, 0),
            came_back=share(back.get(score, 0), answers.get(score, 0)),
            ordered=share(bought.get(score, 0), answers.get(score, 0)),
        )
        for score in SCORES
    ]
