"""The playbook's `[search]` and `[audit]`: as they come, left out, and mistaken."""

from datetime import timedelta

import pytest

from chalicelib.errors import PlaybookError
from chalicelib.playbook import PATH, parse

TEXT = PATH.read_text(encoding="utf-8")
SEARCH = '[search]\nkeep = "90d"\nkeep_orders = "730d"\n'
AUDIT = '[audit]\nkeep = "730d"\n'


def test_the_playbook_that_comes_with_temas_keeps_words_ninety_days() -> None:
    found = parse(TEXT, "prod")
    assert found.search is not None
    assert found.search.keep == timedelta(days=90)
    assert found.audit.keep == timedelta(days=730)


def test_without_the_tables_nothing_is_searched_and_the_trail_is_kept_two_years() -> None:
    found = parse(TEXT.replace(SEARCH, "").replace(AUDIT, ""), "prod")
    assert found.search is None
    assert found.audit.keep == timedelta(days=730)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (SEARCH, SEARCH.replace("90d", "91d"), "1 to 90 days"),
        (SEARCH, SEARCH.replace("90d", "1h"), "1 to 90 days"),
        (SEARCH, SEARCH.replace("730d", "9999d"), "ten years"),
        (SEARCH, SEARCH + "odd = 1\n", "odd"),
        (AUDIT, AUDIT.replace("730d", "7d"), "30 days to ten years"),
        (AUDIT, AUDIT.replace('"730d"', "730"), "length of time"),
    ],
)
def test_a_mistake_is_told_with_its_fix(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(PlaybookError, match=said):
        parse(TEXT.replace(old, new), "prod")
