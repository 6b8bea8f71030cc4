"""The public pages' words: complete in every language, and of one version with what is recorded."""

from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.store.records import Contact
from chalicelib.web import faq_words, kept_words, page_words, preferences_words, survey_words
from chalicelib.web.kept_part import masked, masked_name

PAGE = Path(__file__).parents[2] / "docs" / "pages.md"

TABLES: Mapping[str, Mapping[str, Mapping[Locale, str]]] = {
    "kept": kept_words.WORDS,
    "sources": kept_words.SOURCES,
    "channels": page_words.CHANNELS,
    "purposes": page_words.PURPOSES,
    "preferences": preferences_words.WORDS,
    "survey": survey_words.WORDS,
    "faq": faq_words.WORDS,
    "titles": {name: title for name, (title, _) in page_words.KIND_PAGES.items()},
    "texts": {name: text for name, (_, text) in page_words.KIND_PAGES.items()},
}


@pytest.mark.parametrize("table", TABLES)
def test_every_word_is_there_in_every_language_with_the_same_places_to_fill(table: str) -> None:
    for name, word in TABLES[table].items():
        assert set(word) == set(LOCALES), name
        assert all(text.strip() for text in word.values()), name
        places = [{place for _, place, _, _ in Formatter().parse(word[one])} for one in LOCALES]
        assert places[0] == places[1], name


def test_what_can_be_agreed_to_is_documented_under_its_version() -> None:
    """Change the words, and the version they are recorded with has to change, too."""
    rows = PAGE.read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| `{preferences_words.VERSION}` ")]
    for purpose in ("marketing", "review", "survey"):
        for locale in LOCALES:
            words = preferences_words.WORDS
            assert f"{words[purpose][locale]}: {words[f'{purpose}_hint'][locale]}" in row


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        ("email", "ayse@example.com", "a•••@example.com"),
        ("email", "not an address", ""),
        ("sms", "905321112233", "••• 2233"),
        ("telegram", "4242424242", ""),
    ],
)
def test_addresses_are_masked(channel: str, address: str, shown: str) -> None:
    assert masked(Contact(channel=channel, address=address)) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ayşe Nur Yılmaz", "Ayşe N••• Y•••"), ("Ayşe", "Ayşe"), ("   ", "")],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked_name(name) == shown
