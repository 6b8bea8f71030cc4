"""Whether something happens more often than it used to, beyond chance. Pure.

Two counts, each Poisson with its own rate over its own number of days. Given their sum n, the
recent one is binomial: n draws, each recent with probability p = r·d / (r·d + d₀), where r is how
many times the former rate the recent one is. So an exact interval of p (Clopper, C. J. and Pearson,
E. S. (1934), Biometrika 26, 404–413) is one of r: r = p / (1 − p) · d₀ / d. The conditioning is
that of Przyborowski, J. and Wilenski, H. (1940), Biometrika 31, 313–323. Being exact, the interval
covers the true ratio in at least 95 of 100 cases, however small the counts are.
"""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p
from typing import Literal

Direction = Literal["rising", "falling", "steady", "unknown"]

TAIL = 0.025
"""Probability left out at each end: 95 % intervals."""

FEWEST_DAYS = 7.0
"""Of former days that must be known for a comparison."""

_TINY = 1e-300
_CLOSE = 1e-12
_STEPS = 10_000


@dataclass(frozen=True, kw_only=True)
class Trend:
    """`ratio` is the recent rate over the former one, `low` to `high` its 95 % interval; None where
    it has no bound. `rising` and `falling` only when the interval leaves 1 out."""

    direction: Direction
    recent: int
    former: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None


def trend(recent: int, days: float, former: int, former_days: float) -> Trend:
    """What the counts of a recent time and of the one before it say; times in days."""
    if former_days < FEWEST_DAYS or days <= 0 or recent + former == 0:
        return Trend(direction="unknown", recent=recent, former=former)
    times = former_days / days
    low = _odds(_quantile(TAIL, recent, former + 1)) if recent else 0.0
    high = _odds(_quantile(1 - TAIL, recent + 1, former)) if former else None
    direction: Direction = "steady"
    if low is not None and low * times > 1:
        direction = "rising"
    elif high is not None and high * times < 1:
        direction = "falling"
    return Trend(
        direction=direction,
        recent=recent,
        former=former,
        ratio=recent / former * times if former else None,
        low=low * times if low is not None else None,
        high=high * times if high is not None else None,
    )


def _odds(share: float) -> float | None:
    return share / (1 - share) if share < 1 else None


def _quantile(share: float, a: float, b: float) -> float:
    """The point below which Beta(a, b) has this share, by halving."""
    low, high = 0.0, 1.0
    while high - low > _CLOSE:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22), from the
    side on which that is quick."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """By the method of Lentz."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _not_zero(1 + part * d)
            c = _not_zero(1 + part / c)
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
