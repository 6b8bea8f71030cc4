"""Which deviation is unusual for this device: each is judged by its greatest in the days before.

The logarithm of a day's greatest has a mean and a mean absolute deviation of its own; a score says
how many of those today's is over the mean. What happens every day never is unusual that way, be it
a nightly job or a lone spike. Pure.
"""

from collections.abc import Sequence
from math import exp, isnan, log

from chalicelib.fleet.baseline.memory import CHANNELS, Memory
from chalicelib.fleet.baseline.settings import Settings
from chalicelib.fleet.baseline.sizes import Size

_CLIP = 3.0
"""Deviations that the greatest of one day may count for: a bad day is not a new custom."""
_NORMAL = 1.25
"""Standard deviations in a mean absolute deviation, of what is normally distributed."""
_LEAST = 1e-3


def judge(memory: Memory, sizes: Sequence[Size], settings: Settings) -> float:
    """The highest score of the deviations (0 in warm-up); the memory keeps the day's greatest."""
    if memory.hours < max(3.0, 6 * memory.step):
        return 0.0
    best = 0.0
    ready = warm(memory, settings)
    for channel, size in sizes:
        score = _score(memory, channel, size, settings) if ready else 0.0
        if score > best:
            best, memory.cause = score, channel
        memory.peaks[channel] = max(memory.peaks[channel], size)
    if memory.block_hours >= max(settings.block, 24 * memory.step):
        _close(memory, settings)
    return best


def warm(memory: Memory, settings: Settings) -> bool:
    """Whether enough is known to judge by: one whole day at least."""
    return memory.blocks > 0 and memory.hours >= settings.warm_up * max(1.0, memory.step)


def limit(memory: Memory, channel: int, settings: Settings, score: float) -> float:
    """The size that has that score."""
    floor, least = _floor(channel, settings), _least(channel, settings)
    usual = memory.usual[channel]
    usual = least if isnan(usual) else max(usual, least)
    spread = max(settings.spread_floor, memory.spread[channel])
    return max(floor, exp(min(60.0, usual + score * spread)))


def _score(memory: Memory, channel: int, size: float, settings: Settings) -> float:
    floor = _floor(channel, settings)
    usual = memory.usual[channel]
    if isnan(usual) or size <= floor:
        return 0.0
    usual = max(usual, _least(channel, settings))
    return (log(size) - usual) / max(settings.spread_floor, memory.spread[channel])


def _floor(channel: int, settings: Settings) -> float:
    if CHANNELS[channel] == "movement":
        return exp(settings.motion_floor)
    return 1.0 if CHANNELS[channel] == "stillness" else settings.floor


def _least(channel: int, settings: Settings) -> float:
    """The logarithm of a day's greatest that is as usual as any below it."""
    return log(_floor(channel, settings)) - settings.spread_floor


def _close(memory: Memory, settings: Settings) -> None:
    """A day is over: its greatest deviations become part of what is usual."""
    memory.block_hours = 0.0
    memory.blocks += 1
    for channel, peak in enumerate(memory.peaks):
        _learn(memory, channel, max(log(max(peak, _LEAST)), _least(channel, settings)), settings)
        memory.peaks[channel] = 0.0


def _learn(memory: Memory, channel: int, peak: float, settings: Settings) -> None:
    if isnan(memory.usual[channel]):
        memory.usual[channel], memory.spread[channel] = peak, settings.first_spread
        return
    reach = _CLIP * max(memory.spread[channel], settings.spread_floor)
    off = max(-reach, min(reach, peak - memory.usual[channel]))
    memory.usual[channel] += max(settings.learn, 1 / (memory.blocks + 1)) * off
    share = max(settings.learn, 1 / (memory.blocks + 2))
    memory.spread[channel] += share * (_NORMAL * abs(off) - memory.spread[channel])
