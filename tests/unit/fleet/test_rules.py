"""Device rules: their limits, their band of hysteresis, and what they refuse to be."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import PlaybookError
from chalicelib.fleet.folding import fold
from chalicelib.fleet.rules import Rule, Threshold, Usage
from chalicelib.fleet.state import Reading, Standing

T0 = datetime(2026, 11, 14, 8, 0, tzinfo=UTC)
HOT = Threshold(
    name="hot", metric="boiler_c", raise_above=130, clear_below=120, severity="critical"
)
LOW = Threshold(name="low", metric="pressure_bar", raise_below=6, clear_above=8, severity="warning")
DESCALE = Usage(name="descale", counter="brews", every=500, severity="info")


def reading(**metrics: float) -> Reading:
    return Reading(at=T0, metrics=metrics)


def brews(value: float) -> Reading:
    return Reading(at=T0, counters={"brews": value})


@pytest.mark.parametrize(
    ("value", "opens", "closes"),
    [(130.1, True, False), (130, False, False), (120, False, False), (119.9, False, True)],
)
def test_above(value: float, opens: bool, closes: bool) -> None:
    assert HOT.opens(reading(boiler_c=value), {}) is opens
    assert HOT.closes(reading(boiler_c=value), {}) is closes


@pytest.mark.parametrize(
    ("value", "opens", "closes"),
    [(5.9, True, False), (6, False, False), (8, False, False), (8.1, False, True)],
)
def test_below(value: float, opens: bool, closes: bool) -> None:
    assert LOW.opens(reading(pressure_bar=value), {}) is opens
    assert LOW.closes(reading(pressure_bar=value), {}) is closes


def test_one_limit_may_do_for_both() -> None:
    above = Threshold(name="a", metric="m", raise_above=5, severity="info")
    below = Threshold(name="b", metric="m", raise_below=5, severity="info")
    assert [above.opens(reading(m=v), {}) for v in (4, 5, 6)] == [False, False, True]
    assert [above.closes(reading(m=v), {}) for v in (4, 5, 6)] == [True, False, False]
    assert [below.opens(reading(m=v), {}) for v in (4, 5, 6)] == [True, False, False]
    assert [below.closes(reading(m=v), {}) for v in (4, 5, 6)] == [False, False, True]


@pytest.mark.parametrize("rule", [HOT, LOW, DESCALE], ids=lambda rule: rule.name)
def test_no_value_says_nothing(rule: Rule) -> None:
    assert not rule.opens(reading(other=999), {})
    assert not rule.closes(reading(other=-999), {})


def test_usage_counts_from_the_last_maintenance() -> None:
    assert [DESCALE.opens(brews(v), {}) for v in (499, 500)] == [False, True]
    assert [DESCALE.opens(brews(v), {"brews": 480}) for v in (979, 980)] == [False, True]


def test_only_maintenance_closes_usage() -> None:
    assert not DESCALE.closes(brews(0), {})
    assert DESCALE.closes(Reading(at=T0, counters={"brews": 500}, maintenance=True), {})
    assert not DESCALE.closes(Reading(at=T0, counters={"pump": 500}, maintenance=True), {})


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({}, "raise_above or raise_below"),
        ({"raise_above": 5, "raise_below": 1}, "raise_above or raise_below"),
        ({"raise_above": 5, "clear_below": 6}, "clear_below must not exceed"),
        ({"raise_below": 5, "clear_above": 4}, "clear_above must not be under"),
        ({"raise_above": 5, "clear_above": 4}, "goes with clear_below"),
        ({"raise_below": 5, "clear_below": 4}, "goes with clear_above"),
        ({"raise_above": float("nan")}, "finite"),
        ({"raise_below": 5, "clear_above": float("inf")}, "finite"),
        ({"raise_above": 5, "severity": "bad"}, "info, warning, critical"),
        ({"raise_above": 5, "name": ""}, "name"),
    ],
)
def test_contradictions_are_refused(limits: dict[str, Any], words: str) -> None:
    with pytest.raises(PlaybookError, match=words):
        Threshold(**{"name": "x", "metric": "m", "severity": "info", **limits})


@pytest.mark.parametrize("every", [0, -1, float("nan"), float("inf")])
def test_usage_needs_a_step(every: float) -> None:
    with pytest.raises(PlaybookError, match="every"):
        Usage(name="x", counter="c", every=every, severity="info")


@settings(deadline=None)
@given(st.lists(st.floats(120, 130)), st.booleans())
def test_inside_the_band_nothing_changes(values: list[float], is_open: bool) -> None:
    base = Standing(opened={"hot": T0} if is_open else {})
    standing, spells = fold(base, [reading(boiler_c=value) for value in values], [HOT])
    assert standing.opened == base.opened
    assert len(spells) == is_open
