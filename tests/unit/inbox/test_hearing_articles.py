"""What a short message says to an article: a pressed button, a yes, a no, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.inbox.hearing import agreement, chosen


@pytest.mark.parametrize(
    "text", ["Evet", "EVET!", " evet. ", "Oldu", "👍", "👍🏽", "👍🏿", "Yes", "OK", "Teşekkürler",
             "SAĞ OL", "çok teşekkür ederim", "thank you!", "İşime yaradı"],
)  # fmt: skip
def test_a_yes_is_heard_however_it_is_typed(text: str) -> None:
    assert agreement(text) is True


@pytest.mark.parametrize(
    "text", ["Hayır", "HAYIR", "hayir", "👎", "no", "No.", "olmadı", "İşe yaramadı"]
)
def test_a_no_is_heard_however_it_is_typed(text: str) -> None:
    assert agreement(text) is False


@pytest.mark.parametrize(
    "text", [None, "", " ", "evet ama kargom nerede", "hayır, olmaz böyle", "1", "nope nope", "😀",
             "e" * 41],
)  # fmt: skip
def test_whatever_says_more_is_neither(text: str | None) -> None:
    assert agreement(text) is None


@given(st.text(max_size=100))
def test_any_text_is_heard_without_harm(text: str) -> None:
    assert agreement(text) in (True, False, None)


def test_a_button_names_its_notification_and_number() -> None:
    assert chosen("article:ntf_abc234:2") == ("ntf_abc234", 2)


@pytest.mark.parametrize(
    "payload", [None, "", "article:ntf_abc:", "article:ntf_abc:123", "article:x:1",
                "survey:ntf_abc:1", "article:ntf_abc:1\n", "ARTICLE:ntf_abc:1"],
)  # fmt: skip
def test_other_payloads_are_not_ours(payload: str | None) -> None:
    assert chosen(payload) is None
