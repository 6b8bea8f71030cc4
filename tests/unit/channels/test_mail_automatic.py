"""Machines' mails are told from people's."""

import pytest

from chalicelib.channels.email.mail import read
from tests.unit.channels.mails import recorded, written


@pytest.mark.parametrize(
    ("name", "reason"),
    [("out_of_office", "auto_submitted"), ("bounce", "report"), ("newsletter", "list")],
)
def test_recorded_mails_of_machines_say_why(name: str, reason: str) -> None:
    assert read(recorded(name)).automatic == reason


@pytest.mark.parametrize(
    "name", ["turkish_8859_9", "reply_in_thread", "html_only", "attachments", "forwarded_as_file"]
)
def test_recorded_mails_of_people_are_not_taken_for_machines(name: str) -> None:
    assert read(recorded(name)).automatic is None


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("X-Temas-Notification: ntf_1", "own"),
        ("Auto-Submitted: auto-replied; owner-email=x", "auto_submitted"),
        ("AUTO-SUBMITTED: Auto-Generated (by a robot)", "auto_submitted"),
        ("Precedence: bulk", "bulk"),
        ("Precedence: Auto_Reply", "bulk"),
        ("List-Id: <a.b>", "list"),
        ("List-Unsubscribe: <https://x.example>", "list"),
        ("X-Autoreply: yes", "robot"),
        ("X-Autorespond: vacation", "robot"),
        ("X-Auto-Response-Suppress: OOF, AutoReply", "suppressed"),
        ("X-Failed-Recipients: x@y.example", "report"),
        ("Return-Path: <>", "null_sender"),
        ("From: MAILER DAEMON <>", "null_sender"),
        ("From: Mail <mailer-daemon@x.example>", "no_reply"),
        ("From: postmaster@x.example", "no_reply"),
        ("From: no-reply+77@x.example", "no_reply"),
        ("From: noreply@x.example", "no_reply"),
        ("From: Do.Not.Reply@x.example", "no_reply"),
        ("From: donotreply@x.example", "no_reply"),
        ("From: bounce-77@x.example", "no_reply"),
        ("Content-Type: multipart/report; boundary=x", None),
        ("Content-Type: message/delivery-status", "report"),
        ("Auto-Submitted: no", None),
        ("X-Auto-Response-Suppress: None", None),
        ("Precedence: first-class", None),
        ("From: noreplyson@x.example", None),
        ("From: bouncer@x.example", None),
        ("Feedback-ID: 1.eu-central-1.x:AmazonSES", None),
        ("Subject: Out of office", None),
        ("Subject: Otomatik yanıt verir misiniz?", None),
    ],
)
def test_a_header_field_tells_a_machine(field: str, reason: str | None) -> None:
    assert written(field).automatic == reason


def test_a_report_keeps_its_type_when_it_has_parts() -> None:
    body = "--x\n\nreport\n--x--"
    assert written("Content-Type: multipart/report; boundary=x", body=body).automatic == "report"


@pytest.mark.parametrize("subject", ["Automatic reply: x", "Otomatik yanıt: x", "Out of Office: x"])
def test_a_subject_about_absence_counts_in_an_answer_only(subject: str) -> None:
    assert written(f"Subject: {subject}", "In-Reply-To: <1@x>").automatic == "away"
    assert written(f"Subject: Re: {subject}", "In-Reply-To: <1@x>").automatic is None
