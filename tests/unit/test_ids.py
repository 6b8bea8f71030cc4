"""Names of things."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ids import new_id, stable_id

PARTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x1f")), min_size=1)


def test_a_new_id_says_what_it_names_and_never_comes_again() -> None:
    ids = [new_id("cus") for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(re.fullmatch(r"cus_[a-z2-7]{20}", one) for one in ids)


@given(PARTS)
def test_the_same_parts_give_the_same_id(parts: list[str]) -> None:
    assert stable_id("evt", *parts) == stable_id("evt", *parts)
    assert re.fullmatch(r"evt_[a-z2-7]{20}", stable_id("evt", *parts))


@given(PARTS, PARTS)
def test_different_parts_give_different_ids(one: list[str], other: list[str]) -> None:
    assert (stable_id("evt", *one) == stable_id("evt", *other)) == (one == other)


def test_where_one_part_ends_matters() -> None:
    assert stable_id("evt", "a", "bc") != stable_id("evt", "ab", "c")


def test_an_id_stays_what_it_was() -> None:
    """Stored names depend on it: changing how ids are derived would do everything once more."""
    assert stable_id("ntf", "greeting:cnv_1") == "ntf_6uk7cf67uae2nnqz5a5s"
