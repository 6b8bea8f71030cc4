"""Which value is expected at a time of day and week, and the learning of it. Pure.

Three forecasts compete: the level of the last days, the hour of the day, the hour of the week. The
one that has erred least so far is followed, so a metric without seasons isn't charged for them.
"""

from math import isnan

from chalicelib.fleet.baseline.memory import DAY_BINS, WEEK_BINS, Memory
from chalicelib.fleet.baseline.settings import Settings
from chalicelib.fleet.baseline.weights import CLIP, Weights

_SETTLED = 60
"""Readings after which clipping begins: before, there is no scale to clip by."""
_DAY_WEIGHT, _WEEK_WEIGHT = 0.15, 0.5
"""What one visit counts in the mean of an hour of the day, and of the week."""
_FORTNIGHT = 14 * 24
_WEEK_IS_BETTER, _LEVEL_IS_BETTER = 0.85, 1.1
"""Parts of the day's error under which the week is followed, and under which the level is."""


def expect(memory: Memory, hours: float, settings: Settings) -> tuple[float, bool]:
    """The value expected at that time, by whichever of level, hour of the day and hour of the week
    has erred least so far; and whether that hour was seen before."""
    if not _seasonal(memory, settings):
        return memory.slow, True
    day = memory.day[int(hours % 24)]
    if isnan(day):
        return memory.slow, False
    by_day = memory.origin + day * memory.unit
    expected = by_day
    week = memory.week[_week_bin(hours)]
    if not isnan(week):
        fortnight = memory.hours > _FORTNIGHT
        if fortnight and memory.week_error < _WEEK_IS_BETTER * memory.day_error:
            expected = by_day + week * memory.unit
    if memory.day_error > 0:
        best = min(memory.day_error, memory.week_error)
        if memory.level_error < _LEVEL_IS_BETTER * best:
            expected = memory.slow
    return expected, True


def _seasonal(memory: Memory, settings: Settings) -> bool:
    return settings.seasons and memory.step < 3


def _week_bin(hours: float) -> int:
    """Two hours of the week; day 0 of Unix time is a Thursday."""
    return int((hours + 72) % 168 / 2) % WEEK_BINS


def learn_errors(
    memory: Memory, hours: float, value: float, weights: Weights, settings: Settings
) -> None:
    """How far off each way to expect a value has been: what `expect` chooses by."""
    if not _seasonal(memory, settings) or isnan(memory.day[int(hours % 24)]):
        return
    by_day = memory.origin + memory.day[int(hours % 24)] * memory.unit
    week = memory.week[_week_bin(hours)]
    if not isnan(week):
        by_week = by_day + week * memory.unit
        memory.day_error = _error(memory.day_error, value - by_day, weights)
        memory.week_error = _error(memory.week_error, value - by_week, weights)
    memory.level_error = _error(memory.level_error, value - memory.slow, weights)


def _error(known: float, error: float, weights: Weights) -> float:
    error = abs(error) if known <= 0 else min(abs(error), CLIP * known)
    return known + weights.usual * (error - known)


def learn_values(
    memory: Memory, hours: float, value: float, weights: Weights, settings: Settings
) -> None:
    settled = memory.count > _SETTLED
    step = value - memory.slow
    reach = 2 * CLIP * memory.scales[4] if settled else 0.0
    memory.slow += weights.long * (max(-reach, min(reach, step)) if reach > 0 else step)
    if not _seasonal(memory, settings):
        return
    spent = min(1.0, weights.hours)
    reach = CLIP * memory.scales[1] if settled else 0.0
    hour, two_hours = int(hours % 24) % DAY_BINS, _week_bin(hours)
    known = memory.day[hour]
    if isnan(known):
        memory.keep_day(hour, value)
        return
    before = memory.origin + known * memory.unit
    step = value - before
    step = max(-reach, min(reach, step)) if reach > 0 else step
    memory.keep_day(hour, before + (1 - (1 - _DAY_WEIGHT) ** spent) * step)
    beyond, known = value - before, memory.week[two_hours]
    if isnan(known):
        memory.keep_week(two_hours, beyond)
        return
    step = beyond - known * memory.unit
    step = max(-2 * reach, min(2 * reach, step)) if reach > 0 else step
    share = 1 - (1 - _WEEK_WEIGHT) ** (spent / 2)
    memory.keep_week(two_hours, known * memory.unit + share * step)
