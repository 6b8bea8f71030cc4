"""What SES says became of our mails: statuses, and addresses that nothing may go to."""

import json
from typing import Any

import pytest

from chalicelib.channels.base import ChannelEvent, ConsentNotice, Ignored, StatusUpdate
from chalicelib.channels.ses import SES
from tests.unit.channels.direct import parsed, parsed_event

SENT = "email::01070190a1b2c3d4-7d1e0f52-1c1f-4a5b-9b7d-2f6f6f0e1a11-000000"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:temas-test-mail-feedback"


def sns(message: Any) -> bytes:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps({"Type": "Notification", "TopicArn": TOPIC, "Message": text}).encode()


def bounce(kind: str, *addresses: str, name: str = "notificationType") -> bytes:
    recipients = [{"emailAddress": one, "action": "failed"} for one in addresses]
    return sns({name: "Bounce", "bounce": {"bounceType": kind, "bouncedRecipients": recipients}})


def ended(events: list[ChannelEvent]) -> list[tuple[str, str]]:
    """The addresses that nothing may go to any more, and why."""
    notices = [one for one in events if isinstance(one, ConsentNotice)]
    assert all(one.scope == "all" and not one.granted for one in notices)
    return [(one.address, one.reason) for one in notices]


def statuses(events: list[ChannelEvent]) -> list[tuple[str, str, str | None]]:
    found = [one for one in events if isinstance(one, StatusUpdate)]
    assert all(one.recipient == "ayse.yilmaz@example.com" for one in found)
    return [(one.key, one.status, one.error_code) for one in found]


def test_a_hard_bounce_fails_the_mail_and_ends_the_address() -> None:
    events = parsed_event(SES, "bounce_permanent")

    assert statuses(events) == [(SENT, "failed", "Permanent/NoEmail")]
    assert ended(events) == [("ayse.yilmaz@example.com", "bounced")]
    assert isinstance(events[0], StatusUpdate)
    assert events[0].error == (
        "the receiving server says that this address does not exist: smtp; 550 5.1.1 user unknown"
    )


def test_a_soft_bounce_fails_the_mail_only() -> None:
    events = parsed_event(SES, "bounce_transient")

    assert statuses(events) == [(SENT, "failed", "Transient/MailboxFull")]
    assert ended(events) == []


def test_a_complaint_ends_the_address_and_the_mail_did_arrive() -> None:
    events = parsed_event(SES, "complaint")

    assert statuses(events) == [(SENT, "complained", None)]
    assert ended(events) == [("ayse.yilmaz@example.com", "complained")]


def test_a_complaint_taken_back_is_none() -> None:
    assert parsed_event(SES, "complaint_taken_back") == [Ignored(channel="email", what="Complaint")]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("send", "sent", None),
        ("delivery", "delivered", None),
        ("reject", "failed", "Reject"),
        ("rendering_failure", "failed", "RenderingFailure"),
    ],
)
def test_news_of_a_mail_is_its_status(name: str, status: str, code: str | None) -> None:
    assert statuses(parsed_event(SES, name)) == [(SENT, status, code)]


@pytest.mark.parametrize(("name", "what"), [("open", "Open"), ("delivery_delay", "DeliveryDelay")])
def test_what_changes_nothing_is_ignored_by_name(name: str, what: str) -> None:
    assert parsed_event(SES, name) == [Ignored(channel="email", what=what)]


def test_a_link_that_was_followed_is_told_with_the_link_and_not_with_who_and_where() -> None:
    (event,) = parsed_event(SES, "click")
    assert isinstance(event, StatusUpdate)
    assert (event.key, event.status, event.link) == (SENT, "clicked", "https://kahve.example/")
    assert event.at.isoformat() == "2026-11-22T11:00:00+00:00"
    assert "192.0.2.1" not in repr(event)
    assert "Mozilla" not in repr(event)


@pytest.mark.parametrize("link", [None, 5, {"a": 1}, ""])
def test_a_click_on_who_knows_what_is_a_click(link: object) -> None:
    body = sns({"eventType": "Click", "mail": {"messageId": "1"}, "click": {"link": link}})
    (event,) = parsed(SES, body)
    assert isinstance(event, StatusUpdate)
    assert event.status == "clicked"
    assert not event.link


def test_who_leaves_a_contact_list_takes_back_their_consent() -> None:
    (notice,) = parsed_event(SES, "subscription")

    assert isinstance(notice, ConsentNotice)
    assert (notice.address, notice.scope, notice.granted, notice.reason) == (
        "ayse.yilmaz@example.com",
        "marketing",
        False,
        "opted_out",
    )


@pytest.mark.parametrize("name", ["notificationType", "eventType"])
def test_every_address_of_a_hard_bounce_ends(name: str) -> None:
    body = bounce("Permanent", "ayse@example.com", "can@example.com", name=name)
    assert ended(parsed(SES, body)) == [
        ("ayse@example.com", "bounced"),
        ("can@example.com", "bounced"),
    ]


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_bounce_that_may_pass_ends_nothing(kind: str) -> None:
    assert ended(parsed(SES, bounce(kind, "ayse@example.com"))) == []


@pytest.mark.parametrize(
    "spelt", [" Ayse@Example.COM ", "Ayşe <ayse@example.com>", "<ayse@example.com>"]
)
def test_an_address_is_the_one_we_know_however_the_server_spells_it(spelt: str) -> None:
    assert ended(parsed(SES, bounce("Permanent", spelt))) == [("ayse@example.com", "bounced")]


def test_what_follows_a_plus_stays_as_mail_was_sent_there() -> None:
    found = ended(parsed(SES, bounce("Permanent", "a.b+c@gmail.com")))
    assert found == [("a.b+c@gmail.com", "bounced")]


def test_even_an_address_we_would_not_write_to_is_kept_as_it_is() -> None:
    assert ended(parsed(SES, bounce("Permanent", "Postmaster"))) == [("postmaster", "bounced")]


@pytest.mark.parametrize(
    "message",
    [
        {"notificationType": "Delivery", "delivery": {"recipients": ["ayse@example.com"]}},
        {"notificationType": "Bounce"},
        {"notificationType": "Complaint", "complaint": {}},
        {"eventType": "Reject"},
        {"eventType": "Click"},
        {"eventType": "Click", "click": {"link": "https://kahve.example/"}},
        {"eventType": "Subscription", "subscription": {"newTopicPreferences": {}}},
    ],
)
def test_news_that_names_no_mail_or_address_changes_nothing(message: dict[str, Any]) -> None:
    (event,) = parsed(SES, sns(message))
    assert isinstance(event, Ignored)


def test_an_error_of_any_length_is_told_in_short() -> None:
    recipient = {"emailAddress": "a@b.example", "diagnosticCode": "x" * 9000}
    report = {"bounceType": "Permanent", "bounceSubType": "New", "bouncedRecipients": [recipient]}
    body = sns({"eventType": "Bounce", "mail": {"messageId": "1"}, "bounce": report})
    event = parsed(SES, body)[0]
    assert isinstance(event, StatusUpdate)
    assert event.error
    assert event.error.startswith("the mail came back: x")
    assert len(event.error) == 500
