"""What a device's report and the sweep for silent devices cost on the wire: pinned, so that it
never grows unnoticed (docs/scale.md reckons a million devices from it)."""

import pytest

from tests.bench.fleet import MODELS, count
from tests.bench.storms import alerts, strangers
from tests.bench.sweep import measure

KEEP = ("dynamodb.BatchGetItem", "dynamodb.TransactWriteItems")


@pytest.mark.parametrize(
    ("model", "kilobytes", "first"), [(None, 3, 2), ("Boğaz 10", 5, 3)], ids=list(MODELS)
)
def test_reports_of_ten_devices_with_full_windows_are_two_requests(
    model: str | None, kilobytes: int, first: int
) -> None:
    found = count(model)
    assert found.requests == KEEP
    # Only a process that has yet to read the model asks once more.
    assert found.first == first
    assert found.item_bytes <= kilobytes * 1024
    # A transaction takes twice the units; no index holds anything of a device that reports change.
    assert found.each(found.write_units) <= 2 * kilobytes
    assert found.each(found.read_units) <= 2


def test_ten_reports_in_a_message_are_one_write_of_the_device() -> None:
    found = count(None, together=10)
    assert found.reports == 100
    assert found.requests == KEEP
    assert found.each(found.write_units) <= 0.6


def test_an_alert_of_an_open_incident_costs_four_tenths_of_a_request_and_three_to_react() -> None:
    raised, reacted = alerts()
    assert (raised.requests_each, raised.write_units_each) == (0.4, 15)
    assert (reacted.count, reacted.requests_each, reacted.write_units_each) == (10, 3, 7)


def test_a_report_of_a_stranger_whose_quarantine_is_full_is_bounded() -> None:
    found = strangers()
    assert found.requests_each <= 2.1
    assert found.write_units_each <= 24


def test_a_sweep_finds_each_silent_device_once_and_scans_nothing() -> None:
    found = measure(1600)
    assert found.silent == 16
    assert found.once
    assert not [name for name in found.requests if "Scan" in name]
    assert found.each_hundred(found.requests.total()) <= 12
    # Its moment is one unit, and the listing's two: the old place and the new.
    assert found.write_units / found.devices <= 3.5
    assert found.read_units / found.devices <= 1.1


def test_the_shelf_answers_only_what_it_keeps_to_the_letter() -> None:
    from tests.bench.shelf import Shelf

    shelf = Shelf(name="t")
    with pytest.raises(ValueError, match="a query of None"):
        shelf._query({"KeyConditionExpression": "#0 = :0"})
    with pytest.raises(ValueError, match="no rule for the condition"):
        shelf._put_item({"Item": {"pk": {"S": "a"}, "sk": {"S": "b"}},
                         "ConditionExpression": "attribute_not_exists (#0)"})  # fmt: skip
