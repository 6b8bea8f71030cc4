"""A device's own baseline: what it finds unusual, what it gets used to, what it remembers."""

import json
import math
import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import PlaybookError
from chalicelib.fleet.baseline.scoring import Settings, advance, expectation

T0 = datetime(2026, 11, 2, tzinfo=UTC)
USUAL = Settings()
FIVE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def noisy(count: int, seed: int = 1) -> list[float]:
    rng = Random(seed)
    return [rng.gauss(20, 2) for _ in range(count)]


def by_day(count: int, step: timedelta, seed: int = 1) -> list[float]:
    """Between 0 and 100 by the hour of the day, with some noise."""
    rng = Random(seed)
    hours = [index * (step / HOUR) for index in range(count)]
    return [50 + 50 * math.sin(hour / 24 * 2 * math.pi) + rng.gauss(0, 2) for hour in hours]


def replay(
    values: list[float], step: timedelta = FIVE, kept: Settings = USUAL, **more: Any
) -> tuple[dict[str, Any], list[float]]:
    memory: dict[str, Any] = {}
    scores = []
    for index, value in enumerate(values):
        memory, score = advance(memory, T0 + index * step, value, kept, **more)
        scores.append(score)
    return memory, scores


def test_a_spike_far_over_the_usual_scores_high() -> None:
    _, scores = replay([*noisy(2000), 60.0])
    assert scores[-1] > 1 > max(scores[600:-1]) - 1


def test_a_fall_scores_as_a_rise_does_unless_one_side_is_asked_for() -> None:
    fall = [*noisy(2000), -20.0]
    assert replay(fall)[1][-1] > 1
    assert replay(fall, side="below")[1][-1] > 1
    assert replay(fall, side="above")[1][-1] == 0
    assert replay([*noisy(2000), 60.0], side="below")[1][-1] == 0


def test_nothing_is_said_in_warm_up() -> None:
    _, scores = replay([*noisy(300), 900.0, *noisy(200)])
    assert set(scores) == {0.0}


def test_what_happens_each_day_at_its_hour_is_usual_and_the_same_at_night_is_not() -> None:
    values = by_day(24 * 20, HOUR)
    _, scores = replay(values, HOUR)
    assert max(scores[24 * 5 :]) < 1.5
    at_the_low = 24 * 19 + 18
    assert values[at_the_low] < 10
    values[at_the_low] = 75.0  # a value that each day brings, but not at 18
    assert replay(values[: at_the_low + 1], HOUR)[1][-1] > 1


def test_a_lone_spike_every_day_is_usual() -> None:
    values = noisy(288 * 14)
    for day in range(14):
        values[day * 288 + 37 * (day % 5)] = 90.0
    assert max(replay(values)[1][288 * 5 :]) < 1.5


def test_values_that_stand_still_on_a_lively_metric_are_unusual() -> None:
    values = noisy(2000)
    assert max(replay([*values, *[values[-1]] * 100])[1][-50:]) > 1


def test_a_constant_metric_never_scores_until_it_moves() -> None:
    _, scores = replay([7.0] * 2000 + [8.0])
    assert set(scores[:-1]) == {0.0}
    assert scores[-1] > 3


def test_a_new_level_scores_and_becomes_usual() -> None:
    _, scores = replay([*noisy(2000), *(value + 40 for value in noisy(288 * 21, seed=2))])
    assert max(scores[2000:2010]) > 1
    assert max(scores[-288 * 4 :]) < 1.5


def test_one_monstrous_outlier_does_not_blind_the_baseline() -> None:
    poisoned = noisy(3000)
    poisoned[1500] = 1e12
    _, scores = replay([*poisoned, 60.0])
    assert scores[-1] > 1


def test_a_long_silence_is_no_news() -> None:
    memory, _ = replay(noisy(2000))
    later = T0 + 2000 * FIVE + timedelta(days=40)
    for index, value in enumerate(noisy(600, seed=3)):
        memory, score = advance(memory, later + index * FIVE, value, USUAL)
        assert score < 2


