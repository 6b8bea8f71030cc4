"""Google reviews: a notification that points, the review it points at, and public replies."""

import base64
import json
from typing import Any

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    Echo,
    Edit,
    Fetched,
    Gone,
    Handle,
    Ignored,
    InboundMessage,
    NotSent,
    OutboundMessage,
    Pointer,
    Rejected,
    Sent,
    Unknown,
)
from chalicelib.channels.google import GOOGLE, OUTLET
from chalicelib.errors import ConfigurationError, ParseError, SignatureError
from tests.support.transports import Recorder, answer
from tests.unit.channels.direct import (
    RECEIVED,
    delivery,
    event_bytes,
    message_in,
    parsed,
    parsed_event,
)

PLACE = "accounts/104857600000217/locations/7316482950013"
NAME = f"{PLACE}/reviews/AbFvOqkX1n2yT8"
SETTINGS = {"client_id": "id", "client_secret": "s3cret", "refresh_token": "r3fresh"}
TOKEN = answer(200, {"access_token": "t0ken", "expires_in": 3599})


def told(name: str) -> list[ChannelEvent]:
    return parsed_event(GOOGLE, name)


def push(data: Any, **message: Any) -> list[ChannelEvent]:
    encoded = base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")
    body = {"message": {"data": encoded, "messageId": "1", **message}, "subscription": "s"}
    return parsed(GOOGLE, json.dumps(body).encode())


@pytest.mark.parametrize("name", ["new_review", "updated_review", "unwrapped"])
def test_a_notification_points_at_the_review(name: str) -> None:
    (pointer,) = told(name)
    assert isinstance(pointer, Pointer)
    assert (pointer.location, pointer.account) == ({"review": NAME}, PLACE)
    assert pointer.message_id


def test_two_notifications_of_one_review_are_two() -> None:
    assert told("new_review")[0] != told("updated_review")[0]


@pytest.mark.parametrize("field", ["review", "reviewName", "review_name", "name"])
def test_whatever_google_calls_the_review(field: str) -> None:
    (pointer,) = push({"type": "NEW_REVIEW", field: NAME})
    assert isinstance(pointer, Pointer)


def test_the_kind_may_be_told_by_an_attribute() -> None:
    (pointer,) = push({"name": NAME}, attributes={"type": "NEW_REVIEW"})
    assert isinstance(pointer, Pointer)
    assert push({"name": NAME}, attributes={"type": "NEW_MEDIA"}) == [
        Ignored(channel="google", what="NEW_MEDIA")
    ]


@pytest.mark.parametrize("kind", ["GOOGLE_UPDATE", "NEW_CUSTOMER_MEDIA", "NEW_ANSWER"])
def test_other_news_of_the_place_is_ignored_by_name(kind: str) -> None:
    assert push({"type": kind, "locationName": PLACE}) == [Ignored(channel="google", what=kind)]
    assert told("new_question") == [Ignored(channel="google", what="NEW_QUESTION")]


@pytest.mark.parametrize("name", ["", "reviews/1", f"{NAME}/../../x", f"{NAME}?x", "a" * 400])
def test_a_notification_that_names_no_review_waits_for_a_fix(name: str) -> None:
    with pytest.raises(ParseError):
        push({"type": "NEW_REVIEW", "review": name})


def followed(content: bytes) -> list[ChannelEvent]:
    (pointer,) = told("new_review")
    assert isinstance(pointer, Pointer)
    return GOOGLE.follow(pointer, content, delivery(GOOGLE, event_bytes(GOOGLE, "new_review")))


def test_the_review_it_leads_to_is_a_message_with_stars() -> None:
    message = message_in(followed(event_bytes(GOOGLE, "review")))
    assert (message.kind, message.message_id) == ("review", "AbFvOqkX1n2yT8")
    assert (message.account, message.address) == (PLACE, NAME)
    assert (message.text, message.details["stars"]) == ("Kahveler taze, sıra uzundu.", 4)
    assert message.sender.name == "Mehmet Demir"
    assert message.sender.handles == (
        Handle(kind="google_review", value="AbFvOqkX1n2yT8", account=PLACE),
    )
    assert message.at.isoformat() == "2026-11-21T18:04:05.120000+00:00"
    assert followed(event_bytes(GOOGLE, "review")) == told("review")


def test_a_review_that_does_not_name_itself_has_the_pointers_name() -> None:
    review = {"starRating": "FIVE", "createTime": "2026-11-21T18:04:05Z"}
    message = message_in(followed(json.dumps(review).encode()))
    assert (message.address, message.text) == (NAME, None)


def test_a_changed_review_is_an_edit_and_the_brands_reply_an_echo() -> None:
    message, edit, echo = told("review_changed_and_answered")
    assert isinstance(message, InboundMessage)
    assert message.key == message_in(told("review")).key
    assert isinstance(edit, Edit)
    assert edit.target == message.message_id
    assert isinstance(echo, Echo)
    assert (echo.text, echo.message_id) == ("Teşekkürler Mehmet Bey!", "AbFvOqkX1n2yT8:reply")


