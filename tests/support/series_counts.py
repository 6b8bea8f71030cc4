"""Invented counts, prices and bytes: skewed, seasonal, bursty."""

import math

from tests.support.series import Grid


def trips(of: Grid) -> list[float]:
    """Half-hourly counts with days and weeks; on an event's day (24 h) hardly anybody rides."""
    out: list[float] = []
    for i in range(of.count):
        weekend = of.weekday(i) >= 5
        level = 3000 + 17000 * of.daily(i, 21.0 if weekend else 18.0) * (0.85 if weekend else 1)
        if of.since(i, 24) is not None:
            level *= 0.5
        out.append(round(level * math.exp(of.rng.gauss(0, 0.06))))
    return out


def mentions(of: Grid) -> list[float]:
    """Heavy-tailed counts of a busy name; at an event the talk is four-fold and ebbs in hours."""
    out: list[float] = []
    for i in range(of.count):
        level = 6 + 12 * of.daily(i)
        hours = of.since(i, 10)
        if hours is not None:
            level *= 1 + 3 * math.exp(-hours / 3)
        burst = of.rng.paretovariate(1.8) if of.rng.random() < 0.02 else 1.0
        out.append(round(level * burst * of.rng.gammavariate(2.5, 1 / 2.5)))
    return out


def spiky_traffic(of: Grid) -> list[float]:
    """Bytes with large lone outliers all the time; at the event three hours without a pause."""
    out: list[float] = []
    for i in range(of.count):
        value = of.rng.lognormvariate(10, 0.5)
        if of.rng.random() < 0.08:
            value += of.rng.lognormvariate(13, 0.8)
        if of.since(i, 3) is not None:
            value += of.rng.lognormvariate(13.3, 0.4)
        out.append(value)
    return out


def prices(of: Grid) -> list[float]:
    """Hourly prices, skewed; at an event three hours at about double."""
    out: list[float] = []
    for i in range(of.count):
        value = 0.08 + 0.04 * of.daily(i) + 0.02 * of.rng.lognormvariate(0, 0.6)
        out.append(value * of.rng.uniform(1.6, 3) if of.since(i, 3) is not None else value)
    return out


def more_spikes(of: Grid) -> list[float]:
    """A spike every hour or two is normal; at the event for 8 h one in 20 minutes."""
    out: list[float] = []
    for i in range(of.count):
        often = 0.25 if of.since(i, 8) is not None else 0.06
        out.append(of.rng.gauss(20, 1) + (60 if of.rng.random() < often else 0))
    return out


def requests(of: Grid) -> list[float]:
    """Counts by day with bursty noise; at an event three hours bring more than twice as many."""
    out: list[float] = []
    for i in range(of.count):
        level = 20 + 100 * of.daily(i)
        level *= 2.5 if of.since(i, 3) is not None else 1
        out.append(round(level * of.rng.gammavariate(4, 1 / 4)))
    return out


def writes(of: Grid) -> list[float]:
    """Mostly nothing, then a burst of some size; at the event for two hours no pause."""
    out: list[float] = []
    for i in range(of.count):
        burst = of.rng.random() < (0.8 if of.since(i, 2) is not None else 0.05)
        out.append(of.rng.lognormvariate(16, 1.2) if burst else 0.0)
    return out


def travel_times(of: Grid) -> list[float]:
    """Skewed seconds with rush hours and lone extremes; at an event two hours at three times."""
    out: list[float] = []
    for i in range(of.count):
        value = (200 + 120 * of.daily(i, 17.0)) * of.rng.lognormvariate(0, 0.25)
        value *= of.rng.uniform(2, 6) if of.rng.random() < 0.01 else 1
        out.append(round(value * 3 if of.since(i, 2) is not None else value))
    return out
