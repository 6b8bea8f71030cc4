"""SES's reports: hard bounces and complaints suppress, everything else is left alone."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.errors import ParseError
from chalicelib.outreach.feedback import is_feedback, suppressions

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def sns(message: Any) -> str:
    text = message if isinstance(message, str) else json.dumps(message)
    topic = "arn:aws:sns:eu-central-1:123456789012:temas-test-mail-feedback"
    return json.dumps({"Type": "Notification", "TopicArn": topic, "Message": text})


def bounce(kind: str, *addresses: str, name: str = "notificationType") -> str:
    recipients = [{"emailAddress": one, "action": "failed"} for one in addresses]
    return sns({name: "Bounce", "bounce": {"bounceType": kind, "bouncedRecipients": recipients}})


def found(body: str) -> list[tuple[str, str]]:
    return [(one.address, one.reason) for one in suppressions(body, NOW)]


@pytest.mark.parametrize("name", ["notificationType", "eventType"])
def test_a_hard_bounce_suppresses_every_address_it_names(name: str) -> None:
    body = bounce("Permanent", "ayse@example.com", "can@example.com", name=name)

    assert found(body) == [("ayse@example.com", "bounced"), ("can@example.com", "bounced")]


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_soft_bounce_suppresses_nothing(kind: str) -> None:
    assert found(bounce(kind, "ayse@example.com")) == []


def test_a_complaint_suppresses() -> None:
    recipients = [{"emailAddress": "ayse@example.com"}]
    complaint = {"complainedRecipients": recipients, "complaintFeedbackType": "abuse"}
    body = sns({"notificationType": "Complaint", "complaint": complaint})

    assert found(body) == [("ayse@example.com", "complained")]


@pytest.mark.parametrize(
    "spelt", [" Ayse@Example.COM ", "Ayşe <ayse@example.com>", "<ayse@example.com>"]
)
def test_an_address_is_the_one_we_know_however_the_server_spells_it(spelt: str) -> None:
    assert found(bounce("Permanent", spelt)) == [("ayse@example.com", "bounced")]


def test_even_an_address_we_would_not_write_to_is_kept_as_it_is() -> None:
    assert found(bounce("Permanent", "Postmaster")) == [("postmaster", "bounced")]


@pytest.mark.parametrize(
    "message",
    [
        {"notificationType": "Delivery", "delivery": {"recipients": ["ayse@example.com"]}},
        {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have …"},
        {"eventType": "Open"},
        {},
        "Successfully validated SNS topic for Amazon SES event publishing.",
    ],
)
def test_all_other_news_suppresses_nothing(message: Any) -> None:
    assert found(sns(message)) == []


@pytest.mark.parametrize("body", ["", "{}", "[]", sns("no report"), sns([1]), '{"Message": 1}'])
def test_what_is_no_report_is_said_to_be_none(body: str) -> None:
    with pytest.raises(ParseError, match="not a report of SES"):
        suppressions(body, NOW)


def test_reports_are_told_from_webhooks_whatever_these_hold() -> None:
    report = bounce("Permanent", "ayse@example.com")
    webhook = json.dumps({"v": 1, "delivery_id": "dlv_1", "body": report})
    quoting = sns({"mail": {"headers": [{"name": "x", "value": '"delivery_id"'}]}})

    assert is_feedback(report)
    assert is_feedback(quoting)
    assert not is_feedback(webhook)
    assert not is_feedback('{"v": 1}')
