"""Invented readings of sensors, and those on which nothing is wrong."""

import math

from tests.support.series import Grid, wander


def machine(of: Grid) -> list[float]:
    """A temperature that wanders; over 16 h before the failure it sinks, then falls for 6 h."""
    walk = wander(of.rng, of.count, 0.5, 0.01)
    out: list[float] = []
    for i in range(of.count):
        ahead = of.since(i + int(16 * 60 / of.minutes), 22)
        fall = 0.0 if ahead is None else (-ahead * 0.6 if ahead < 16 else -14.0)
        out.append(88 + walk[i] * 1.2 + of.rng.gauss(0, 0.8) + fall)
    return out


def office(of: Grid) -> list[float]:
    """Room temperature: warm workdays, cool weekends, slow seasons; at an event 3 days too warm."""
    walk = wander(of.rng, of.count, 0.25, 0.01)
    out: list[float] = []
    for i in range(of.count):
        day = 3.5 * of.daily(i) * (0.3 if of.weekday(i) >= 5 else 1)
        season = 3 * math.sin(of.hours(i) / 24 / 300 * 2 * math.pi)
        hours = of.since(i, 72)
        warm = 0.0 if hours is None else 7 * math.sin(hours / 72 * math.pi)
        out.append(68 + day + season + walk[i] + warm + of.rng.gauss(0, 0.5))
    return out


def flatline(of: Grid) -> list[float]:
    """A lively signal that sticks to one value for ten hours."""
    out: list[float] = []
    walk = wander(of.rng, of.count, 1.0, 0.05)
    for i in range(of.count):
        stuck = of.since(i, 10) is not None and out
        out.append(out[-1] if stuck else 40 + 8 * of.daily(i) + walk[i] + of.rng.gauss(0, 1))
    return out


def road_speed(of: Grid) -> list[float]:
    """Speeds that fall in the rush hours of workdays; at an event a jam of three hours at noon."""
    out: list[float] = []
    for i in range(of.count):
        rush = max(0.0, math.cos((of.hours(i) % 24 - 17.5) / 3)) if of.weekday(i) < 5 else 0.0
        rush = rush if abs(of.hours(i) % 24 - 17.5) < 3 else 0.0
        value = 68 - 30 * rush + of.rng.gauss(0, 4) - (12 if of.rng.random() < 0.01 else 0)
        out.append(max(3.0, value - 45 if of.since(i, 3) is not None else value))
    return out


def latency(of: Grid) -> list[float]:
    """Around 45 with some spikes of 60; at an event an hour of values from 48 to 70."""
    out: list[float] = []
    for i in range(of.count):
        value = of.rng.gauss(45, 2) + (of.rng.uniform(8, 16) if of.rng.random() < 0.01 else 0)
        out.append(of.rng.uniform(48, 70) if of.since(i, 1) is not None else value)
    return out


def slow_drift(of: Grid) -> list[float]:
    """Pressure with noise; from the event on it loses a little every hour, for good."""
    out: list[float] = []
    for i in range(of.count):
        gone = of.hours(i - of.events[0]) if of.events and i > of.events[0] else 0.0
        out.append(9 + of.rng.gauss(0, 0.15) - 0.03 * gone)
    return out


def noise(of: Grid) -> list[float]:
    """Nothing is wrong, ever."""
    return [of.rng.gauss(50, 5) for _ in range(of.count)]


def drunkard(of: Grid) -> list[float]:
    """A random walk: nothing is wrong, and no level is normal."""
    return wander(of.rng, of.count, 1.0, 0.0005)


def calm_days(of: Grid) -> list[float]:
    """A regular day, no fault."""
    return [100 + 40 * of.daily(i) + of.rng.gauss(0, 4) for i in range(of.count)]
