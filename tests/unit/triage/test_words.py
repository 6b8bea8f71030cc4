"""Words are the same however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.triage.words import LONGEST, READ, fold, stems, tokens


@pytest.mark.parametrize(
    "typed",
    ["İADE", "iade", "Iade", "ıade", "İade", "IADE", "i̇ade"],
)
def test_the_four_i_s_of_turkish_are_one(typed: str) -> None:
    assert fold(typed) == "iade"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ŞİKÂYET", "sikayet"),
        ("ürünüm çöktü, ağır", "urunum coktu, agir"),
        ("Straße", "strasse"),
        ("ｆｕｌｌ", "full"),
        ("Café", "cafe"),
    ],
)
def test_diacritics_and_case_make_no_difference(typed: str, plain: str) -> None:
    assert fold(typed) == plain


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ "))
def test_turkish_in_capitals_and_in_small_letters_is_the_same(text: str) -> None:
    capitals = text.replace("i", "İ").replace("ı", "I").upper()
    small = text.replace("I", "ı").replace("İ", "i").lower()
    assert tokens(capitals) == tokens(small) == tokens(text)


@given(st.text(max_size=300))
def test_any_text_has_words_of_bounded_length(text: str) -> None:
    assert all(0 < len(word) <= LONGEST for word in tokens(text))


def test_of_a_huge_text_the_beginning_is_read() -> None:
    assert len(fold("ş" * 100_000)) == READ
    assert len(tokens("word " * 20_000)) == READ // 5


def test_what_is_negated_says_not() -> None:
    assert tokens("can't cannot CAN’T dont wont doesn't") == [
        *("can", "not", "can", "not", "can", "not"),
        *("do", "not", "will", "not", "does", "not"),
    ]
    assert tokens("want bant") == ["want", "bant"]


def test_what_follows_an_apostrophe_is_an_ending() -> None:
    assert tokens("iPhone'um Ankara’dan I'm") == ["iphone", "ankara", "i"]


def test_a_long_number_is_any_number() -> None:
    assert tokens("sipariş 48213377 beden 42") == ["siparis", "#", "beden", "42"]


def test_emoji_are_words_and_marks_are_not() -> None:
    assert tokens("😡 !!! … _ 👍") == ["😡", "👍"]


def test_stems_are_those_of_the_language() -> None:
    assert stems(["arrived", "cards"], "en") == ["arriv", "card"]
    assert stems(["siparisimiz", "kargo"], "tr") == ["sipar", "kargo"]
    assert stems(["refunds"], "unknown") == ["refund"]
