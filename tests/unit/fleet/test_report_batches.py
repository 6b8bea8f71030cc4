"""Several reports in one message: each is read or refused by itself, in the order they came."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import ParseError
from chalicelib.fleet.reports.batches import parse_reports
from chalicelib.fleet.reports.report import Report, parse_report
from tests.unit.fleet.test_reports import VALUES

NOW = datetime(2026, 11, 14, 18, 30, tzinfo=UTC)
AT = "2026-11-14T18:00:00Z"


def parse(*reports: Any, **around: Any) -> list[Report | ParseError]:
    head = {"temas_device_id": "d1", "temas_received_at": 1794681000000, **around}
    return parse_reports(json.dumps({**head, "reports": reports}), NOW)


def said(outcome: Report | ParseError) -> str:
    """What is wrong with it."""
    assert isinstance(outcome, ParseError)
    return str(outcome)


def test_a_report_that_comes_alone_is_a_list_of_one() -> None:
    body = json.dumps({"temas_device_id": "d1", "at": AT, "metrics": {"a": 1}})
    assert parse_reports(body, NOW) == [parse_report(body, NOW)]


def test_a_batch_is_read_as_if_each_report_had_come_alone() -> None:
    given = [{"at": AT, "metrics": {"a": n}} for n in range(3)]
    alone = [{"temas_device_id": "d1", "temas_received_at": 1794681000000, **one} for one in given]
    assert parse(*given) == [parse_report(json.dumps(one), NOW) for one in alone]


def test_what_is_wrong_with_one_report_costs_the_others_nothing() -> None:
    good = {"at": AT}
    first, text, number, last = parse(good, {"at": AT, "metrics": {"a": "hot"}}, 7, good)
    assert isinstance(first, Report)
    assert first == last
    assert said(text).startswith("reports[1]: metrics.a: is a str; send a number")
    assert said(number).startswith("reports[2]: is a int; send an object")


def test_a_name_given_twice_is_that_report_s_own_fault() -> None:
    body = '{"temas_device_id": "d1", "reports": [{"at": 1, "at": 2}, {"at": 1794681000}]}'
    twice, fine = parse_reports(body, NOW)
    assert "reports[0]: 'at': is given twice" in said(twice)
    assert isinstance(fine, Report)


def test_nobody_speaks_for_another_device() -> None:
    for name in ("device_id", "temas_device_id"):
        assert f"reports[0]: {name}: is another device's" in said(parse({"at": AT, name: "d2"})[0])
    (own,) = parse({"at": AT, "device_id": "d1"})
    assert isinstance(own, Report)
    (received,) = parse({"at": AT, "temas_received_at": 1})
    assert isinstance(received, Report)
    assert received.received_at == NOW


@pytest.mark.parametrize(
    ("reports", "words"),
    [
        ([], "reports: must be a list of reports, with one at least"),
        ({"at": AT}, "reports: must be a list"),
        (None, "reports: must be a list"),
        ([{"at": AT}] * 201, "reports: has 201; send at most 200"),
    ],
)
def test_a_batch_that_is_none(reports: Any, words: str) -> None:
    body = json.dumps({"temas_device_id": "d1", "reports": reports})
    (refused,) = parse_reports(body, NOW)
    assert words in said(refused)


def test_a_batch_of_nobody_is_refused_report_by_report() -> None:
    outcomes = parse_reports(json.dumps({"reports": [{"at": AT}] * 2}), NOW)
    assert ["temas_device_id: publish to" in said(outcome) for outcome in outcomes] == [True, True]


def test_the_longest_batch_is_read() -> None:
    assert len(parse(*[{"at": AT}] * 200)) == 200


@settings(deadline=None)
@given(
    st.binary(max_size=40)
    | st.builds(json.dumps, VALUES)
    | st.builds(
        lambda reports, around: json.dumps({"temas_device_id": "d1", **around, "reports": reports}),
        st.lists(
            st.dictionaries(st.sampled_from(["at", "device_id", "metrics", "location"]), VALUES)
            | VALUES,
            max_size=4,
        ),
        st.dictionaries(st.sampled_from(["temas_device_id", "temas_received_at"]), VALUES),
    )
)
def test_anything_is_read_or_refused(body: bytes | str) -> None:
    outcomes = parse_reports(body, NOW)
    assert outcomes
    assert all(isinstance(outcome, Report | ParseError) for outcome in outcomes)


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_outcomes_are_in_the_order_of_the_reports(good: list[bool]) -> None:
    outcomes = parse(*({"at": AT if fine else None} for fine in good))
    assert [isinstance(outcome, Report) for outcome in outcomes] == good
