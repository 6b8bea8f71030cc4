"""Answer, offer, wait, or a person: what decides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.selfservice.deciding import (
    Answer,
    Facts,
    HandOff,
    Offer,
    Thanked,
    Thresholds,
    Wait,
    decide,
)
from chalicelib.selfservice.shelf import Found

LIMITS = Thresholds(confident=0.6, close=0.3, lead=0.1, offers=3, attempts=2)


def found(*certainties: float) -> list[Found]:
    return [Found(article_id=f"a{n}", certainty=one) for n, one in enumerate(certainties)]


def decided(*certainties: float, **more: Any) -> Any:
    return decide(Facts(found=found(*certainties), **more), LIMITS)


def test_a_certain_article_that_is_well_ahead_answers() -> None:
    assert decided(0.8, 0.4) == Answer(article_id="a0", certainty=0.8)
    assert decided(0.6) == Answer(article_id="a0", certainty=0.6)


def test_two_that_are_nearly_alike_are_offered_however_certain() -> None:
    assert decided(0.9, 0.85) == Offer(article_ids=("a0", "a1"), certainty=0.9)


def test_close_ones_are_offered_three_at_most() -> None:
    assert decided(0.5, 0.45, 0.4, 0.35) == Offer(article_ids=("a0", "a1", "a2"), certainty=0.5)
    assert decided(0.5, 0.2) == Offer(article_ids=("a0",), certainty=0.5)


def test_unsure_is_for_a_person() -> None:
    assert decided(0.29) == decided() == HandOff(reason="unsure")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"wants_human": True}, "asked"),
        ({"sentiment": "negative"}, "angry"),
        ({"urgent": True}, "urgent"),
        ({"severity": "critical"}, "urgent"),
        ({"contacts": 3}, "repeat"),
        ({"contacts": 3, "wants_human": True, "sentiment": "negative"}, "repeat"),
        ({"alert": True}, "alert"),
        ({"available": False, "alert": True}, "off"),
        ({"attempts": 2}, "unsure"),
        ({"files": True}, "unsure"),
    ],
)
def test_whatever_speaks_for_a_person_comes_before_the_surest_article(
    more: dict[str, Any], reason: str
) -> None:
    assert decided(1.0, **more) == HandOff(reason=reason)  # type: ignore[arg-type]


def test_a_greeting_waits_for_its_question_but_not_after_an_attempt() -> None:
    assert decided(question=False) == Wait()
    assert decided(question=False, attempts=1) == HandOff(reason="unsure")


def test_thanks_after_an_answer_say_that_it_helped() -> None:
    thanks = {"answered": True, "question": False, "attempts": 1}
    assert decided(sentiment="positive", **thanks) == Thanked()
    assert decided(sentiment="neutral", **thanks) == HandOff(reason="unsure")
    assert decided(0.9, sentiment="positive", answered=True, attempts=1) != Thanked()


@given(st.lists(st.floats(0, 1), max_size=6), st.integers(0, 4), st.booleans())
def test_every_article_named_was_found_and_close_enough(
    certainties: list[float], attempts: int, angry: bool
) -> None:
    ordered = found(*sorted(certainties, reverse=True))
    facts = Facts(found=ordered, attempts=attempts, sentiment="negative" if angry else "neutral")
    decision = decide(facts, LIMITS)
    close = {one.article_id for one in ordered if one.certainty >= LIMITS.close}
    if isinstance(decision, Answer):
        assert {decision.article_id} <= close
    if isinstance(decision, Offer):
        assert set(decision.article_ids) <= close
    if angry or attempts >= LIMITS.attempts or not close:
        assert isinstance(decision, HandOff)
