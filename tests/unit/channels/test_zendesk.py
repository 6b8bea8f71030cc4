"""Zendesk: its own events, triggers with templates of the brand's, and answers as comments."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    Deletion,
    Echo,
    Handle,
    Ignored,
    NotSent,
    OutboundMessage,
    Rejected,
    Sent,
    Unknown,
)
from chalicelib.channels.zendesk import OUTLET, ZENDESK
from chalicelib.errors import ConfigurationError, ParseError, SignatureError
from tests.support.transports import Recorder, answer
from tests.unit.channels.direct import event_bytes, message_in, parsed, parsed_event

NOW = datetime(2026, 11, 22, 8, 10, 30, tzinfo=UTC)
STAMP = "2026-11-22T08:10:00Z"
ACCOUNT = "22140417"
REQUESTER = Handle(kind="zendesk", value="9120456713382", account=ACCOUNT)


def told(name: str) -> list[ChannelEvent]:
    return parsed_event(ZENDESK, name)


def trigger(**fields: Any) -> list[ChannelEvent]:
    return parsed(ZENDESK, json.dumps(fields).encode())


def signature(body: bytes, secret: str = "s3cret", stamp: str = STAMP) -> str:
    # The scheme in a line, as the documentation has it: no library of Zendesk's signs in Python.
    return base64.b64encode(hmac.digest(secret.encode(), stamp.encode() + body, sha256)).decode()


def verify(given: str, body: bytes, stamp: str = STAMP, now: datetime = NOW) -> None:
    headers = {
        "x-zendesk-webhook-signature": given,
        "x-zendesk-webhook-signature-timestamp": stamp,
    }
    ZENDESK.verify(headers=headers, body=body, secrets={"secrets": ["old", "s3cret"]}, now=now)


@pytest.mark.parametrize("body", [b"", b'{"ticket_id": "1"}'])
def test_time_and_body_are_signed_together(body: bytes) -> None:
    verify(signature(body), body)
    verify(signature(body, "old"), body)
    for given, changed in ((signature(body), body + b" "), (signature(body, "other"), body)):
        with pytest.raises(SignatureError):
            verify(given, changed)


@pytest.mark.parametrize("seconds", [-271, 331])
def test_a_stamp_more_than_five_minutes_off_is_refused(seconds: int) -> None:
    with pytest.raises(SignatureError):
        verify(signature(b"x"), b"x", now=NOW - timedelta(seconds=seconds))


@pytest.mark.parametrize("stamp", ["", "now", "2026-11-22T08:10:00", "9" * 5000, "çğ", "\ud800"])
def test_a_stamp_that_is_no_time_is_refused_however_well_it_is_signed(stamp: str) -> None:
    digest = hmac.digest(b"s3cret", stamp.encode("utf-8", "surrogatepass") + b"x", sha256)
    with pytest.raises(SignatureError):
        verify(base64.b64encode(digest).decode(), b"x", stamp)


@pytest.mark.parametrize("given", ["", "x", "çğış", "\ud800", "A" * 44, "A" * 5000])
def test_garbage_for_a_signature_is_refused(given: str) -> None:
    with pytest.raises(SignatureError):
        verify(given, b"x")


def test_a_webhook_without_a_body_is_answered_and_not_kept() -> None:
    empty = ZENDESK.answer(headers={}, body=b"")
    assert empty
    assert not empty.kept
    assert ZENDESK.answer(headers={}, body=b"{}") is None


def test_a_new_ticket_is_its_requesters_message() -> None:
    message = message_in(told("ticket_created"))
    assert (message.kind, message.message_id, message.address) == ("ticket", "4821", "4821")
    assert (message.subject, message.account) == ("Makine çalışmıyor", ACCOUNT)
    assert message.text == "Kahve makinem üç gündür çalışmıyor."
    assert message.sender.handles == (REQUESTER,)
    assert message.at == datetime(2026, 11, 22, 8, 10, 0, 672717, tzinfo=UTC)


def test_a_ticket_that_an_agent_opened_in_the_customers_name_is_the_brands() -> None:
    (echo,) = told("ticket_created_by_agent")
    assert isinstance(echo, Echo)
    assert echo.recipient.handles == (REQUESTER,)


def test_a_comment_is_named_by_ticket_and_comment() -> None:
    message = message_in(told("comment"))
    assert message.message_id == "4821:9137700000117"
    assert message.text == "Bugün de açılmadı, ne yapmalıyım?"
    assert message.sender.handles == (REQUESTER,)
    assert message.sender.name == "Ayşe Yılmaz"


def test_the_first_comment_and_the_ticket_are_one_message() -> None:
    assert message_in(told("comment_first")).key == message_in(told("ticket_created")).key


def test_the_same_words_later_are_a_comment_of_their_own() -> None:
    payload = json.loads(event_bytes(ZENDESK, "comment_first"))
    payload["time"] = "2026-11-22T09:10:00Z"
    later = message_in(parsed(ZENDESK, json.dumps(payload).encode()))
    assert later.message_id == "4821:9137700000101"


def test_an_agents_comment_is_an_echo_and_a_private_one_nobodys() -> None:
    (echo,) = told("comment_by_agent")
    assert isinstance(echo, Echo)
    assert (echo.message_id, echo.recipient.handles) == ("4821:9137700000122", (REQUESTER,))
    assert told("comment_private") == [
        Ignored(channel="zendesk", what="ticket.comment_added:private")
    ]


def test_a_redacted_comment_is_not_to_be_shown() -> None:
    (deletion,) = told("comment_redacted")
    assert isinstance(deletion, Deletion)
    assert deletion.target == message_in(told("comment")).message_id


def test_live_messages_are_the_customers_or_the_bots() -> None:
    message = message_in(told("messaging"))
    assert (message.text, message.address) == ("Canlı destekte misiniz?", "4830")
    assert message.sender.handles == (REQUESTER,)
    assert isinstance(told("messaging_bot")[0], Echo)


@pytest.mark.parametrize(
    ("name", "what"),
    [("status_changed", "ticket.status_changed"), ("user_changed", "user.active_changed")],
)
def test_changes_are_no_messages(name: str, what: str) -> None:
    assert told(name) == [Ignored(channel="zendesk", what=what)]


def test_the_recommended_template_is_read_whole() -> None:
    message = message_in(told("trigger"))
    assert message.message_id.startswith("4825:c_")
    assert (message.account, message.subject) == ("kahvedunyam", "Fatura adresi")
    assert message.sender.handles == (
        Handle(kind="zendesk", value="9120456713777", account="kahvedunyam"),
    )
    assert message.sender.name == "James Okafor"
    assert message.details["email"] == "james.okafor@example.com"
    assert message.at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert message_in(told("trigger")).key == message.key


def test_an_address_that_nobody_checked_is_no_handle() -> None:
    assert all(handle.kind != "email" for handle in message_in(told("trigger")).sender.handles)


def test_a_template_may_tell_agents_from_customers() -> None:
    (echo,) = told("trigger_by_agent")
    assert isinstance(echo, Echo)
    assert isinstance(
        trigger(ticket_id=1, comment="x", requester_id=2, comment_author_id=3)[0], Echo
    )
    private = trigger(ticket_id=1, comment="x", comment_is_public=False)
    assert private == [Ignored(channel="zendesk", what="comment:private")]


def test_without_a_requester_the_ticket_is_somebody_of_its_own() -> None:
    message = message_in(told("trigger_without_requester"))
    assert message.sender.handles == (Handle(kind="zendesk_ticket", value="4826"),)
    assert (message.address, message.subject) == ("4826", "Adres değişikliği")


def test_the_head_that_zendesk_puts_above_words_is_not_among_them() -> None:
    message = message_in(told("trigger_opened"))
    assert (message.kind, message.message_id) == ("ticket", "4827")
    assert message.text == "Paket komşuya bırakılmış."
    assert message.sender.name == "Zeynep Kaya"


def test_a_placeholder_that_was_not_filled_says_nothing() -> None:
    message = message_in(
        trigger(ticket_id="9", comment="x", requester_id="{{ticket.requester.id}}")
    )
    assert message.sender.handles[0].kind == "zendesk_ticket"


def test_two_comments_with_their_own_times_are_two_messages() -> None:
    first = message_in(
        trigger(ticket_id="9", comment="?", ticket_updated_at="2026-11-22T10:00:00Z")
    )
    second = message_in(
        trigger(ticket_id="9", comment="?", ticket_updated_at="2026-11-22T11:00:00Z")
    )
    numbered = message_in(trigger(ticket_id="9", comment="?", comment_id="77"))
    assert first.key != second.key
    assert numbered.message_id == "9:77"


def test_a_trigger_without_words_is_no_message() -> None:
    assert trigger(ticket_id=1) == [Ignored(channel="zendesk", what="ticket:without_words")]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"comment": "x"}', b'{"ticket_id": ""}'])
def test_what_names_no_ticket_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(ZENDESK, body)


@pytest.mark.parametrize("gone", ["detail", "event", "subject"])
def test_an_event_of_a_comment_that_cannot_be_read_waits_for_a_fix(gone: str) -> None:
    payload = json.loads(event_bytes(ZENDESK, "comment"))
    payload[gone] = {} if gone != "subject" else None
    if gone == "subject":
        del payload["detail"]["id"]
    elif gone == "detail":
        payload["subject"] = ""
    with pytest.raises(ParseError):
        parsed(ZENDESK, json.dumps(payload).encode())


SETTINGS = {"subdomain": "kahvedunyam", "email": "api@kahvedunyam.example", "api_token": "t0ken"}
COMMENTED = [{"id": 901, "type": "Notification"}, {"id": 902, "type": "Comment", "public": True}]
UPDATED = {"ticket": {"id": 4821}, "audit": {"id": 900, "events": COMMENTED}}
OUTBOUND = OutboundMessage(address="4821", text="Yoldayız.", idempotency_key="n", locale="tr")


def test_an_answer_is_a_public_comment_and_has_its_name() -> None:
    recorder = Recorder(answer(200, UPDATED))
    assert OUTLET.send(OUTBOUND, SETTINGS, recorder) == Sent(message_id="4821:902")
    assert recorder.last.method == "PUT"
    assert recorder.url == "https://kahvedunyam.zendesk.com/api/v2/tickets/4821.json"
    assert recorder.json == {"ticket": {"comment": {"body": "Yoldayız.", "public": True}}}
    basic = base64.b64encode(b"api@kahvedunyam.example/token:t0ken").decode()
    assert recorder.headers["authorization"] == f"Basic {basic}"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, {"error": "RecordNotFound", "description": "Not found"}, Rejected),
        (422, {"error": "RecordInvalid", "description": "closed", "details": {}}, Rejected),
        (401, {"error": "Couldn't authenticate you"}, Rejected),
        (403, {"error": {"title": "Forbidden", "message": "…"}}, Rejected),
        (409, {"error": "UpdateConflict", "description": "…"}, NotSent),
        (429, b"Rate limit", NotSent),
        (500, b"oops", Unknown),
        (200, b"<html>", Unknown),
        (200, {}, Unknown),
    ],
)
def test_what_zendesks_answers_mean(status: int, body: Any, kind: type) -> None:
    result = OUTLET.send(OUTBOUND, SETTINGS, Recorder(answer(status, body)))
    assert isinstance(result, kind)


def test_a_refusal_is_explained() -> None:
    body = {"error": "RecordNotFound", "description": "Not found"}
    result = OUTLET.send(OUTBOUND, SETTINGS, Recorder(answer(404, body)))
    assert result == Rejected(
        code="RecordNotFound", detail="The ticket does not exist any more. Not found"
    )


@pytest.mark.parametrize("missing", SETTINGS)
def test_what_the_secret_lacks_is_named(missing: str) -> None:
    account = {name: value for name, value in SETTINGS.items() if name != missing}
    with pytest.raises(ConfigurationError, match=f"zendesk.{missing}"):
        OUTLET.send(OUTBOUND, account, Recorder(answer(200, UPDATED)))
