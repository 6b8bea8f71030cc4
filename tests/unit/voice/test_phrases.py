"""What is said in words: phrases that set bad marks apart from good ones."""

from math import isclose, log, sqrt

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.triage.words import fold
from chalicelib.voice.phrases import PRIOR, Phrase, Side, Text, phrases

BAD = ["Kargo çok geç geldi, kutu ezilmiş", "kargo geç geldi!", "KARGO GEÇ GELDİ. Kahve güzel"]
GOOD = ["Kahve harika, taze kokuyor", "Harika kahve", "çok taze ve harika"]


def texts(low: list[str], high: list[str], middle: tuple[str, ...] = ()) -> list[Text]:
    sides: list[tuple[Side, list[str]]] = [("low", low), ("high", high), ("middle", [*middle])]
    return [
        Text(id=f"{side}{n}", customer_id=f"cus_{side}{n}", side=side, text=text)
        for side, some in sides
        for n, text in enumerate(some)
    ]


def said(low: list[str], high: list[str]) -> tuple[list[str], list[str]]:
    bad, good = phrases(texts(low, high), fold, limit=10)
    return [one.phrase for one in bad], [one.phrase for one in good]


def test_each_side_has_the_phrases_that_set_it_apart() -> None:
    bad, good = said(BAD, GOOD)
    assert bad[0].lower() in ("geç geldi", "kargo")
    assert {"harika", "taze"} <= {one.lower() for one in good}
    assert not set(bad) & set(good)


def test_words_are_one_however_they_are_typed_and_shown_as_mostly_written() -> None:
    bad, _ = phrases(texts(["İade yok", "iade yok", "IADE YOK"], GOOD), fold, limit=5)
    (one,) = bad
    assert (one.texts, one.low, one.high) == (3, 3, 0)
    assert fold(one.phrase) == "iade yok"


def test_a_text_counts_once_however_often_it_repeats_itself() -> None:
    bad, _ = phrases(texts(["rezalet " * 50, "rezalet"], GOOD), fold, limit=5)
    assert bad[0].low == 2


def test_what_only_one_customer_says_is_not_shown() -> None:
    again = [
        Text(id=f"t{n}", customer_id="cus_1", side="low", text="Zübeyde Hanım'ın mavi evi")
        for n in range(5)
    ]
    bad, good = phrases([*again, *texts([], GOOD)], fold, limit=20)
    assert bad == []
    assert good


def test_what_was_put_into_brackets_and_numbers_are_no_words() -> None:
    low = ["[name] sipariş [number] nerede [mail]", "[name] sipariş 4711 nerede [mail]"]
    bad, _ = phrases(texts(low, GOOD), fold, limit=20)
    assert [one.phrase for one in bad] == ["sipariş"]


def test_phrases_do_not_reach_beyond_a_comma_or_over_common_words() -> None:
    low = ["kutu ezik, kargo pahalı", "kutu ezik, kargo pahalı"]
    bad, _ = said(low, GOOD)
    assert set(bad) == {"kutu ezik", "kargo pahalı"}
    english, _ = said(["the box was broken"] * 2, GOOD)
    assert set(english) == {"box", "broken"}


def test_z_is_that_of_the_paper() -> None:
    """Two words on each side, worked by hand: three texts of four have "kötü"."""
    bad, _ = phrases(texts(["kötü", "kötü", "kötü"], ["kötü", "iyiydi", "iyiydi"]), fold, limit=5)
    (found,) = bad
    prior, all_prior = 4 * PRIOR, 6 * PRIOR
    low = log((3 + prior) / (3 + all_prior - 3 - prior))
    high = log((1 + prior) / (3 + all_prior - 1 - prior))
    assert isclose(found.z, (low - high) / sqrt(1 / (3 + prior) + 1 / (1 + prior)))
    assert isinstance(found, Phrase)
    assert found.examples == ["low0", "low1", "low2"]


def test_without_texts_there_is_nothing() -> None:
    assert phrases([], fold, limit=5) == ([], [])
    assert phrases(texts(["", "!!!", "ve"], []), fold, limit=5) == ([], [])


def test_long_texts_are_read_as_far_as_they_tell_something() -> None:
    many = texts([f"söz{chr(97 + n % 26)} " * 100_000 for n in range(4)], [])
    assert phrases(many, fold, limit=5)[0] == []


@given(st.lists(st.text(max_size=40), max_size=6), st.lists(st.text(max_size=40), max_size=6))
def test_whatever_is_written_is_ranked(low: list[str], high: list[str]) -> None:
    bad, good = phrases(texts(low, high), fold, limit=3)
    assert all(one.z > 0 for one in bad)
    assert all(one.z < 0 for one in good)
    assert len(bad) <= 3
