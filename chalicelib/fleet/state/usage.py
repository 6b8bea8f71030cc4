"""How much a device is used: from its counters, day by day. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

DAYS = 28
"""How many days of usage a trend is drawn from."""

Days = tuple[tuple[int, float], ...]
"""(day, counter's last value on it), days as ordinals in UTC; the newest is not over yet."""

Spell = tuple[int, float]
"""(whole days, what was counted over them)."""


def counted(
    usage: Mapping[str, Days], at: datetime, counters: Mapping[str, float]
) -> Mapping[str, Days]:
    """The days with one more report, which is the newest."""
    day = at.astimezone(UTC).toordinal()
    return {**usage, **{name: _with(usage.get(name, ()), day, v) for name, v in counters.items()}}


def _with(days: Days, day: int, value: float) -> Days:
    before = days[:-1] if days and days[-1][0] == day else days
    return tuple(one for one in (*before, (day, value)) if one[0] >= day - DAYS)


def spells(days: Sequence[tuple[int, float]]) -> list[Spell]:
    """The usage from each day with a report to the next, of days that are over.

    A value that its neighbours contradict (a glitch to 0, or far up, and back) is no reading; a
    spell in which the counter started again is left out.
    """
    return [
        (later - day, then - value)
        for (day, value), (later, then) in pairwise(_credible(days[:-1]))
        if then >= value
    ]


def _credible(days: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    kept = list(days[:1])
    for one, after in pairwise(days[1:]):
        before = kept[-1][1]
        dip = one[1] < before <= after[1]
        peak = before <= after[1] < one[1]
        if not dip and not peak:
            kept.append(one)
    return [*kept, *days[1:][-1:]]
