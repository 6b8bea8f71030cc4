"""In which language a message is, and what told."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.triage.language import language_of

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    "text",
    ["Kargom nerede?", "SIPARIS NE ZAMAN GELIR", "parami istiyorum", "merhaba", "ürünü beğenmedim"],
)
def test_turkish_is_known_with_diacritics_and_without(text: str) -> None:
    assert language_of(text).code == "tr"


@pytest.mark.parametrize(
    "text", ["Where is my order?", "REFUND PLEASE", "it does not work", "the screen cracked"]
)
def test_english_is_known(text: str) -> None:
    assert language_of(text).code == "en"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😡😡",
        "12345",
        "!!!",
        "Здравствуйте",
        "ich habe die Ware bekommen",
        "مرحبا",
        "xqz",
    ],
)
def test_what_is_neither_is_unknown(text: str) -> None:
    assert language_of(text).code == "unknown"
    assert language_of(text).why == ()


def test_it_says_which_words_told() -> None:
    assert "kargom" in language_of("kargom nerede").why
    assert "where" in language_of("where is it").why
    assert language_of("yanlış").why == ("ı", "ş")


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert language_of(text).code in {"tr", "en", "unknown"}


@pytest.mark.parametrize("code", ["tr", "en"])
def test_of_real_questions_hardly_one_is_not_recognised(code: str) -> None:
    with (DATA / f"triage_{code}.csv").open(encoding="utf-8", newline="") as file:
        found = [language_of(row["text"]).code for row in csv.DictReader(file)]
    other = {"tr": "en", "en": "tr"}[code]
    assert found.count(code) / len(found) > 0.95
    assert found.count(other) == 0
