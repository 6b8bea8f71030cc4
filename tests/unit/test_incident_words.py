"""What the team reads of an incident, in both languages, and the keys of its mails."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib import events
from chalicelib.consequences import incident_words as words
from chalicelib.playbook import load
from chalicelib.playbook_values import Locale
from chalicelib.store.incident_records import Incident

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ABOUT: dict[str, Any] = {"incident_id": "inc_1", "model": "KD-100", "rule": "too_hot"}
OPENED = events.IncidentOpened(**ABOUT, severity="critical", opened_at=NOW, devices=10)
GREW = events.IncidentGrew(**ABOUT, severity="warning", at=NOW, alerts=1000)
CLOSED = events.IncidentClosed(**ABOUT, closed_at=NOW, devices=812, closed_by="Ege")


def said(told: words.Told, locale: Locale) -> list[str]:
    playbook = load("prod")
    brand = msgspec.structs.replace(playbook.brand, default_locale=locale)
    return words.text(told, msgspec.structs.replace(playbook, brand=brand)).splitlines()


@pytest.mark.parametrize(
    ("told", "turkish", "english"),
    [
        (OPENED, "10 cihazda aynı sorun: too_hot", "10 devices have the same trouble: too_hot"),
        (
            msgspec.structs.replace(OPENED, opening=2),
            "Olay sürüyor: too_hot",
            "An incident goes on: too_hot",
        ),
        (
            GREW,
            "Olay büyüyor, 1000 uyarıyı geçti: too_hot",
            "An incident has grown to 1000 alerts: too_hot",
        ),
        (
            CLOSED,
            "Olayı Ege kapattı, 812 cihazı etkiledi: too_hot",
            "An incident was closed by Ege, it was on 812 devices: too_hot",
        ),
    ],
)
def test_the_first_line_says_what_has_happened(
    told: words.Told, turkish: str, english: str
) -> None:
    assert (said(told, "tr")[0], said(told, "en")[0]) == (turkish, english)


def test_the_rest_says_what_where_when_and_what_follows() -> None:
    assert said(OPENED, "en")[1:] == [
        "Model: KD-100",
        "Severity: critical",
        "Time: 2026-11-23 13:00 (Europe/Istanbul)",
        "Incident: inc_1",
        "Later alerts open no cases of their own; their owners hear only what is critical.",
    ]


def test_every_mail_that_may_have_gone_out_is_found_by_its_key() -> None:
    incident = Incident(
        id="inc_1",
        model="KD-100",
        rule="too_hot",
        severity="warning",
        opened_at=NOW,
        since=NOW,
        devices=10,
        openings=2,
    )
    address = "ops@kahve.example"
    keys = words.keys(incident, [f"Ops <{address}>", address], 1234)
    for told in (OPENED, msgspec.structs.replace(OPENED, opening=2), GREW, CLOSED):
        assert words.key(told, address) in keys
    assert len(keys) == len(set(keys)) == 2 + 3 + 2
