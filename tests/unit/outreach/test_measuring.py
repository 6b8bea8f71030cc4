"""What a campaign changed: the interval as published, the words as the interval has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intervals import wilson
from chalicelib.outreach.measuring import Groups, findings, groups, needed, newcombe


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe (1998), table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_is_the_published_one(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(*first, *second)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_the_rates_own_interval_is_the_published_one() -> None:
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", method 3.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
def test_the_difference_lies_in_its_interval_and_turns_round_with_the_groups(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    there, back = newcombe(*first, *second), newcombe(*second, *first)
    assert -1 - 1e-9 <= there.low <= there.value <= there.high <= 1 + 1e-9
    assert there.low == pytest.approx(-back.high)


def test_both_groups_are_counted_from_the_outcomes() -> None:
    outcomes = {
        ("sent", "due"): 90,
        ("failed", "rejected_by_platform"): 4,
        ("uncertain", "worker_lost"): 1,
        ("skipped", "holdout"): 10,
        ("skipped", "no_consent"): 50,
        ("cancelled", "campaign_cancelled"): 3,
    }
    assert groups(outcomes) == Groups(treated=95, control=10)


def test_what_the_interval_says_is_said_in_words() -> None:
    sizes = Groups(treated=9000, control=1000)
    did = {
        ("treated", "ordered"): 900, ("control", "ordered"): 50,
        ("treated", "reviewed"): 90, ("control", "reviewed"): 11,
        ("treated", "unsubscribed"): 9, ("control", "unsubscribed"): 30,
    }  # fmt: skip
    ordered, reviewed, unsubscribed = findings(sizes, did)
    assert (ordered.verdict, reviewed.verdict, unsubscribed.verdict) == ("more", "unclear", "fewer")
    assert ordered.words.en.startswith("More orders among those who got it: ")
    assert ordered.words.tr.startswith("Kampanyayı alanlarda daha çok sipariş")
    assert reviewed.words.en == "No difference in reviews can be seen yet."
    assert "people a group" in reviewed.note.en
    assert unsubscribed.words.en.startswith("Fewer unsubscribes")


def test_without_a_control_group_nothing_is_claimed() -> None:
    for found in findings(Groups(treated=100, control=0), {("treated", "ordered"): 50}):
        assert (found.verdict, found.difference) == ("none", None)
        assert "holdout_percent" in found.note.en
    assert findings(Groups(treated=0, control=0), {})[0].verdict == "none"


def test_a_small_group_is_named_as_one() -> None:
    found = findings(Groups(treated=500, control=20), {("treated", "ordered"): 5})[0]
    assert found.note.en.startswith("The smaller group has 20 people")


def test_how_many_it_takes_follows_the_usual_formula() -> None:
    assert needed(0.10, 0.15) == 683
    assert needed(0.1, 0.1) is None
