"""Maintenance without AWS: keys, words, what the playbook may say, and when a word is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock import iso
from chalicelib.errors import PlaybookError
from chalicelib.fleet.state import due
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.matters import matter
from chalicelib.outreach import maintenance_keys as keys
from chalicelib.outreach.deliver import Matter
from chalicelib.outreach.maintenance_words import Wording
from chalicelib.outreach.purposes import UNHURRIED, manner
from chalicelib.playbook import PATH, load, parse
from chalicelib.playbook_values import Words
from chalicelib.store.briefing import Briefing
from chalicelib.store.device_records import Alert, DeviceRecord
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Customer

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SINCE = NOW - timedelta(days=100)
PLAN = MaintenancePlan(
    name="check", message=Words(tr="genel kontrol.", en="a check-up."), every_days=180
)
OWNER = Customer(id="cus_1", created_at=NOW, name="Ayşe Nur", locale="tr")
DEVICE = DeviceRecord(id="a:b", owner_id="cus_1", name="Mutfak", registered_at=SINCE)
ALERT = Alert(id="alr_1", device_id="a:b", rule="check", severity="info", raised_at=NOW)
AHEAD = keys.ahead("a:b", "check", iso(SINCE))
DUE = keys.due("a:b", "check", "alr_1")
DONE = keys.done("a:b", NOW)

# --- keys ----------------------------------------------------------------------------------------


@given(
    device=st.from_regex(r"[A-Za-z0-9:_.-]{1,128}", fullmatch=True),
    plan=st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True),
)
def test_a_key_says_of_which_plan_and_cycle_it_is_whatever_the_device_is_called(
    device: str, plan: str
) -> None:
    ahead, due = keys.ahead(device, plan, iso(SINCE)), keys.due(device, plan, "alr_1")
    done = keys.done(device, NOW)
    assert (keys.plan_in(ahead, device), keys.cycle_in(ahead, device)) == (plan, iso(SINCE))
    assert (keys.plan_in(due, device), keys.plan_in(done, device)) == (plan, None)
    assert [keys.is_due(key) for key in (ahead, due, done)] == [False, True, False]
    assert [keys.is_done(key) for key in (ahead, due, done)] == [False, False, True]
    assert keys.line_of(done) == keys.line(device, NOW)


# --- words ---------------------------------------------------------------------------------------


def wording(**changes: Any) -> Wording:
    book = load("prod")
    assert book.maintenance
    owner = msgspec.structs.replace(OWNER, **changes)
    return Wording(section=book.maintenance, playbook=book, owner=owner, device="Mutfak")


def test_a_reminder_reads_right_with_and_without_a_place_to_book() -> None:
    booked = msgspec.structs.replace(PLAN, booking_url="https://a.example/r?d=1")
    said = wording()
    assert said.of_plan(said.section.due, PLAN) == (
        "Merhaba Ayşe, Mutfak cihazınızın bakım zamanı geldi: genel kontrol."
    )
    assert said.of_plan(said.section.due, booked) == (
        "Merhaba Ayşe, Mutfak cihazınızın bakım zamanı geldi: genel kontrol. "
        "Randevu almak için: https://a.example/r?d=1"
    )
    english = wording(locale="en", name=None)
    assert english.of_plan(english.section.due, booked) == (
        "Hello, your Mutfak is due for maintenance: a check-up. "
        "Book an appointment: https://a.example/r?d=1"
    )


def test_a_confirmation_reads_right_with_and_without_a_next_date() -> None:
    said = wording(locale="en")
    assert said.of_done(None) == "Thank you Ayşe, the maintenance of your Mutfak is recorded."
    assert said.of_done("3–12 May 2027") == (
        "Thank you Ayşe, the maintenance of your Mutfak is recorded. "
        "The next one is expected: 3–12 May 2027."
    )


# --- playbook ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("Expected: {when}.{link}", "Expected: {date}.", "{date} is not known here"),
        ("is due for maintenance: {message}{link}", "is due, {when}", "{when} is not known here"),
        ("Book an appointment: {url}", "Book: {link}", "{link} is not known here"),
        ("The next one is expected: {when}.", "Next: {", "a lone brace"),
        ('message.en = "descaling."', 'message.en = "{device}"', "nothing is filled in here"),
    ],
)  # fmt: skip
def test_a_text_that_cant_be_filled_in_is_told_with_its_line(old: str, new: str, fix: str) -> None:
    text = PATH.read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(PlaybookError) as caught:
        parse(text.replace(old, new, 1), "prod")
    assert f"line {line}" in str(caught.value)
    assert fix in str(caught.value)


def test_a_brand_may_say_nothing_about_maintenance() -> None:
    silent = msgspec.structs.replace(load("prod"), maintenance=None)
    assert manner("maintenance", load("prod")).lateness == timedelta(days=7)
    assert manner("maintenance", silent).lateness == UNHURRIED


# --- whether it still holds ----------------------------------------------------------------------


def note(key: str) -> Notification:
    return Notification(
        id="ntf_1",
        key=key,
        purpose="service",
        kind="maintenance",
        customer_id="cus_1",
        planned_at=NOW,
        planned_for=NOW,
        due_at=NOW,
        device_id="a:b",
    )


def told(key: str, *, known: tuple[MaintenancePlan, ...] = (PLAN,), **changes: Any) -> Matter:
    brief: dict[str, Any] = {"customer": OWNER, "device": DEVICE}
    brief |= {"alert": ALERT} if keys.is_due(key) else {}
    return matter(load("prod"), lambda _: known)(
        Briefing(**{"notification": note(key), **brief, **changes}), NOW
    )


@pytest.mark.parametrize("key", [AHEAD, DUE, DONE])
def test_a_word_holds_for_the_owner_under_any_of_their_ids_and_nobody_else(key: str) -> None:
    family = msgspec.structs.replace(OWNER, id="cus_2", members=("cus_1",))
    sold = msgspec.structs.replace(DEVICE, owner_id="cus_9")
    assert told(key).over is None
    assert told(key, customer=family).over is None
    assert told(key, device=sold).over == "not_the_owner"
    assert told(key, device=None).over == "device_gone"


@pytest.mark.parametrize("key", [AHEAD, DUE])
def test_nobody_hears_of_a_plan_that_is_gone(key: str) -> None:
    assert told(key, known=()).over == "plan_gone"
    assert told(DONE, known=()).over is None


def test_what_was_to_be_expected_is_over_when_it_is_done_or_due() -> None:
    maintained = {"device_id": "a:b", "base": {"maintained": {"": iso(NOW)}}}
    done = msgspec.structs.replace(DEVICE, document=maintained)
    alert = {
        "alert_id": "alr_1", "rule": "check", "severity": "info", "raised_at": iso(NOW),
    }  # fmt: skip
    due = msgspec.structs.replace(DEVICE, document={"device_id": "a:b", "alerts": [alert]})
    assert told(AHEAD, device=done).over == "maintenance_done"
    assert told(AHEAD, device=due).over == "due_already"


@pytest.mark.parametrize(
    ("changes", "over"),
    [({"cleared_at": NOW}, "alert_cleared"), ({"severity": "warning"}, "overdue"), ({}, None)],
)
def test_what_is_due_is_over_with_its_alert_or_told_anew_once_overdue(
    changes: dict[str, Any], over: str | None
) -> None:
    assert told(DUE, alert=msgspec.structs.replace(ALERT, **changes)).over == over
    assert told(DUE, alert=None).over == "alert_gone"


def test_a_reminder_waits_while_staff_have_its_alert_snoozed() -> None:
    later = NOW + timedelta(days=1)
    snoozed = told(DUE, alert=msgspec.structs.replace(ALERT, snoozed_until=later))
    assert (snoozed.wait_until, snoozed.wait_reason, snoozed.late_from) == (later, "snoozed", later)
    assert told(DUE).wait_until is None


def test_the_next_maintenance_is_the_soonest_of_those_still_to_come() -> None:
    yearly = msgspec.structs.replace(PLAN, name="gaskets", every_days=365)
    overdue = msgspec.structs.replace(PLAN, name="filter", every_days=30)
    found = due.soonest(DEVICE, (yearly, PLAN, overdue), NOW)
    assert found is not None
    assert found.at == SINCE + timedelta(days=180)
    assert due.soonest(DEVICE, (overdue,), NOW) is None
