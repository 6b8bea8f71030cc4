"""Invented loads of processors and machines: flat, saturated, idle, at work."""

from tests.support.series import Grid


def level_shift(of: Grid) -> list[float]:
    """A quiet processor that from the event on has two thirds more load."""
    out: list[float] = []
    for i in range(of.count):
        shifted = bool(of.events) and i >= of.events[0]
        out.append(max(0.0, of.rng.gauss(3.4 if shifted else 2.0, 0.45)))
    return out


def lone_spikes(of: Grid) -> list[float]:
    """A flat processor with small daily jobs; at the event two readings are over anything."""
    out: list[float] = []
    for i in range(of.count):
        value = of.rng.gauss(0.13, 0.01)
        if of.hours(i) % 24 < 0.1:
            value += 0.5
        if of.since(i, 0.17) is not None:
            value += 0.8
        out.append(max(0.0, value))
    return out


def saturated(of: Grid) -> list[float]:
    """Near 100 with short dips every now and then; at the event it stays low for four hours."""
    out: list[float] = []
    dip = 0
    for i in range(of.count):
        dip = dip - 1 if dip > 0 else (of.rng.randint(1, 3) if of.rng.random() < 0.004 else 0)
        value = 100 - abs(of.rng.gauss(0, 1.0)) - (of.rng.uniform(5, 25) if dip else 0)
        out.append(value - 12 if of.since(i, 4) is not None else value)
    return out


def constant_jump(of: Grid) -> list[float]:
    """Exactly constant with single blips; at the event it works for two hours."""
    out: list[float] = []
    for i in range(of.count):
        value = 0.066 + (0.068 if of.rng.random() < 0.01 else 0.0)
        out.append(value + of.rng.uniform(0.5, 0.9) if of.since(i, 2) is not None else value)
    return out


def plateau(of: Grid, height: float) -> list[float]:
    out: list[float] = []
    for i in range(of.count):
        working = 9 <= of.hours(i) % 24 < 18
        top = height if of.since(i, 24) is not None else 80.0
        out.append((top if working else 20.0) + of.rng.uniform(-3, 3))
    return out


def missing_shift(of: Grid) -> list[float]:
    """A machine that works from 9 to 18 each day, and on the event's day doesn't."""
    return plateau(of, 20.0)


def double_shift(of: Grid) -> list[float]:
    """The same, and on the event's day the height is a half more."""
    return plateau(of, 120.0)


def lost_rhythm(of: Grid) -> list[float]:
    """Load that climbs and collapses every day or so; at the event it stays up."""
    out: list[float] = []
    height = 0.0
    for i in range(of.count):
        height = 0.0 if of.rng.random() < 1 / 320 else height + 0.15
        up = of.since(i, 60) is not None
        spiking = up or of.rng.random() < 0.15
        out.append(32 + of.rng.gauss(0, 1) + (min(68.0, height + 20) if spiking else 0.0))
    return out


def idle_bursts(of: Grid) -> list[float]:
    """Idle, with work of one to three hours about twice a day; at the event it lasts 14 h."""
    out: list[float] = []
    left = 0
    for i in range(of.count):
        left = left - 1 if left > 0 else (of.rng.randint(12, 36) if of.rng.random() < 0.007 else 0)
        busy = left > 0 or of.since(i, 14) is not None
        out.append(of.rng.uniform(85, 100) if busy else of.rng.uniform(0, 2))
    return out


def scaled_away(of: Grid) -> list[float]:
    """A load that follows the day, and at the event is gone for good."""
    out: list[float] = []
    for i in range(of.count):
        gone = bool(of.events) and i >= of.events[0]
        level = 25 + 15 * of.daily(i) + of.rng.gauss(0, 4)
        out.append(0.0 if gone else level)
    return out


def several_levels(of: Grid) -> list[float]:
    """Three levels of load, changed every day or so; at the event a fourth above them for 6 h."""
    out: list[float] = []
    level = 40.0
    for i in range(of.count):
        level = of.rng.choice((35.0, 40.0, 46.0)) if of.rng.random() < 1 / 250 else level
        now = 56.0 if of.since(i, 6) is not None else level
        out.append(now + of.rng.gauss(0, 1.5))
    return out
