"""Customers by name and address, as staff type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import playbook
from chalicelib.search.naming import MOST, beginnings, is_called, name_words, turned
from chalicelib.web.identities import home_countries, identity_keys, keys_of

AYSE = "phone::+905321112233"


@pytest.mark.parametrize(
    "typed",
    [
        "+90 532 111 22 33", "90 532 111 22 33", "905321112233", "0532 111 22 33", "05321112233",
        "532 111 2233", "(0532) 111-22-33", "0090 532 111 22 33", " 0 532 111 22 33 ",
    ],
)  # fmt: skip
def test_a_phone_number_is_one_however_it_is_typed(typed: str) -> None:
    countries = home_countries(playbook.load("prod"))
    assert countries[0] == "TR"
    assert identity_keys(f"phone:{typed}", countries)[0] == AYSE
    assert keys_of(typed, countries)[0] == AYSE


def test_a_number_with_its_country_is_that_countrys() -> None:
    assert identity_keys("phone:+49 171 2345678", ["TR"])[0] == "phone::+491712345678"
    assert "phone::+491712345678" in identity_keys("phone: 49 171 2345678", ["TR"])
    assert identity_keys("phone:05321112233") == []


@pytest.mark.parametrize(
    "typed", ["ayse.ilker@ornek.example", "AYSE.ILKER@ORNEK.EXAMPLE", "AYSE.İLKER@ORNEK.EXAMPLE"]
)
def test_a_mail_address_is_one_in_any_capitals(typed: str) -> None:
    for found in (identity_keys(f"email:{typed}"), keys_of(typed, [])):
        assert "email::ayse.ilker@ornek.example" in found


@pytest.mark.parametrize("text", ["48213", "1001", "Ayşe Yılmaz", "#1001", "ayse @ ornek", "", "@"])
def test_what_is_no_address_is_looked_up_as_none(text: str) -> None:
    assert keys_of(text, ["TR"]) == []


@pytest.mark.parametrize(
    "query", ["gulsah cagri", "ÇAĞRI Gülşah", "Gülşah", "cagri", "GULS CAG", "nur"]
)
def test_a_name_is_found_without_diacritics_in_any_order(query: str) -> None:
    assert is_called(name_words("Gülşah Nur Çağrı"), query)
    assert any(
        row.startswith(one) for one in beginnings(query) for row in turned("Gülşah Nur Çağrı")
    )


def test_another_name_is_not_found() -> None:
    for query in ("gulsah demir", "agri", "", "123"):
        assert not is_called(name_words("Gülşah Çağrı"), query)


@given(st.text(max_size=60), st.data())
def test_every_word_of_a_name_leads_to_it(name: str, data: st.DataObject) -> None:
    rows = turned(name)
    assert len(rows) <= MOST
    if words := name_words(name):
        chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, unique=True))
        assert is_called(words, " ".join(chosen))
        assert any(row.startswith(one) for one in beginnings(" ".join(chosen)) for row in rows)
