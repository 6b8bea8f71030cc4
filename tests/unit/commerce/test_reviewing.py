"""What of an order can be reviewed, and what a review may say."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.commerce.facts import Item
from chalicelib.commerce.orders import Order
from chalicelib.commerce.reviewing import (
    LONGEST_AUTHOR,
    display_name,
    left,
    own_words,
    product_key,
    reviewable,
    status_of,
    with_review,
)
from chalicelib.playbook import load

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 10, tzinfo=UTC)
COFFEE = Item(product_id="1", title="Kahve", quantity=1)
POT = Item(product_id="2", title="Cezve", quantity=1)
TIP = Item(product_id=None, title="Bahşiş", quantity=1)
TEMPLATE = load("prod").review.template


def order(*items: Item) -> Order:
    return Order(platform="shopify", shop="kahve.example", order_id="7", items=items)


def test_each_product_is_reviewed_once_and_a_tip_never() -> None:
    assert reviewable(order(COFFEE, TIP, POT, COFFEE)) == (COFFEE, POT)
    assert product_key(order(COFFEE), "1") == "shopify:kahve.example:1"


@given(st.permutations(["1", "2"]), st.lists(st.sampled_from(["1", "2"]), max_size=3))
def test_item_by_item_an_order_is_reviewed_when_its_last_product_is(
    ids: list[str], again: list[str]
) -> None:
    one = order(COFFEE, TIP, POT)
    for product_id in [ids[0], *(id_ for id_ in again if id_ == ids[0])]:
        one = with_review(one, product_id, each=True, at=AT)
    assert (one.reviewed_at, len(left(one))) == (None, 1)
    for product_id in [ids[1], *again]:
        one = with_review(one, product_id, each=True, at=LATER)
    assert (one.reviewed_at, left(one), one.reviewed_products) == (LATER, (), ("1", "2"))


def test_as_a_whole_one_review_of_anything_is_all() -> None:
    assert with_review(order(COFFEE, POT), "1", each=False, at=AT).reviewed_at == AT
    assert with_review(order(COFFEE, POT), None, each=True, at=AT).reviewed_at == AT
    once = with_review(order(COFFEE), None, each=False, at=AT)
    assert with_review(once, None, each=False, at=LATER) == once


@pytest.mark.parametrize("text", [TEMPLATE.tr, TEMPLATE.en, f" \n{TEMPLATE.tr}\r\n", "", " \n"])
def test_a_text_box_left_as_it_was_says_nothing(text: str) -> None:
    assert own_words(text, (TEMPLATE.tr, TEMPLATE.en)) == ""


def test_whatever_is_added_is_kept_with_the_help_around_it() -> None:
    assert own_words(f"{TEMPLATE.tr} fincanı\n", (TEMPLATE.tr,)) == f"{TEMPLATE.tr} fincanı"


@pytest.mark.parametrize(
    ("before", "checked_first", "after"),
    [
        (None, False, "published"),
        (None, True, "pending"),
        ("published", False, "published"),
        ("published", True, "pending"),
        ("hidden", False, "pending"),
        ("pending", False, "pending"),
    ],
)
def test_the_status_of_what_was_written_or_changed(
    before: str | None, checked_first: bool, after: str
) -> None:
    assert status_of(before, checked_first=checked_first) == after


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ayşe Yılmaz", "Ayşe Y."),
        ("Ayşe Nur  Yılmaz", "Ayşe Y."),
        ("Ayşe", "Ayşe"),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_name_is_suggested_with_an_initial_only(name: str | None, shown: str) -> None:
    assert display_name(name) == shown


@given(st.text(max_size=200))
def test_a_suggested_name_fits(name: str) -> None:
    assert len(display_name(name)) <= LONGEST_AUTHOR
