"""Which endpoint wants which event."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.errors import InvalidRequest
from chalicelib.relaying.choosing import check_filters, check_types, fits, wanting
from chalicelib.store.relay_records import FAILING, GONE, STAFF, RelayEndpoint

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def endpoint(*types: str, **more: Any) -> RelayEndpoint:
    return RelayEndpoint(
        id="hook_1", url="https://a.example", types=types, created_at=NOW, created_by="x", **more
    )


def test_an_endpoint_gets_the_types_it_names_and_a_star_is_all_of_them() -> None:
    named, star, other = endpoint("AlertRaised"), endpoint("*"), endpoint("OrderPlaced")
    assert wanting([named, star, other], "AlertRaised", {}) == [named, star]


def test_one_that_is_off_gets_nothing_unless_it_is_off_for_failing() -> None:
    off = [endpoint("*", enabled=False, reason=reason) for reason in (GONE, STAFF, FAILING)]
    assert wanting(off, "AlertRaised", {}) == off[2:]


def test_filters_all_have_to_fit_and_one_value_of_each_is_enough() -> None:
    filters = {"severity": ["critical", "warning"], "team": ["billing"]}
    assert fits(filters, {"severity": "warning", "team": "billing"})
    assert not fits(filters, {"severity": "info", "team": "billing"})
    assert not fits(filters, {"severity": "warning", "team": None})
    assert not fits(filters, {"severity": "warning"})
    assert fits({}, {})


def test_true_is_not_one() -> None:
    assert fits({"bot": [True]}, {"bot": True})
    assert not fits({"bot": [True]}, {"bot": 1})
    assert not fits({"stars": [1]}, {"stars": True})


def test_an_unknown_type_is_refused_with_the_nearest_that_there_is() -> None:
    with pytest.raises(InvalidRequest, match="did you mean ConversationOpened"):
        check_types(["ConversationOpend"])
    with pytest.raises(InvalidRequest, match=r"docs/events\.md"):
        check_types(["x"])
    with pytest.raises(InvalidRequest, match="types is empty"):
        check_types([])
    assert check_types(["*", "OrderPlaced", "*"]) == ("*", "OrderPlaced")


def test_a_filter_on_what_no_such_event_has_is_refused() -> None:
    assert check_filters({"severity": ["critical"]}, ["AlertRaised"])
    assert check_filters({"severity": ["critical"]}, ["*"])
    with pytest.raises(InvalidRequest, match="'severity'"):
        check_filters({"severity": ["critical"]}, ["OrderPlaced"])
    with pytest.raises(InvalidRequest, match=r"filters\.severity is empty"):
        check_filters({"severity": []}, ["AlertRaised"])


def test_incidents_can_be_subscribed_to_and_filtered_by_severity() -> None:
    types = check_types(["IncidentOpened", "IncidentGrew", "IncidentClosed"])
    assert check_filters({"severity": ["critical"]}, types[:2]) == {"severity": ["critical"]}