@pytest.mark.parametrize("step", [timedelta(seconds=10), FIVE, HOUR, timedelta(days=1)])
def test_any_interval_will_do(step: timedelta) -> None:
    count = max(400, round(timedelta(days=3) / step))
    _, scores = replay([*noisy(min(count, 27_000)), 90.0], step)
    assert max(scores[:-1], default=0) < 3
    assert scores[-1] > 1


def test_a_reading_that_is_not_newer_changes_nothing() -> None:
    memory, _ = replay(noisy(700))
    assert advance(memory, T0 + 699 * FIVE, 1e6, USUAL) == (memory, 0.0)


def test_what_is_expected_can_be_told() -> None:
    memory, _ = replay(by_day(288 * 10, FIVE))
    noon = expectation(memory, T0 + timedelta(days=10, hours=6), USUAL)
    night = expectation(memory, T0 + timedelta(days=10, hours=18), USUAL)
    assert noon is not None
    assert night is not None
    assert noon.expected == pytest.approx(99, abs=4)
    assert night.expected == pytest.approx(1, abs=4)
    assert noon.low < noon.expected < noon.high
    assert expectation({}, T0, USUAL) is None


def test_a_value_off_the_band_is_one_that_scores() -> None:
    memory, _ = replay(noisy(3000))
    at = T0 + 3000 * FIVE
    told = expectation(memory, at, USUAL)
    assert told is not None
    assert advance(memory, at, told.expected, USUAL)[1] < 1
    assert advance(memory, at, told.high + 1, USUAL)[1] > 1


def test_memory_of_another_version_starts_anew() -> None:
    memory, score = advance({"v": 0, "s": "?"}, T0, 1.0, USUAL)
    assert score == 0
    assert memory == advance({}, T0, 1.0, USUAL)[0]


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        advance({}, T0, math.nan, USUAL)
    with pytest.raises(ValueError, match="zone"):
        advance({}, T0.replace(tzinfo=None), 1.0, USUAL)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"short": 0}, "baseline.short"),
        ({"floor": math.nan}, "baseline.floor"),
        ({"short": 9, "middle": 6}, "short <= middle"),
        ({"learn": 2}, "learn"),
        ({"warm_up": -1}, "warm_up"),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_name(wrong: Any, named: str) -> None:
    with pytest.raises(PlaybookError, match=named):
        Settings(**wrong)


@given(st.lists(st.tuples(st.floats(1e-3, 1e7), FINITE), max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_finite_values_at_any_times_are_taken_and_the_memory_stays_small(
    steps: list[tuple[float, float]],
) -> None:
    memory, _ = replay(noisy(40))
    at = T0 + 40 * FIVE
    for seconds, value in steps:
        at += timedelta(seconds=seconds)
        memory, score = advance(memory, at, value, Settings(warm_up=0))
        assert math.isfinite(score)
        assert score >= 0
        assert len(json.dumps(memory, separators=(",", ":"))) <= 700
        expectation(memory, at, Settings(warm_up=0))


@given(st.integers(0, 1999))
@settings(max_examples=10, deadline=None)
def test_going_on_from_json_is_going_on(cut: int) -> None:
    values = noisy(2000)
    memory, _ = replay(values[:cut])
    memory = json.loads(json.dumps(memory))
    for index in range(cut, len(values)):
        memory, _ = advance(memory, T0 + index * FIVE, values[index], USUAL)
    assert memory == replay(values)[0]


@pytest.mark.parametrize(("times", "plus"), [(1000.0, 0.0), (0.001, 0.0), (1.0, 5000.0), (-2.0, 7)])
def test_other_units_give_the_same_scores(times: float, plus: float) -> None:
    values = [*by_day(288 * 8, FIVE), 160.0]
    _, scores = replay(values)
    _, others = replay([value * times + plus for value in values])
    assert others[-1] == pytest.approx(scores[-1], rel=0.1)
    assert others == pytest.approx(scores, rel=0.25, abs=0.5)


def test_a_reading_takes_no_time_to_speak_of() -> None:
    values = noisy(5000)
    began = time.perf_counter()
    replay(values)
    assert time.perf_counter() - began < 3  # 0.15 s, on a machine with nothing else to do
