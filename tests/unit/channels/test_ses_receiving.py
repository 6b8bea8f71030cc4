"""Mails that SES received, in every envelope in which they come."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    Confirmation,
    Handle,
    Ignored,
    InboundMessage,
    Pointer,
)
from chalicelib.channels.ses import SES
from chalicelib.errors import ParseError
from tests.unit.channels.direct import (
    RECEIVED,
    delivery,
    event_bytes,
    message_in,
    parsed,
    parsed_event,
)
from tests.unit.channels.mails import recorded

SES_ID = "01070190a1b2c3d4-7d1e0f52-1c1f-4a5b-9b7d-2f6f6f0e1a11-000000"


def received(
    raw: bytes = b"", *, source: str = "a@x.example", **verdicts: str
) -> list[ChannelEvent]:
    """A mail as SES hands it on inline, with these verdicts."""
    found = {f"{name}Verdict": {"status": status} for name, status in verdicts.items()}
    action = {"type": "SNS", "encoding": "BASE64"}
    message = {
        "notificationType": "Received",
        "mail": {"messageId": "ses-1", "timestamp": "2026-11-22T09:02:19.214Z", "source": source},
        "receipt": {"action": action, **found},
        "content": base64.b64encode(raw).decode(),
    }
    return parsed(SES, json.dumps(message).encode())


def from_(sender: str, *fields: str) -> bytes:
    return "\r\n".join([f"From: {sender}", *fields, "", "metin"]).encode()


@pytest.mark.parametrize("name", ["received_s3", "lambda_s3", "lambda_sns", "raw_delivery"])
def test_a_mail_in_s3_is_a_pointer_in_every_envelope(name: str) -> None:
    (pointer,) = parsed_event(SES, name)

    assert isinstance(pointer, Pointer)
    assert pointer.message_id == "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"
    assert pointer.location == {
        "bucket": "temas-prod-mail-123456789012",
        "key": "in/o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1",
    }
    assert pointer.details["from"] == "sevgi.ozturk@posta.example"
    assert pointer.details["subject"] == "Siparişim nerede?"
    assert (pointer.details["spam"], pointer.details["virus"]) == ("PASS", "PASS")


def test_what_a_pointer_leads_to_is_the_customers_message() -> None:
    (pointer,) = parsed_event(SES, "received_s3")
    assert isinstance(pointer, Pointer)

    message = message_in(SES.follow(pointer, recorded("turkish_8859_9"), delivery(SES, b"")))

    assert message.key == "email::7f3c1a.2026@posta.example"
    assert message.sender.handles == (Handle(kind="email", value="sevgi.ozturk@posta.example"),)
    assert message.sender.name == "Sevgi Öztürk"
    assert message.address == "sevgi.ozturk@posta.example"
    assert message.subject == "Siparişim gecikti, nerede?"
    assert message.text
    assert message.at == datetime(2026, 11, 22, 8, 2, 17, tzinfo=UTC)
    assert not message.automatic


def test_a_reply_is_in_the_thread_of_the_mail_that_ses_sent() -> None:
    message = message_in(parsed_event(SES, "received_inline"))

    assert message.thread == ("CAJx1aaa@mail.gmail.com", SES_ID)
    assert message.reply_to == SES_ID
    # One mailbox, however its address is written; but mail goes where its owner said.
    assert message.sender.handles == (Handle(kind="email", value="denizaksoy@gmail.com"),)
    assert message.address == message.sender.email == "deniz.aksoy@gmail.com"


@pytest.mark.parametrize("host", ["email.amazonses.com", "eu-west-1.amazonses.com"])
def test_ids_of_ses_are_told_as_sending_tells_them_and_others_as_they_are(host: str) -> None:
    thread = f"References: <0107-1@{host}> <0107-2@amazonses.com.example> <@{host}>"
    message = message_in(received(from_("a@x.example", thread)))
    assert message.thread == ("0107-1", "0107-2@amazonses.com.example", f"@{host}")


def test_a_mails_own_id_is_never_taken_for_that_of_one_that_was_sent() -> None:
    message = message_in(
        received(from_("a@x.example", f"Message-ID: <{SES_ID}@email.amazonses.com>"))
    )
    assert message.message_id == f"{SES_ID}@email.amazonses.com"


def test_content_in_base64_keeps_its_charset() -> None:
    message = message_in(parsed_event(SES, "received_base64"))
    assert message.text == "Bardağın kulpu kırık çıktı, değiştirebilir misiniz?"


def test_a_mail_that_no_rule_stored_is_known_by_its_header() -> None:
    message = message_in(parsed_event(SES, "lambda_header_only"))

    assert (message.subject, message.text) == ("Siparişim nerede?", None)
    assert message.message_id == "7f3c1a.2026@posta.example"
    assert message.sender.handles[0].kind == "email"


@pytest.mark.parametrize(("name", "what"), [("received_spam", "spam"), ("received_virus", "virus")])
def test_sure_spam_and_viruses_are_left_alone(name: str, what: str) -> None:
    assert parsed_event(SES, name) == [Ignored(channel="email", what=what)]


@pytest.mark.parametrize("status", ["GRAY", "PROCESSING_FAILED", "DISABLED"])
def test_what_ses_is_not_sure_about_comes_in(status: str) -> None:
    assert message_in(received(from_("a@x.example"), spam=status, virus=status))


# --- whose mail it is ----------------------------------------------------------------------------

ALIGNED = "DKIM-Signature: v=1; d=x.example; s=a; b=x"
FOREIGN = "DKIM-Signature: v=1; d=mailer.example; s=a; b=x"


@pytest.mark.parametrize(
    ("verdicts", "source", "fields", "vouched"),
    [
        ({"dmarc": "PASS"}, "bounce@mailer.example", [], True),
        ({"dmarc": "FAIL", "spf": "PASS", "dkim": "PASS"}, "a@x.example", [ALIGNED], False),
        ({"dmarc": "GRAY", "spf": "PASS"}, "a@x.example", [], True),
        ({"dmarc": "GRAY", "spf": "PASS"}, "b-1@bounce.x.example", [], True),
        ({"spf": "PASS"}, "a@mailer.example", [], False),
        ({"spf": "PASS"}, "a@notx.example", [], False),
        ({"spf": "PASS"}, "a@example", [], False),
        ({"spf": "GRAY"}, "a@x.example", [], False),
        ({"dkim": "PASS"}, "b@mailer.example", [ALIGNED], True),
        ({"dkim": "PASS"}, "b@mailer.example", [FOREIGN], False),
        ({"dkim": "PASS"}, "b@mailer.example", [ALIGNED, FOREIGN], False),
        ({"dkim": "PASS"}, "b@mailer.example", [ALIGNED, "DKIM-Signature: v=1"], False),
        ({"dkim": "PASS"}, "b@mailer.example", [], False),
        ({"dkim": "FAIL", "spf": "FAIL"}, "a@x.example", [ALIGNED], False),
        ({}, "a@x.example", [ALIGNED], False),
    ],
)
def test_an_address_counts_if_ses_found_it_to_be_its_writers(
    verdicts: dict[str, str], source: str, fields: list[str], vouched: bool
) -> None:
    message = message_in(received(from_("Ali <Ali@x.example>", *fields), source=source, **verdicts))

    kind = "email" if vouched else "email_claimed"
    assert message.sender.handles == (Handle(kind=kind, value="ali@x.example"),)
    assert message.sender.email == ("ali@x.example" if vouched else None)
    assert message.address == "ali@x.example"


@pytest.mark.parametrize(
    "sender", ["victim@x.example, evil@y.example", "<victim@x.example> <evil@y.example>"]
)
def test_several_senders_are_vouched_for_by_nobody(sender: str) -> None:
    message = message_in(received(from_(sender), dmarc="PASS"))
    assert message.sender.handles[0].kind == "email_claimed"


def test_a_spoofed_mail_comes_in_but_not_as_the_customer() -> None:
    message = message_in(parsed_event(SES, "received_spoofed"))
    assert [handle.kind for handle in message.sender.handles] == ["email_claimed"]


def test_without_from_the_mail_is_from_where_it_was_sent() -> None:
    message = message_in(received(b"Subject: x\r\n\r\nmetin", source="Ali@x.example"))

    assert message.address == "ali@x.example"
    assert message.sender.handles[0].kind == "email_claimed"


@pytest.mark.parametrize(
    ("reply_to", "address"),
    [
        ("Desk <desk@x.example>", "desk@x.example"),
        ("ali@elsewhere.example", "ali@x.example"),
        ("nobody", "ali@x.example"),
    ],
)
def test_an_answer_goes_to_reply_to_at_the_senders_own_domain_only(
    reply_to: str, address: str
) -> None:
    message = message_in(received(from_("ali@x.example", f"Reply-To: {reply_to}")))
    assert message.address == address


def test_a_machines_mail_is_marked_and_the_null_senders_is_no_message() -> None:
    away = message_in(received(recorded("out_of_office")))
    assert away.automatic
    assert away.details == {"automatic_reason": "auto_submitted"}
    assert received(recorded("bounce"), source="") == [
        Ignored(channel="email", what="automatic:report")
    ]


# --- envelopes -----------------------------------------------------------------------------------


def test_a_subscription_is_confirmed_at_sns_only() -> None:
    (event,) = parsed_event(SES, "subscription_confirmation")
    assert isinstance(event, Confirmation)
    assert event.url.startswith(
        "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription"
    )

    raw = event_bytes(SES, "subscription_confirmation")
    elsewhere = raw.replace(b"https://sns.eu-central-1.amazonaws.com/?", b"https://evil.example/?")
    assert parsed(SES, elsewhere) == [Ignored(channel="email", what="sns:SubscriptionConfirmation")]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("unsubscribe_confirmation", "sns:UnsubscribeConfirmation"),
        ("topic_validated", "sns:text"),
        ("identity_subscribed", "AmazonSnsSubscriptionSucceeded"),
    ],
)
def test_sns_own_news_is_no_message(name: str, what: str) -> None:
    assert parsed_event(SES, name) == [Ignored(channel="email", what=what)]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"Message": "Hello from SNS!"}, "sns:text"),
        ({"Message": '{"other": 1}'}, "sns:json"),
        ({"Message": "[1]"}, "sns:text"),
        ({"Message": "x", "Type": "Novelty"}, "sns:Novelty"),
        ({"Records": [{"eventSource": "aws:s3", "s3": {}}]}, "record:aws:s3"),
        ({"eventType": "Novelty", "mail": {"messageId": "1"}}, "Novelty"),
        ({"Message": '{"notificationType": "Novel ty"}'}, "Novel_ty"),
    ],
)
def test_other_publishers_and_kinds_of_tomorrow_are_ignored_by_name(
    body: dict[str, Any], what: str
) -> None:
    assert parsed(SES, json.dumps(body).encode()) == [Ignored(channel="email", what=what)]


def test_a_rule_that_sends_mail_back_made_no_message() -> None:
    body = json.loads(event_bytes(SES, "raw_delivery"))
    body["receipt"]["action"] = {"type": "Bounce", "smtpReplyCode": "550"}
    assert parsed(SES, json.dumps(body).encode()) == [
        Ignored(channel="email", what="action:Bounce")
    ]


def test_every_record_of_a_lambda_event_counts() -> None:
    body = json.loads(event_bytes(SES, "lambda_s3"))
    body["Records"] *= 3
    assert len(parsed(SES, json.dumps(body).encode())) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"a": 1}',
        b'{"Message": 7}',
        b'{"Message": "{broken"}',
        b'{"Records": {}}',
        b'{"Records": [{"ses": {}}]}',
        b'{"notificationType": "Received"}',
        b'{"notificationType": "Received", "mail": {"messageId": ""}}',
        b'{"notificationType": "Received", "mail": {"messageId": "1"},'
        b' "receipt": {"action": {"type": "S3"}}}',
        b'{"notificationType": "Received", "mail": {"messageId": "1"}, "content": "\xff"}',
        b'{"notificationType": "Received", "mail": {"messageId": "1"}, "content": "x",'
        b' "receipt": {"action": {"encoding": "BASE64"}}}',
    ],
)
def test_a_mail_that_cannot_be_read_waits_for_a_fix(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(SES, body)


def test_a_mail_without_a_date_is_of_when_ses_got_it_and_else_of_when_we_did() -> None:
    assert message_in(received(from_("a@x.example"))).at == datetime(
        2026, 11, 22, 9, 2, 19, 214000, tzinfo=UTC
    )
    (pointer,) = parsed_event(SES, "received_s3")
    assert isinstance(pointer, Pointer)
    bare = msgspec.structs.replace(pointer, details={})
    assert message_in(SES.follow(bare, from_("a@x.example"), delivery(SES, b""))).at == RECEIVED


@pytest.mark.parametrize("content", [b"<b>" * 300_000, b"--b\n" * 200_000, b"a: b\n" * 150_000])
def test_a_hostile_megabyte_is_read_in_time(content: bytes) -> None:
    started = time.process_time()
    (event,) = received(b"From: a@x.example\nContent-Type: text/html\n\n" + content)
    assert isinstance(event, InboundMessage)
    assert time.process_time() - started < 3
