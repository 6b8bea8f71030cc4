"""What is remembered of a link that was followed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.outreach.clicks import LONGEST, remembered
from chalicelib.outreach.links import Links

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LINKS = Links(key=b"k" * 32, base_url="https://api.kahve.example/api")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://kahve.example/menu", "https://kahve.example/menu"),
        ("https://kahve.example/menu?token=secret#me", "https://kahve.example/menu"),
        ("https://ayse:pw@kahve.example/a?b", "https://kahve.example/a"),
        ("https://kahve.example/p/filtre-kahve.html", "https://kahve.example/p/filtre-kahve.html"),
        ("mailto:destek@kahve.example", None),
        ("javascript:alert(1)", None),
        ("https://[::1", None),
        ("https://", None),
        ("", None),
    ],
)
def test_which_page_it_was_and_nothing_that_opens_it(url: str, kept: str | None) -> None:
    assert remembered(url) == kept


def test_of_our_own_links_only_what_they_are_for() -> None:
    made = {
        "unsubscribe": LINKS.unsubscribe("cus_1", "marketing", NOW),
        "preferences": LINKS.preferences("cus_1", NOW),
        "review": LINKS.review("cus_1", "ntf_1", NOW) + "?stars=5",
        "survey": LINKS.survey("cus_1", "ntf_1", NOW),
    }
    assert {use: remembered(url) for use, url in made.items()} == {use: use for use in made}


@given(st.text(max_size=400))
def test_whatever_stands_there_is_no_fault_and_of_bounded_length(text: str) -> None:
    assert len(remembered(f"https://kahve.example/{text}") or "") <= LONGEST
    assert len(remembered(text) or "") <= LONGEST
