"""When a maintenance is expected: from the usage of the last days, from the calendar. Pure.

Future usage is taken to be like that of the last days: independent days of mean μ and standard
deviation σ, both estimated from the last k days. Days without a report are known only together:
of m spells, spell i lasting gᵢ days in which uᵢ was counted, μ = Σuᵢ/k and
σ² = Σ(uᵢ - gᵢμ)²/gᵢ / (m - 1), with k = Σgᵢ. What n more days add up to then lies, in 80 % of
cases, within nμ ± t·σ·√(n + n²/k), t being the 90 % quantile of Student's distribution with m - 1
degrees of freedom: the prediction interval of a sum of n values whose mean and deviation are
themselves estimates. The range of dates is where these two curves reach what is left.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt

import msgspec

from chalicelib.fleet.state import usage
from chalicelib.fleet.state.device import Standing
from chalicelib.maintenance_sections import MaintenancePlan

Z = 1.2815515655
"""The normal quantile of 90 %: a tenth of cases on either side of the range."""
FEWEST = 3
"""Spells of usage; fewer say nothing about how much they vary."""
FARTHEST = 3660.0
"""Days: what is farther off is not expected, it is imagined."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance expected `at`, in four of five cases between `earliest` and `latest` (None: it
    may never come). `remaining`: what is left of the counter. `by`: what it is due by."""

    at: datetime
    earliest: datetime
    latest: datetime | None
    by: str
    remaining: float | None = None


def expected(plan: MaintenancePlan, standing: Standing, since: datetime | None) -> Expected | None:
    """When `plan` is due next; None while there is nothing to tell it from.

    What is due already was expected at the newest report (`standing.at`), or when the calendar
    says that it was.
    """
    by_usage, by_calendar = _by_usage(plan, standing), _by_calendar(plan, standing, since)
    if by_usage is None or by_calendar is None:
        return by_usage or by_calendar
    return _sooner(by_usage, by_calendar)


def _sooner(by_usage: Expected, by_calendar: Expected) -> Expected:
    """Whichever comes first: at no moment of the range later than the calendar's day."""
    ends = by_calendar.at
    first = min(by_usage, by_calendar, key=lambda one: one.at)
    return Expected(
        at=first.at,
        earliest=min(by_usage.earliest, ends),
        latest=ends if by_usage.latest is None else min(by_usage.latest, ends),
        by=first.by,
        remaining=by_usage.remaining,
    )


def _by_calendar(
    plan: MaintenancePlan, standing: Standing, since: datetime | None
) -> Expected | None:
    start = standing.maintained_at(plan.name) or since
    if plan.every_days is None or start is None:
        return None
    at = start + timedelta(days=plan.every_days)
    return Expected(at=at, earliest=at, latest=at, by="calendar")


def _by_usage(plan: MaintenancePlan, standing: Standing) -> Expected | None:
    if plan.counter is None or plan.every is None or standing.at is None:
        return None
    value = standing.last.get(plan.counter)
    if value is None:
        return None
    # A counter under its baseline is a glitch, or has started again: neither leaves more to use.
    used = max(0.0, value - standing.baseline(plan.counter, plan.name))
    remaining = plan.every - used
    now = standing.at
    if remaining <= 0:
        return Expected(at=now, earliest=now, latest=now, by="usage", remaining=0.0)
    days = in_days(remaining, usage.spells(standing.usage.get(plan.counter, ())))
    if days is None:
        return None
    earliest, likely, latest = days
    return Expected(
        at=now + timedelta(days=likely),
        earliest=now + timedelta(days=earliest),
        latest=None if latest is None else now + timedelta(days=latest),
        by="usage",
        remaining=remaining,
    )


def in_days(
    remaining: float, spells: Sequence[usage.Spell]
) -> tuple[float, float, float | None] | None:
    """In how many days `remaining` will be used up: earliest, likely and latest (None: perhaps
    never); None with fewer than three spells to tell from, no usage or beyond ten years."""
    if len(spells) < FEWEST:
        return None
    days = sum(length for length, _ in spells)
    mean = sum(used for _, used in spells) / days
    if mean <= 0 or remaining / mean > FARTHEST:
        return None
    freedom = len(spells) - 1
    variance = sum((used - length * mean) ** 2 / length for length, used in spells) / freedom
    noise = student(freedom) ** 2 * variance
    # (remaining - n·mean)² = noise·(n + n²/days), as a·n² - b·n + c = 0
    a = mean**2 - noise / days
    b = 2 * remaining * mean + noise
    c = remaining**2
    root = sqrt(max(0.0, b * b - 4 * a * c))
    earliest = 2 * c / (b + root)
    latest = (b + root) / (2 * a) if a > 0 else None
    if latest is not None and latest > FARTHEST:
        latest = None
    return earliest, remaining / mean, latest


def student(freedom: int) -> float:
    """The 90 % quantile of Student's distribution: the Cornish–Fisher expansion around the normal
    one, right to half a per cent from two degrees of freedom on."""
    z, f = Z, freedom
    return (
        z
        + (z**3 + z) / (4 * f)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * f**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * f**3)
    )
