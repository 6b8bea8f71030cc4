"""How large each deviation of one reading is, in units of its own usual size; and the learning of
what is usual. Clipped throughout, so that no outlier is worth more than a few usual deviations
(Huber), and no single reading spoils the baseline. Pure."""

from math import exp, log
from typing import NamedTuple

from chalicelib.fleet.baseline.expect import expect, learn_errors, learn_values
from chalicelib.fleet.baseline.memory import Memory
from chalicelib.fleet.baseline.settings import Settings, Side
from chalicelib.fleet.baseline.weights import CLIP, Weights, pass_time

_CLIP_REST = 5.0
"""Mean absolute deviations that a lone outlier may count for in the hour's and half day's mean."""
_GREATEST_SIZE = 1e6
_STILL_READINGS = 12.0
"""Readings that stand still before it may mean something."""
_STILL_PART = 0.02
"""Of the usual movement: less is standing still."""
_MOST_LESS = 1e-3
_CONSTANT = 1e-9
"""A metric that moves by a smaller part of its level is constant: there is nothing to compare."""


class Size(NamedTuple):
    """`size` in units of the usual; 0 if it is not on the side asked for, or not known."""

    channel: int
    size: float


def measure(
    memory: Memory, seconds: float, value: float, settings: Settings, side: Side
) -> list[Size]:
    """The reading's deviations; the memory learns from it."""
    weights = pass_time(memory, seconds, settings)
    hours = seconds / 3600
    expected, known = expect(memory, hours, settings)
    learn_errors(memory, hours, value, weights, settings)
    jump = value - memory.fast
    memory.fast += weights.short * jump
    rest = value - expected
    clip = _CLIP_REST * memory.scales[5]
    clipped = max(-clip, min(clip, rest)) if memory.count > 30 and clip > 0 else rest
    memory.hour += weights.short * (clipped - memory.hour)
    memory.half_day += weights.middle * (clipped - memory.half_day)
    lasting = memory.fast - memory.slow
    deviations = (jump, rest, memory.hour, memory.half_day, lasting)
    sizes = [
        Size(channel, _size(memory, channel, deviation, side))
        for channel, deviation in enumerate(deviations)
        if known or channel != 1
    ]
    _learn_scales(memory, (*deviations, rest), weights, known)
    sizes += _motion(memory, value, weights, side)
    learn_values(memory, hours, value, weights, settings)
    return sizes


def _size(memory: Memory, channel: int, deviation: float, side: Side) -> float:
    if side != "both" and (deviation > 0) != (side == "above"):
        return 0.0
    least = 1e-6 * (abs(memory.slow) + 1e-9)
    return min(_GREATEST_SIZE, abs(deviation) / max(memory.scales[channel], least))


def _learn_scales(
    memory: Memory, deviations: tuple[float, ...], weights: Weights, known: bool
) -> None:
    for index, deviation in enumerate(deviations):
        scale = memory.scales[index]
        size = abs(deviation)
        if index == 1 and not known:
            continue
        if memory.count > 30 and scale > 0:
            size = min(size, CLIP * scale)
        first = scale <= 0 and memory.count < 200
        memory.scales[index] = size if first else scale + weights.usual * (size - scale)


def _motion(memory: Memory, value: float, weights: Weights, side: Side) -> list[Size]:
    """How much more or less it moves than usual, and for how many readings it has not moved."""
    moved = abs(value - memory.last)
    memory.last = value
    usual = memory.motion_usual
    memory.motion += weights.middle * (moved - memory.motion)
    limited = min(moved, 6 * usual) if memory.count > 50 and usual > 0 else moved
    memory.motion_usual = usual = usual + weights.usual * (limited - usual)
    if usual <= _CONSTANT * abs(memory.slow):
        return []
    if abs(value - memory.held) > _STILL_PART * usual:
        memory.held, memory.still = value, 0.0
    else:
        memory.still += 1
    if side != "both":
        return []
    change = abs(log(max(memory.motion, _MOST_LESS * usual) / usual))
    return [Size(5, exp(min(13.0, change))), Size(6, (memory.still + 1) / _STILL_READINGS)]
