"""Numbers as a line of small bars that fits into any text. Pure."""

from collections.abc import Sequence
from math import isfinite

BARS = "▁▂▃▄▅▆▇█"
LEVEL = BARS[3]
"""Of values that are all the same: neither low nor high."""

WIDEST = 16
"""How many of the latest values are drawn."""


def sparkline(values: Sequence[float]) -> str:
    """The latest values from the lowest (▁) to the highest (█) of them; "" for none. What is no
    finite number is left out."""
    shown = [float(value) for value in values if isfinite(value)][-WIDEST:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    # Halved, since the difference of two huge numbers may be beyond all numbers.
    span = high / 2 - low / 2
    if span == 0:
        return LEVEL * len(shown)
    top = len(BARS) - 1
    return "".join(BARS[round((value / 2 - low / 2) / span * top)] for value in shown)
