"""Stores in the playbook: every mistake names the line it stands on and what to write instead."""

import pytest

from chalicelib.errors import PlaybookError
from chalicelib.playbook import PATH, load, parse

TEXT = PATH.read_text(encoding="utf-8")


def mistake(old: str, new: str) -> str:
    """What is said of the playbook with `old`, which is in it, replaced by `new`."""
    assert old in TEXT
    with pytest.raises(PlaybookError) as caught:
        parse(TEXT.replace(old, new, 1), "prod")
    return str(caught.value)


def test_as_it_comes_nobody_gets_two_within_a_week() -> None:
    playbook = load("prod")
    assert playbook.nearby is not None
    assert playbook.nearby.gap.days == 7
    assert [store.id for store in playbook.stores] == ["moda", "karakoy"]


MISTAKES = [
    ('id = "karakoy"', 'id = "moda"', "two stores have the id 'moda': rename one"),
    ('id = "moda"', 'id = "Moda 1"', "write 1 to 40 small letters, digits and dashes"),
    ('id = "moda"', 'id = "a:b"', "write 1 to 40 small letters, digits and dashes"),
    ("lat = 40.98420", "lat = 409.8420", "write degrees from -90 to 90"),
    ("lat = 40.98420", "lat = nan", "write degrees from -90 to 90"),
    ("lat = 40.98420", 'lat = "40,98"', "write a number"),
    ("lon = 28.97700", "lon = -181", "write degrees from -180 to 180"),
    ("radius_m = 200", "radius_m = 49", "write metres from 50 to 5000"),
    ("radius_m = 200", "radius_m = 5001", "write metres from 50 to 5000"),
    ('name = "Karaköy"', 'name = " "', "write the name as customers know it"),
    ('address = "Moda Cad. 1, Kadıköy"', 'address = ""', "write the address as customers know it"),
    ("radius_m = 150", "radius = 150", "did you mean 'radius_m'?"),
    ("accuracy_m = 100", "accuracy_m = 0", ">= 1"),
    ('tr = "Merhaba{name}, {store}', 'tr = "{code} {shop}', "write one of {address}, {brand}"),
    ('tr = "Merhaba{name}, {store}', 'tr = "Uğrayın!" # ', "write {code} where the code goes"),
]


@pytest.mark.parametrize(("old", "new", "fix"), MISTAKES, ids=[fix[:40] for *_, fix in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_its_fix(old: str, new: str, fix: str) -> None:
    said = mistake(old, new)
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    assert said.startswith(f"playbook.toml, line {line}, "), said
    assert fix in said


def test_without_a_coupon_its_code_is_nothing_to_fill_in() -> None:
    start, end = TEXT.index("[nearby.coupon]"), TEXT.index("[[stores]]")
    with pytest.raises(PlaybookError, match=r"\{code\} is not known here"):
        parse(TEXT[:start] + TEXT[end:], "prod")


def test_an_offer_without_stores_is_none() -> None:
    start, end = TEXT.index("[[stores]]"), TEXT.index("[campaigns]")
    with pytest.raises(PlaybookError, match=r"add \[\[stores\]\], or leave \[nearby\] out"):
        parse(TEXT[:start] + TEXT[end:], "prod")


def test_stores_without_an_offer_are_stores() -> None:
    start, end = TEXT.index("[nearby]"), TEXT.index("[[stores]]")
    playbook = parse(TEXT[:start] + TEXT[end:], "prod")
    assert (playbook.nearby, len(playbook.stores)) == (None, 2)
