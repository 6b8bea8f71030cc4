"""Codes: hard to guess, easy to read out, read however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.commerce.codes import ALPHABET, new_code, reading

CODES = st.text(ALPHABET, min_size=10, max_size=10).map(lambda text: f"{text[:5]}-{text[5:]}")


def test_a_code_has_no_letters_that_look_alike() -> None:
    assert not set(ALPHABET) & set("01ILO5S2Z8B") - set("28")
    assert len(set(ALPHABET)) == 24


def test_no_two_codes_are_the_same() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(reading(code) == code for code in codes)


@given(code=CODES, data=st.data())
def test_case_spaces_and_dashes_do_not_matter(code: str, data: st.DataObject) -> None:
    letters = [*code.replace("-", "")]
    typed = "".join(
        data.draw(st.sampled_from([letter, letter.lower()]))
        + data.draw(st.sampled_from(["", "", " ", "-", "–", "\u00a0"]))
        for letter in letters
    )
    assert reading(f" {typed}\t") == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(text: str) -> None:
    code = reading(text)
    assert code is None or reading(code) == code


@pytest.mark.parametrize(
    "text",
    ["", "YAZ2026", "KV7P2-9XQ4", "KV7P2-9XQ4MM", "KV7P2-9XQ4O", "K" * 100_000, "İV7P29XQ4M"],
)
def test_what_is_not_ours_is_told_apart(text: str) -> None:
    assert reading(text) is None
