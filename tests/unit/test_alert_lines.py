"""The story of an alert in its case, for whoever looks after it."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest

from chalicelib import events
from chalicelib.consequences import alert_lines as lines
from chalicelib.playbook_values import Locale
from chalicelib.store.device_records import Alert

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
RAISED = events.AlertRaised(
    alert_id="alr_1",
    device_id="d1",
    rule="too_hot_or_low",
    severity="warning",
    raised_at=NOW,
    evidence={"boiler_c": 141.25, "brews": 512},
    recent={"boiler_c": [90, 120, 141.25], "pressure_bar": [9, 9]},
)
ALERT = Alert(
    id="alr_1",
    device_id="d1",
    rule="too_hot_or_low",
    severity="critical",
    raised_at=NOW,
    severity_at=LATER,
    acknowledged_at=LATER,
    acknowledged_by="Deniz",
    assigned_at=LATER,
    assigned_by="Deniz",
    assignee="Ege",
    snoozed_at=LATER,
    snoozed_by="Deniz",
    snoozed_until=LATER + timedelta(days=1),
    cleared_at=LATER,
    cleared_by="Ege",
)


def test_a_case_begins_with_every_value_and_how_it_got_there() -> None:
    line = lines.opening(RAISED, "evt_1", "en")
    assert line.text == (
        "d1: too_hot_or_low (warning)\nboiler_c 141.25 ▁▅█\nbrews 512\npressure_bar 9 ▄▄"
    )
    assert lines.subject(RAISED) == "d1: too_hot_or_low ▁▅█"


def test_an_alert_without_values_has_a_plain_beginning() -> None:
    bare = msgspec.structs.replace(RAISED, evidence={}, recent={})
    assert lines.subject(bare) == "d1: too_hot_or_low"
    assert lines.opening(bare, "evt_1", "tr").text == "d1: too_hot_or_low (uyarı)"
    assert "readings" not in lines.opening(bare, "evt_1", "tr").details


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        (
            "en",
            [
                "The severity is now critical",
                "The alert was seen by Deniz",
                "Now looked after by Ege",
                "Its owner is left alone until 2026-11-24 10:05 UTC",
                "The alert was closed by Ege",
            ],
        ),
        (
            "tr",
            [
                "Önem derecesi artık kritik",
                "Uyarıyı Deniz gördü",
                "Sorumlusu artık Ege",
                "Sahibine 2026-11-24 10:05 UTC kadar yazılmayacak",
                "Uyarıyı Ege kapattı",
            ],
        ),
    ],
)
def test_a_late_case_tells_what_has_come_of_it(locale: str, texts: list[str]) -> None:
    found = lines.so_far(ALERT, RAISED, cast(Locale, locale))
    assert [line.text for line in found] == texts


def test_a_line_has_the_same_key_whether_it_is_told_or_caught_up_with() -> None:
    about: dict[str, Any] = {"alert_id": "alr_1", "at": LATER, "locale": "en"}
    told = [
        lines.regraded(severity="critical", was="warning", **about),
        lines.acknowledged(by="Deniz", **about),
        lines.assigned(by="Deniz", assignee="Ege", **about),
        lines.snoozed(by="Deniz", until=None, **about),
        lines.cleared(by=None, **about),
    ]
    caught_up = lines.so_far(ALERT, RAISED, "en")
    assert [line.key for line in told] == [line.key for line in caught_up]
    assert len({line.key for line in told}) == len(told)


def test_a_case_that_opens_within_an_incident_says_so_under_the_same_key_as_a_later_line() -> None:
    (line, *_) = lines.so_far(msgspec.structs.replace(ALERT, incident_id="inc_1"), RAISED, "tr")
    assert line.text == "Birçok cihazda aynı sorun var: inc_1 olayının parçası"
    assert line.key == lines.part_of("alr_1", "inc_1", LATER, "en").key


def test_what_is_as_it_was_has_no_story() -> None:
    fresh = Alert(
        id="alr_1", device_id="d1", rule="too_hot_or_low", severity="warning", raised_at=NOW
    )
    assert lines.so_far(fresh, RAISED, "en") == []
