"""Which words of a message can be searched, and what a search for them finds."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search.words import LONGEST, MOST, has, kept, may_have, order_name, sought, words


def test_a_word_is_one_however_it_is_typed() -> None:
    assert words("İADE iade Iade") == ["iade"]
    assert words("Şikâyet, sikayet!") == ["sikayet"]
    assert has(words("Siparişim nerede kaldı?"), sought("SIPARIS kaldi"))
    assert not has(words("Siparişim nerede kaldı?"), sought("sipariş kargo"))
    assert has(words("My order TR-2024-17 never came"), sought("2024"))


def test_of_a_long_message_numbers_and_long_words_are_kept() -> None:
    text = " ".join(f"kelime{chr(97 + n) * n}" for n in range(1, 20)) + " ab12 bir"
    found = kept(text)
    assert len(found) == MOST
    assert found[0] == "ab12"
    assert "bir" not in found
    assert kept("bir iki") == ["bir", "iki"]
    assert kept("😀 a b") == []


def test_an_orders_name_is_one_with_and_without_its_sign() -> None:
    assert order_name("#1001") == order_name(" 1001 ") == "1001"
    assert order_name("TR-17") == order_name("tr17") == "tr17"
    assert order_name("#") == ""


@given(st.text(max_size=400), st.integers(0, 50), st.integers(3, 12))
def test_every_word_of_a_message_may_be_found_by_its_beginning(
    text: str, which: int, letters: int
) -> None:
    there = words(text)
    assert len(kept(text)) <= MOST
    assert all(len(word) <= LONGEST for word in there)
    if there:
        beginning = there[which % len(there)][:letters]
        assert has(there, [beginning])
        assert may_have(kept(text), [beginning])


@given(st.text(max_size=200))
def test_a_search_for_a_whole_message_finds_it(text: str) -> None:
    if wanted := sought(text):
        assert has(words(text), wanted)
