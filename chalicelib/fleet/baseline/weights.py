"""How much one reading counts, whatever the times between readings. Pure."""

from math import exp, log
from typing import NamedTuple

from chalicelib.fleet.baseline.memory import Memory
from chalicelib.fleet.baseline.settings import Settings

CLIP = 6.0
"""Mean absolute deviations that one reading may count for while learning."""


class Weights(NamedTuple):
    """What this reading counts in the means over each span, from 0 to 1; `hours` it stands for."""

    short: float
    middle: float
    long: float
    usual: float
    hours: float


def pass_time(memory: Memory, seconds: float, settings: Settings) -> Weights:
    hours = (seconds - memory.at) / 3600
    memory.at = seconds
    memory.count += 1
    memory.hours += hours
    memory.block_hours += hours
    if memory.step <= 0:
        memory.step = hours
    else:
        ratio = max(-1.0, min(1.0, log(hours / memory.step)))
        memory.step *= exp(ratio * max(0.02, 1 / memory.count))
    counted = min(hours, 3 * memory.step)
    long = _weight(memory, counted, settings.long, 60)
    return Weights(
        short=_weight(memory, counted, settings.short, 3),
        middle=_weight(memory, counted, settings.middle, 12),
        long=long,
        usual=max(long, 1 / memory.count),
        hours=counted,
    )


def _weight(memory: Memory, hours: float, half_life: float, readings: int) -> float:
    """A plain mean at first, then an exponential one over at least so many readings."""
    weight: float = 1 - 0.5 ** (hours / max(half_life, readings * memory.step))
    return weight if memory.count > 3 * readings else max(weight, 1 / memory.count)
