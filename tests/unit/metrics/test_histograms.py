"""Lengths of time in buckets: near the truth, and the same however they are added up."""

from collections import Counter
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metrics.histograms import ERROR, bucket, quantile, value

LENGTHS = st.lists(st.floats(1.0, 4e7), min_size=1, max_size=60)


def told(lengths: list[float]) -> Counter[int]:
    return Counter(map(bucket, lengths))


@given(LENGTHS, st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_within_its_error_of_the_true_one(lengths: list[float], share: float) -> None:
    true = sorted(lengths)[int(share * (len(lengths) - 1))]
    found = quantile(told(lengths), share)
    assert found is not None
    assert abs(found - true) <= ERROR * true * (1 + 1e-9)


@given(LENGTHS, LENGTHS)
def test_histograms_add_up(one: list[float], other: list[float]) -> None:
    assert told(one) + told(other) == told(one + other)


@given(st.integers(1, 400))
def test_every_bucket_holds_what_it_is_told_as(index: int) -> None:
    assert bucket(value(index)) == index


def test_what_takes_no_time_or_less_counts_as_a_second_at_most() -> None:
    assert bucket(0) == bucket(-5) == bucket(1) == 0
    assert isclose(quantile({0: 3}, 0.5) or 0, 1.0)


def test_nothing_has_no_median() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({3: 0}, 0.5) is None


def test_the_lower_of_two_is_their_median() -> None:
    assert quantile({bucket(10): 1, bucket(1000): 1}, 0.5) == value(bucket(10))
