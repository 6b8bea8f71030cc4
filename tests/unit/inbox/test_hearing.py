"""Short messages: a wish to be left alone, a number that answers; everything else is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inbox import hearing
from chalicelib.playbook import load

WORDS = load("prod").opt_out


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop. ", "DUR", "dur!", "İPTAL", "iptal", "IPTAL", "ıptal", "Iptal…", "RET",
     "ret", "ABONELİKTEN ÇIK", "abonelikten çık", "Abonelikten  cik", "end"],
)  # fmt: skip
def test_a_word_for_no_more_is_heard_however_it_is_typed(text: str) -> None:
    assert hearing.wish(text, WORDS) is False


@pytest.mark.parametrize("text", ["START", "başla", "BASLA", "Başlat!", "unstop"])
def test_a_word_that_allows_it_again_is_heard(text: str) -> None:
    assert hearing.wish(text, WORDS) is True


@pytest.mark.parametrize(
    "text",
    ["siparişimi iptal etmek istiyorum", "please stop by tomorrow", "durum nedir", "dur bakalım",
     "", None, "👍", "stopp", "s t o p", "STOP" * 20, "returns?", "retro"],
)  # fmt: skip
def test_a_sentence_with_such_a_word_in_it_is_only_a_sentence(text: str | None) -> None:
    assert hearing.wish(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "score"),
    [("5", 5), (" 4 ", 4), ("4/5", 4), ("9 / 10", 9), ("10", 10), ("0", 0), ("4.", 4), ("(3)", 3),
     ("5️⃣", 5), ("５", 5), ("⭐⭐⭐⭐", 4), ("★★", 2), ("⭐️⭐️⭐️", 3), ("٥", 5)],
)  # fmt: skip
def test_a_message_that_is_a_number_is_that_score(text: str, score: int) -> None:
    assert hearing.score(text) == score


@pytest.mark.parametrize(
    "text",
    ["5 kahve istiyorum", "100", "4-5", "beş", "", None, "1e9", "+905321112233", "3,5", "5 5",
     "-1", "⭐⭐⭐⭐⭐⭐", "4\u200b5 lütfen"],
)  # fmt: skip
def test_a_message_that_says_more_is_no_score(text: str | None) -> None:
    assert hearing.score(text) is None


def test_a_pressed_button_names_its_survey_and_score() -> None:
    assert hearing.pressed("survey:ntf_abc2:4") == ("ntf_abc2", 4)
    for payload in (None, "", "survey:ntf_abc2:", "survey:x:4", "survey:ntf_a:4:5", "buy:4"):
        assert hearing.pressed(payload) is None


@given(st.text(max_size=60))
def test_whatever_is_written_is_heard_without_trouble(text: str) -> None:
    assert hearing.wish(text, WORDS) in (None, True, False)
    found = hearing.score(text)
    assert found is None or 0 <= found <= 99
    hearing.pressed(text)
