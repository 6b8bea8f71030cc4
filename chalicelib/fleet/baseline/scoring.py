"""How far a reading is from what its own device usually does. Pure, streaming, no training run.

A reading is compared with the recent past, with its hour of the day and of the week, and with the
level of the last days; how much it moves and how long it stands still count too. Each of these
deviations is judged by the device's own custom: the greatest of it in each of the past days.
docs/deviation.md has the formulas and where they come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from chalicelib.fleet.baseline import customs, expect
from chalicelib.fleet.baseline.memory import CHANNELS, Memory, dump, load
from chalicelib.fleet.baseline.settings import Settings, Side
from chalicelib.fleet.baseline.sizes import measure

__all__ = ["Expectation", "Settings", "Side", "advance", "expectation"]

_GREATEST = 1e30
"""Values beyond are taken for this: differences must not overflow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """For the text shown to staff: the value expected at a time, the band around it in which a
    single reading is no news, and what has deviated most at the last reading (of `CHANNELS`)."""

    expected: float
    low: float
    high: float
    cause: str


def advance(
    memory: Mapping[str, Any],
    at: datetime,
    value: float,
    settings: Settings,
    side: Side = "both",
) -> tuple[dict[str, Any], float]:
    """The memory with the reading in it, and the reading's score.

    The score is how many robust deviations the reading's strangest deviation is over the greatest
    of its kind in a usual day: 0 for anything usual and in warm-up, from 1 on worth a look.
    `side` leaves only what is too high or too low. A reading that is not newer than the last one
    changes nothing. Raises ValueError for a value that is not finite and for a naive time.
    """
    if at.tzinfo is None or not isfinite(value):
        raise ValueError(f"{value} at {at}: give a finite number and a time with a zone")
    value = max(-_GREATEST, min(_GREATEST, value))
    seconds = at.timestamp()
    state = load(memory)
    if state is None:
        return dump(Memory(seconds, value)), 0.0
    if seconds <= state.at:
        return dict(memory), 0.0
    sizes = measure(state, seconds, value, settings, side)
    score = customs.judge(state, sizes, settings)
    return dump(state), score


def expectation(
    memory: Mapping[str, Any], at: datetime, settings: Settings, over: float = 1.0
) -> Expectation | None:
    """What is expected at `at`, with the band that scores up to `over`; None in warm-up."""
    state = load(memory)
    if state is None or not customs.warm(state, settings):
        return None
    expected, _ = expect.expect(state, at.timestamp() / 3600, settings)
    limit = customs.limit(state, CHANNELS.index("rhythm"), settings, over)
    reach = limit * state.scales[CHANNELS.index("rhythm")]
    return Expectation(
        expected=expected,
        low=expected - reach,
        high=expected + reach,
        cause=CHANNELS[state.cause],
    )
