"""DynamoDB's billing rules, as the bench applies them."""

from typing import Any

import pytest

from tests.bench.capacity import item_size, query_units, read_units, value_size, write_units

KEY: dict[str, Any] = {"pk": {"S": "E#1"}, "sk": {"S": "E"}}
TIMELINE: dict[str, Any] = {"gsi1pk": {"S": "C#1"}, "gsi1sk": {"S": "2026"}}
LISTING: dict[str, Any] = {"gsi2pk": {"S": "V#open"}, "gsi2sk": {"S": "2026"}}


def text(size: int) -> dict[str, Any]:
    """An attribute that makes an item of KEY exactly this large."""
    return {"text": {"S": "x" * (size - item_size(KEY) - len("text"))}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "ş"}, 2),
        ({"S": ""}, 0),
        ({"N": "0"}, 1),
        ({"N": "12345"}, 4),
        ({"N": "-12.5"}, 4),
        ({"N": "1000"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"M": {"a": {"S": "bc"}}}, 7),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_a_value_has_its_size(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size


def test_a_type_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule"):
        value_size({"X": "?"})


def test_an_item_counts_names_and_values() -> None:
    assert item_size({"pk": {"S": "abc"}, "n": {"N": "1"}}) == 2 + 3 + 1 + 2


@pytest.mark.parametrize(("size", "units"), [(1024, 1), (1025, 2), (2048, 2)])
def test_a_write_unit_is_a_kilobyte_and_twice_that_in_a_transaction(size: int, units: int) -> None:
    item = KEY | text(size)
    assert write_units(None, item, transactional=False) == units
    assert write_units(None, item, transactional=True) == 2 * units


def test_the_larger_of_before_and_after_is_billed() -> None:
    assert write_units(KEY | text(3000), KEY, transactional=False) == 3


def test_an_index_is_written_at_the_plain_price() -> None:
    assert write_units(None, KEY | TIMELINE, transactional=True) == 2 + 1
    assert write_units(None, KEY | TIMELINE | LISTING, transactional=True) == 2 + 1 + 1


def test_an_index_with_everything_is_written_whatever_changes() -> None:
    before = KEY | TIMELINE
    assert write_units(before, before | {"status": {"S": "read"}}, transactional=False) == 2


def test_an_index_of_keys_is_not_written_when_something_else_changes() -> None:
    before = KEY | LISTING
    assert write_units(before, before | {"status": {"S": "read"}}, transactional=False) == 1


def test_a_changed_index_key_is_a_delete_and_a_put() -> None:
    moved = KEY | LISTING | {"gsi2pk": {"S": "V#resolved"}}
    assert write_units(KEY | LISTING, moved, transactional=False) == 1 + 2


def test_leaving_an_index_is_one_delete() -> None:
    assert write_units(KEY | LISTING, KEY, transactional=False) == 1 + 1


def test_reads_are_rounded_for_each_item_and_a_query_only_once() -> None:
    small = KEY | text(100)
    assert read_units([small, small, None], consistent=True) == 3
    assert read_units([KEY | text(5000)], consistent=False) == 1
    assert query_units([small] * 10) == 0.5
    assert query_units([KEY | text(1000)] * 5, consistent=True) == 2
