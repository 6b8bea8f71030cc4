"""Which words of a text can be searched, what a search for them finds, and how often it does."""

import random

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search.finding import LOOKED_UP
from chalicelib.search.telling import ranked
from chalicelib.search.words import (
    LONG,
    LONGEST,
    MOST,
    MOST_OF_LONG,
    begins,
    common_beginning,
    has,
    kept,
    may_have,
    order_name,
    sought,
    words,
)
from tests.support.search_texts import TEXTS


def test_a_word_is_one_however_it_is_typed() -> None:
    assert words("İADE iade Iade") == ["iade"]
    assert words("Şikâyet, sikayet!") == ["sikayet"]
    assert has(words("Siparişim nerede kaldı?"), sought("SIPARIS kaldi"))
    assert not has(words("Siparişim nerede kaldı?"), sought("sipariş kargo"))
    assert has(words("My order TR-2024-17 never came"), sought("2024"))


def test_a_word_is_found_when_turkish_softens_its_end() -> None:
    for text, query in (("tekerleği", "tekerlek"), ("kapağın", "KAPAK"), ("kitabım", "kitap")):
        assert has(words(text), sought(query))
        assert words(text)[0].startswith(common_beginning(sought(query)[0]))
    assert has(words("kapak"), sought("kapak"))
    assert not has(words("kapağın"), sought("kapasite"))
    assert not has(words("kapag"), sought("kapak")), "nothing is softened without an ending"


def test_an_error_code_of_two_characters_is_a_word() -> None:
    assert has(words("Ekranda E4 yazıyor"), sought("e4 ekran"))
    assert kept("Ekranda E4 yazıyor")[0] == "e4"
    assert words("42 su") == []


def test_of_a_long_text_what_tells_most_is_kept() -> None:
    text = " ".join(f"kelime{chr(97 + n) * n}" for n in range(1, 30)) + " ab12 merhaba"
    assert len(text) > LONG
    found = kept(text)
    assert len(found) == MOST_OF_LONG
    assert found[0] == "ab12"
    assert "merhaba" not in found
    assert len(kept(text[:LONG])) == MOST
    assert kept("bir iki") == ["iki", "bir"]
    assert kept("😀 a b") == []


def test_numbers_come_before_things_before_verbs_before_courtesies() -> None:
    assert ranked(words("Merhaba, değiştiriyorum conta 48213")) == [
        "48213", "conta", "degistiriyorum", "merhaba",
    ]  # fmt: skip


def test_an_orders_name_is_one_with_and_without_its_sign() -> None:
    assert order_name("#1001") == order_name(" 1001 ") == "1001"
    assert order_name("TR-17") == order_name("tr17") == "tr17"
    assert order_name("#") == ""


def looked_up(text: str, query: str) -> bool:
    """Whether a search finds this text: it has every word, and one that is looked up is kept."""
    wanted = sought(query)
    return has(words(text), wanted) and any(
        begins(word, one) for one in wanted[:LOOKED_UP] for word in kept(text)
    )


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_who_remembers_two_or_three_words_of_a_text_finds_it() -> None:
    """The figures of docs/staff.md: with the twelve longest words alone it was half of the long."""
    short = [looked_up(text, one) for text, asked in TEXTS if len(text) <= LONG for one in asked]
    long = [looked_up(text, one) for text, asked in TEXTS if len(text) > LONG for one in asked]
    assert (share(short), len(short), len(long)) == (1.0, 20, 91)
    assert share(long) >= 0.95


def test_three_words_taken_at_random_find_a_text_nearly_always() -> None:
    chance = random.Random(1)
    found = [
        looked_up(text, " ".join(chance.sample(words(text), 3)))
        for text, _ in TEXTS
        for _ in range(50)
    ]
    assert share(found) >= 0.85


@given(st.text(max_size=400), st.integers(0, 50), st.integers(3, 12))
def test_every_word_of_a_text_may_be_found_by_its_beginning(
    text: str, which: int, letters: int
) -> None:
    there = words(text)
    assert len(kept(text)) <= (MOST_OF_LONG if len(text) > LONG else MOST)
    assert all(len(word) <= LONGEST for word in there)
    if there:
        beginning = there[which % len(there)][:letters]
        assert has(there, [beginning])
        assert may_have(kept(text), [beginning])
        assert any(word.startswith(common_beginning(beginning)) for word in there)


@given(st.text(max_size=200))
def test_a_search_for_a_whole_text_finds_it(text: str) -> None:
    if wanted := sought(text):
        assert has(words(text), wanted)
