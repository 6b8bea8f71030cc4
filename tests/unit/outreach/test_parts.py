"""A text too long for one message, in parts that fit."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.base import Outlet
from chalicelib.outreach.parts import parts


def outlet(longest: int, **about: Any) -> Outlet:
    return Outlet(send=lambda *_: None, longest=longest, split=True, **about)  # type: ignore[arg-type]


def in_bytes(text: str) -> int:
    return len(text.encode())


def test_a_text_that_fits_stays_whole() -> None:
    assert parts("Merhaba", outlet(7)) == ["Merhaba"]


def test_it_is_cut_between_sentences_where_that_is_possible() -> None:
    text = "Siparişiniz yolda. Yarın kapınızda olacak."
    assert parts(text, outlet(30)) == ["Siparişiniz yolda.", "Yarın kapınızda olacak."]


def test_and_between_paragraphs_before_that() -> None:
    assert parts("Bir. İki.\n\nÜç. Dört.", outlet(14)) == ["Bir. İki.", "Üç. Dört."]


def test_a_word_that_is_too_long_is_cut_all_the_same() -> None:
    assert parts("a" * 25, outlet(10)) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_channel_that_counts_bytes_gets_no_more_of_them() -> None:
    found = parts("ğüşiöç " * 40, outlet(100, measure=in_bytes))
    assert all(in_bytes(part) <= 100 for part in found)


@pytest.mark.parametrize("measure", [len, in_bytes])
@given(text=st.text(min_size=1, max_size=300), longest=st.integers(4, 60))
def test_every_part_fits_and_nothing_but_white_space_is_lost(
    measure: Any, text: str, longest: int
) -> None:
    found = parts(text, outlet(longest, measure=measure))
    assert all(measure(part) <= longest for part in found) or not text.strip()
    assert "".join("".join(found).split()) == "".join(text.split())
