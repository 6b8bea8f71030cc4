"""Trustpilot: reviews written, changed and deleted, and public replies."""

import json
from typing import Any

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    Deletion,
    Edit,
    Handle,
    Ignored,
    InboundMessage,
    NotSent,
    OutboundMessage,
    Rejected,
    Sent,
    Unknown,
)
from chalicelib.channels.trustpilot import OUTLET, TRUSTPILOT
from chalicelib.errors import ConfigurationError, ParseError, SignatureError
from tests.support.transports import Recorder, answer
from tests.unit.channels.direct import RECEIVED, event_bytes, message_in, parsed, parsed_event

REVIEW = "6921a4c0e7b1f2a3c4d5e6f7"
AYSE = Handle(kind="trustpilot", value="59f0c3900000640001d5e4b1")


def told(name: str) -> list[ChannelEvent]:
    return parsed_event(TRUSTPILOT, name)


def with_changes(**changes: Any) -> list[ChannelEvent]:
    payload = json.loads(event_bytes(TRUSTPILOT, "created"))
    payload["events"][0]["eventData"].update(changes)
    return parsed(TRUSTPILOT, json.dumps(payload).encode())


def test_a_review_is_a_message_with_stars_and_the_order_it_is_about() -> None:
    message = message_in(told("created"))
    assert (message.kind, message.message_id, message.address) == ("review", REVIEW, REVIEW)
    assert (message.subject, message.text) == (
        "Hızlı kargo",
        "İki günde geldi, paketleme özenliydi.",
    )
    assert message.details == {
        "stars": 5,
        "reference": "48213",
        "url": f"https://api.trustpilot.com/v1/reviews/{REVIEW}",
        "language": "tr",
        "verified": True,
    }
    assert (message.sender.handles, message.sender.name) == ((AYSE,), "Ayşe Y.")
    assert message.sender.locale == "tr"
    assert message.at.isoformat() == "2026-11-22T09:34:44+00:00"


def test_a_changed_review_is_an_edit_of_the_same_message() -> None:
    message, edit = told("updated")
    assert isinstance(message, InboundMessage)
    assert message.key == message_in(told("created")).key
    assert isinstance(edit, Edit)
    assert (edit.target, edit.text) == (REVIEW, "Hızlı geldi ama bardak kırık çıktı.")
    assert edit.at.isoformat() == "2026-11-24T10:00:00+00:00"


def test_a_deleted_review_is_not_to_be_shown() -> None:
    (deletion,) = told("deleted")
    assert isinstance(deletion, Deletion)
    assert deletion.target == REVIEW


def test_a_products_review_names_the_product() -> None:
    message = message_in(told("product"))
    assert (message.text, message.details["product"]) == (
        "Grinds evenly, a little loud.",
        "GRIND-300",
    )
    assert message.address == f"product:{message.message_id}"


def test_several_events_of_one_call_are_all_told() -> None:
    first, invited, second = told("several")
    assert isinstance(first, InboundMessage)
    assert invited == Ignored(channel="trustpilot", what="service-review-invited")
    assert isinstance(second, InboundMessage)
    assert second.details["stars"] == 1
    assert "reference" not in second.details


@pytest.mark.parametrize("stars", [0, 6, "5", None, 10**15, 4.5])
def test_stars_that_are_none_are_left_out(stars: object) -> None:
    assert "stars" not in message_in(with_changes(stars=stars)).details


def test_without_a_person_the_review_is_of_somebody_of_its_own() -> None:
    message = message_in(with_changes(consumer=None))
    assert message.sender.handles == (Handle(kind="trustpilot_review", value=REVIEW),)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"events": []}', b'{"events": 7}'])
def test_what_is_no_notification_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(TRUSTPILOT, body)


@pytest.mark.parametrize("data", [None, {}, {"id": ""}, []])
def test_a_review_that_cannot_be_read_waits_for_a_fix(data: object) -> None:
    body = json.dumps({"events": [{"eventName": "service-review-created", "eventData": data}]})
    with pytest.raises(ParseError, match="eventData"):
        parsed(TRUSTPILOT, body.encode())


def test_the_secret_comes_in_the_url() -> None:
    secrets = {"secrets": ["s3cret"]}
    url = "https://api.example.com/webhooks/trustpilot?secret="
    TRUSTPILOT.verify(headers={}, body=b"", secrets=secrets, now=RECEIVED, url=f"{url}s3cret")
    with pytest.raises(SignatureError):
        TRUSTPILOT.verify(headers={}, body=b"", secrets=secrets, now=RECEIVED, url=f"{url}x")


SETTINGS = {"api_key": "k3y", "api_secret": "s3cret"}
TOKEN = answer(200, {"access_token": "t0ken", "expires_in": "359999"})
OUTBOUND = OutboundMessage(address=REVIEW, text="Teşekkürler!", idempotency_key="n", locale="tr")


def test_a_reply_is_posted_with_a_token_got_for_it() -> None:
    recorder = Recorder(TOKEN, answer(201, b""))
    assert OUTLET.send(OUTBOUND, SETTINGS, recorder) == Sent(message_id=f"{REVIEW}:reply")
    token, reply = recorder.requests
    assert token.url.endswith("/oauth-business-users-for-applications/accesstoken")
    assert dict(token.form) == {"grant_type": "client_credentials"}
    assert reply.url == f"https://api.trustpilot.com/v1/private/reviews/{REVIEW}/reply"
    assert reply.headers["authorization"] == "Bearer t0ken"
    assert reply.json == {"message": "Teşekkürler!"}


def test_a_token_that_is_set_is_used_and_the_writer_named() -> None:
    recorder = Recorder(answer(204))
    account = {"access_token": "given", "business_user_id": "b1"}
    assert isinstance(OUTLET.send(OUTBOUND, account, recorder), Sent)
    assert recorder.headers["authorization"] == "Bearer given"
    assert recorder.json["authorBusinessUserId"] == "b1"


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (answer(401, {"error": "invalid_client"}), Rejected),
        (answer(400, b"<html>"), Rejected),
        (answer(503, b""), NotSent),
        (answer(429, b"", retry_after="7"), NotSent),
        (answer(200, b"<html>"), NotSent),
        (Unknown(code="broken", detail="…"), NotSent),
    ],
)
def test_without_a_token_nothing_was_sent(token: Any, kind: type) -> None:
    recorder = Recorder(token)
    assert isinstance(OUTLET.send(OUTBOUND, SETTINGS, recorder), kind)
    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(404, {"message": "Unknown review"}), Rejected),
        (answer(429, b""), NotSent),
        (answer(500, b""), Unknown),
        (Unknown(code="broken", detail="…"), Unknown),
    ],
)
def test_what_trustpilots_answers_mean(reply: Any, kind: type) -> None:
    result = OUTLET.send(OUTBOUND, SETTINGS, Recorder(TOKEN, reply))
    assert isinstance(result, kind)
    if isinstance(result, Rejected):
        assert result.detail == "The review does not exist any more. Unknown review"


def test_a_products_review_takes_no_reply() -> None:
    recorder = Recorder(TOKEN)
    outbound = OutboundMessage(address="product:1", text="x", idempotency_key="n", locale="en")
    assert isinstance(OUTLET.send(outbound, SETTINGS, recorder), Rejected)
    assert not recorder.requests


def test_what_the_secret_lacks_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"trustpilot\.api_key"):
        OUTLET.send(OUTBOUND, {}, Recorder(TOKEN))
