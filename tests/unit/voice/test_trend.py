"""Whether something grows beyond chance: exact intervals of the ratio of two rates."""

from math import comb, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.voice.trend import Trend, trend


def tail(n: int, at_least: int, p: float) -> float:
    """The chance of so many of n draws, by adding up: slow and plain."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(at_least, n + 1))


def share(ratio: float, days: float, former_days: float) -> float:
    return ratio * days / (ratio * days + former_days)


def test_nothing_and_too_little_to_compare_with_say_nothing() -> None:
    assert trend(0, 7, 0, 28).direction == "unknown"
    assert trend(50, 7, 0, 6) == Trend(direction="unknown", recent=50, former=0)
    assert trend(50, 0, 3, 28).direction == "unknown"


def test_three_contacts_after_four_silent_weeks_are_news_and_two_are_not() -> None:
    assert trend(3, 7, 0, 28).direction == "rising"
    assert trend(2, 7, 0, 28).direction == "steady"
    assert trend(3, 7, 0, 28).ratio is None


def test_a_week_like_those_before_is_steady() -> None:
    found = trend(10, 7, 40, 28)
    assert found.direction == "steady"
    assert found.ratio == 1
    assert found.low is not None
    assert found.high is not None
    assert found.low < 1 < found.high


def test_silence_after_many_is_falling() -> None:
    found = trend(0, 7, 40, 28)
    assert (found.direction, found.ratio, found.low) == ("falling", 0, 0)


def test_half_a_day_is_compared_with_its_own_length() -> None:
    assert trend(5, 3.5, 40, 28).ratio == 1


def test_large_counts_take_no_longer() -> None:
    found = trend(1_000_000, 7, 3_900_000, 28)
    assert found.direction == "rising"
    assert found.low is not None
    assert isclose(found.low, 1.0256, abs_tol=0.01)


@given(
    recent=st.integers(0, 40),
    former=st.integers(0, 120),
    days=st.sampled_from([0.5, 3.0, 7.0]),
    former_days=st.sampled_from([7.0, 28.0]),
)
def test_the_ends_leave_out_two_and_a_half_in_a_hundred_each(
    recent: int, former: int, days: float, former_days: float
) -> None:
    found = trend(recent, days, former, former_days)
    n = recent + former
    if not n:
        return
    if recent:
        assert found.low is not None
        assert isclose(tail(n, recent, share(found.low, days, former_days)), 0.025, rel_tol=1e-5)
    if former:
        assert found.high is not None
        above = tail(n, recent + 1, share(found.high, days, former_days))
        assert isclose(1 - above, 0.025, rel_tol=1e-5)


@settings(max_examples=50)
@given(former=st.integers(0, 60), recent=st.integers(0, 60))
def test_more_contacts_never_look_like_fewer(former: int, recent: int) -> None:
    one, more = trend(recent, 7, former, 28), trend(recent + 1, 7, former, 28)
    assert (more.low or 0) >= (one.low or 0)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 3.0])
def test_the_true_ratio_is_inside_in_at_least_95_of_100_cases(ratio: float) -> None:
    """Every outcome weighed by its chance, given thirty contacts in all."""
    n, p = 30, share(ratio, 7, 28)
    inside = 0.0
    for recent in range(n + 1):
        found = trend(recent, 7, n - recent, 28)
        low = found.low or 0.0
        high = found.high if found.high is not None else float("inf")
        if low <= ratio <= high:
            inside += comb(n, recent) * p**recent * (1 - p) ** (n - recent)
    assert inside >= 0.95
