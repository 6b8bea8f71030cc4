"""Signed links: only ours, only for their use, only for a while, and silent about people."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Forbidden
from chalicelib.outreach.links import LIFETIME, Links

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LINKS = Links(key=b"k" * 32, base_url="https://api.kahve.example")
URL = LINKS.unsubscribe("cus_7k2m", "review", NOW)
TOKEN = URL.rpartition("/")[2]


def test_a_link_says_whose_and_what_for_and_works_for_180_days() -> None:
    assert URL.startswith("https://api.kahve.example/u/")
    for moment in (NOW, NOW + LIFETIME):
        token = LINKS.read(TOKEN, "unsubscribe", moment)
        assert (token.customer_id, token.about) == ("cus_7k2m", "review")
    assert timedelta(days=180) == LIFETIME


def test_afterwards_it_is_over() -> None:
    with pytest.raises(Forbidden, match="any more"):
        LINKS.read(TOKEN, "unsubscribe", NOW + LIFETIME + timedelta(seconds=1))


def test_it_is_for_one_use_only() -> None:
    with pytest.raises(Forbidden):
        LINKS.read(TOKEN, "review", NOW)


def test_a_key_of_someone_else_makes_no_links_of_ours() -> None:
    theirs = Links(key=b"x" * 32, base_url="https://api.kahve.example")

    with pytest.raises(Forbidden):
        theirs.read(TOKEN, "unsubscribe", NOW)


def test_a_signed_text_of_another_shape_is_for_something_else() -> None:
    for body in (b"{}", b"[]", b"not json", b'{"use":1}', b""):
        with pytest.raises(Forbidden):
            LINKS.read(LINKS.seal(body), "unsubscribe", NOW)


def test_it_holds_ids_and_nothing_personal() -> None:
    payload = TOKEN.partition(".")[0]
    body = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))

    assert set(msgspec.json.decode(body)) == {"use", "customer_id", "about", "until"}


def test_it_fits_into_a_url_as_it_is() -> None:
    assert set(TOKEN) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.sampled_from(["", ".", "..", "a.b", "=.=", "é.ü", TOKEN[:-1]]))
def test_garbage_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(Forbidden):
        LINKS.read(text, "unsubscribe", NOW)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("abcXYZ019-_.=+/!é \n"))
def test_a_change_of_any_letter_breaks_it(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    longer = TOKEN[:place] + letter + TOKEN[place:]

    for text in {changed, longer} - {TOKEN}:
        with pytest.raises(Forbidden):
            LINKS.read(text, "unsubscribe", NOW)