def test_an_anonymous_review_has_stars_alone() -> None:
    message = message_in(told("review_anonymous"))
    assert (message.text, message.sender.name, message.details["stars"]) == (None, None, 1)


@pytest.mark.parametrize("key", ["reviews", "locationReviews"])
def test_lists_of_reviews_are_all_told(key: str) -> None:
    review = json.loads(event_bytes(GOOGLE, "review"))
    other = {**review, "reviewId": "2", "starRating": 3}
    listed = [review, other] if key == "reviews" else [{"review": review}, {"review": other}]
    events = parsed(GOOGLE, json.dumps({key: listed}).encode())
    assert [event.message_id for event in events if isinstance(event, InboundMessage)] == [
        "AbFvOqkX1n2yT8",
        "2",
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"message": {"data": "%%"}}', b'{"message": {}}', b'{"reviewId": "1"}'],
)
def test_what_is_neither_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(GOOGLE, body)


def fetched(*replies: Any, settings: dict[str, str] | None = None) -> tuple[Any, Recorder]:
    (pointer,) = told("new_review")
    assert isinstance(pointer, Pointer)
    recorder = Recorder(*replies)
    return GOOGLE.fetch(pointer, settings or SETTINGS, recorder), recorder


def test_the_review_is_got_with_the_brands_own_access() -> None:
    result, recorder = fetched(TOKEN, answer(200, b"{}", content_type="application/json"))
    assert result == Fetched(content=b"{}", mime="application/json")
    token, review = recorder.requests
    assert token.url == "https://oauth2.googleapis.com/token"
    assert dict(token.form)["refresh_token"] == "r3fresh"
    assert review.url == f"https://mybusiness.googleapis.com/v4/{NAME}"
    assert review.headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ((TOKEN, answer(404, b"")), Gone),
        ((TOKEN, answer(403, b"")), NotSent),
        ((TOKEN, answer(503, b"")), NotSent),
        ((TOKEN, Unknown(code="broken", detail="…")), NotSent),
        ((answer(400, {"error": "invalid_grant"}),), NotSent),
        ((answer(500, b""),), NotSent),
    ],
)
def test_a_review_that_cannot_be_got_is_gone_or_tried_again(replies: Any, kind: type) -> None:
    assert isinstance(fetched(*replies)[0], kind)


OUTBOUND = OutboundMessage(address=NAME, text="Teşekkürler!", idempotency_key="n", locale="tr")


def test_a_reply_is_put_and_has_the_name_of_its_echo() -> None:
    recorder = Recorder(TOKEN, answer(200, {"comment": "Teşekkürler!"}))
    assert OUTLET.send(OUTBOUND, SETTINGS, recorder) == Sent(message_id="AbFvOqkX1n2yT8:reply")
    assert recorder.last.method == "PUT"
    assert recorder.url == f"https://mybusiness.googleapis.com/v4/{NAME}/reply"
    assert recorder.json == {"comment": "Teşekkürler!"}


def test_a_review_known_by_its_id_alone_needs_the_place() -> None:
    outbound = OutboundMessage(address="r1", text="x", idempotency_key="n", locale="tr")
    recorder = Recorder(TOKEN, answer(200, b"{}"))
    OUTLET.send(outbound, {**SETTINGS, "location": PLACE}, recorder)
    assert recorder.url.endswith(f"/{PLACE}/reviews/r1/reply")
    with pytest.raises(ConfigurationError, match=r"google\.location"):
        OUTLET.send(outbound, SETTINGS, Recorder(TOKEN))


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ((TOKEN, answer(404, {"error": {"status": "NOT_FOUND", "message": "gone"}})), Rejected),
        ((TOKEN, answer(403, b"<html>")), Rejected),
        ((TOKEN, answer(429, b"")), NotSent),
        ((TOKEN, answer(500, b"")), NotSent),
        ((answer(400, {"error": "invalid_grant"}),), Rejected),
        ((answer(500, b""),), NotSent),
    ],
)
def test_what_googles_answers_mean(replies: Any, kind: type) -> None:
    result = OUTLET.send(OUTBOUND, SETTINGS, Recorder(*replies))
    assert isinstance(result, kind)


def test_a_refusal_is_explained() -> None:
    reply = answer(404, {"error": {"status": "NOT_FOUND", "message": "gone"}})
    assert OUTLET.send(OUTBOUND, SETTINGS, Recorder(TOKEN, reply)) == Rejected(
        code="NOT_FOUND", detail="The review does not exist any more. gone"
    )


def test_the_limit_counts_bytes() -> None:
    assert (OUTLET.longest, OUTLET.measure("ş")) == (4096, 2)


def test_the_secret_comes_in_the_url() -> None:
    secrets = {"secrets": ["s3cret"]}
    url = "https://api.example.com/webhooks/google?secret="
    GOOGLE.verify(headers={}, body=b"", secrets=secrets, now=RECEIVED, url=f"{url}s3cret")
    with pytest.raises(SignatureError):
        GOOGLE.verify(headers={}, body=b"", secrets=secrets, now=RECEIVED, url=f"{url}x")
