"""The rule of deviation: when it goes on, when it goes off, and how seldom."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import PlaybookError
from chalicelib.fleet.baseline.deviation import Deviation

T0 = datetime(2026, 11, 2, tzinfo=UTC)
FIVE = timedelta(minutes=5)
ODD = Deviation(metric="boiler_c")
Memory = dict[str, Any]


def noisy(count: int, seed: int = 1, at: float = 92.0) -> list[float]:
    rng = Random(seed)
    return [rng.gauss(at, 1) for _ in range(count)]


def run(
    rule: Deviation, values: list[float | None], memory: Memory | None = None, start: int = 0
) -> tuple[Memory, list[bool]]:
    memory = memory or {}
    states = []
    for index, value in enumerate(values, start):
        memory, on = rule.step(memory, T0 + index * FIVE, value)
        states.append(on)
    return memory, states


def raises(states: list[bool]) -> int:
    return sum(now and not before for before, now in zip([False, *states], states, strict=False))


def settled() -> Memory:
    return run(ODD, [*noisy(2000)])[0]


def test_a_device_that_runs_as_ever_raises_nothing() -> None:
    assert raises(run(ODD, [*noisy(288 * 10)])[1]) <= 1


def test_a_device_that_runs_hot_for_an_hour_is_on_once_and_goes_off_again() -> None:
    hot: list[float | None] = [*noisy(12, at=110.0), *noisy(288, seed=4)]
    _, states = run(ODD, hot, settled(), 2000)
    assert states[0] is True
    assert raises(states) == 1
    assert states[-1] is False


def test_it_stays_on_until_calm_has_lasted() -> None:
    rule = Deviation(metric="boiler_c", calm=timedelta(hours=2))
    _, states = run(rule, [110.0, *noisy(60, seed=4)], settled(), 2000)
    assert states[: 2 * 12] == [True] * 24
    assert states[-1] is False


def test_a_new_normal_stops_alarming() -> None:
    _, states = run(ODD, [*noisy(288 * 30, seed=5, at=120.0)], settled(), 2000)
    assert states[0] is True
    assert raises(states) <= 3
    assert not any(states[288 * 5 : 288 * 20])


def test_a_device_that_keeps_hiccuping_is_told_of_less_and_less() -> None:
    values: list[float | None] = [*noisy(288 * 20, seed=6)]
    for index in range(0, len(values), 97):
        values[index] = 130.0
    _, states = run(ODD, values, settled(), 2000)
    assert raises(states[: 288 * 2]) >= 1
    assert raises(states[288 * 10 :]) <= 2


def test_it_never_goes_on_again_before_its_rest() -> None:
    rule = Deviation(metric="boiler_c", rest=timedelta(days=3), weariness=0)
    memory, _ = run(rule, [*noisy(2000)])
    worse: list[float | None] = [*noisy(288 * 2, seed=7)]
    for index in range(0, len(worse), 60):
        worse[index] = 100.0 * 3 ** (index // 60)
    assert raises(run(rule, worse, memory, 2000)[1]) == 1


def test_only_the_side_asked_for_counts() -> None:
    cold: list[float | None] = [*noisy(12, at=60.0)]
    for side, seen in (("both", True), ("below", True), ("above", False)):
        rule = Deviation(metric="boiler_c", direction=side)  # type: ignore[arg-type]
        memory, _ = run(rule, [*noisy(2000)])
        assert any(run(rule, cold, memory, 2000)[1]) is seen


def test_no_value_leaves_everything_as_it_is() -> None:
    memory, _ = run(ODD, [110.0], settled(), 2000)
    assert ODD.step(memory, T0 + 2001 * FIVE, None) == (memory, True)
    assert ODD.step({}, T0, None) == ({}, False)


def test_it_looks_at_its_metric_alone() -> None:
    assert ODD.inputs == {"boiler_c"}


@given(st.integers(0, 400))
@settings(max_examples=15, deadline=None)
def test_going_on_from_json_is_going_on(cut: int) -> None:
    values: list[float | None] = [*noisy(100, seed=8), *noisy(20, at=110.0), None]
    values += noisy(280, seed=9)
    start = settled()
    first, states = run(ODD, values[:cut], start, 2000)
    last, more = run(ODD, values[cut:], json.loads(json.dumps(first)), 2000 + cut)
    assert (last, states + more) == run(ODD, values, start, 2000)
    assert len(json.dumps(last, separators=(",", ":"))) <= 700


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"metric": ""}, "metric"),
        ({"raise_over": 0}, "raise_over"),
        ({"clear_under": 2}, "clear_under"),
        ({"direction": "up"}, "direction"),
        ({"weariness": -1}, "weariness"),
        ({"rest": timedelta(-1)}, "rest"),
        ({"recovery": timedelta()}, "recovery"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(wrong: Any, named: str) -> None:
    with pytest.raises(PlaybookError, match=named):
        Deviation(**{"metric": "boiler_c", **wrong})
