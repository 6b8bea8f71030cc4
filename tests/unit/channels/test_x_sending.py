"""What goes to X, and what its answers mean."""

from datetime import UTC, datetime
from typing import Any

import oauthlib.oauth1
import pytest

from chalicelib.channels.base import (
    Fetched,
    FetchResult,
    Gone,
    HttpReply,
    Media,
    NotSent,
    OutboundMessage,
    Rejected,
    Sent,
    Unknown,
)
from chalicelib.channels.x import OUTLET
from chalicelib.channels.x.oauth1 import Credentials
from chalicelib.channels.x.send import send
from chalicelib.channels.x.weights import weight
from chalicelib.errors import ConfigurationError
from tests.support.transports import Recorder, Reply, answer

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BEARER = {"access_token": "user-token"}
SIGNING = {
    "api_key": "the-key",
    "api_secret": "the secret&more",
    "access_token": "1530-token",
    "access_token_secret": "token/secret",
}
DM_TAKEN = answer(
    201, {"data": {"dm_conversation_id": "1-2", "dm_event_id": "1995000000000000002"}}
)
POST_TAKEN = answer(201, {"data": {"id": "1996000000000000004", "text": "…"}})
PROBLEMS = "https://api.twitter.com/2/problems/"


def message(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": "dm:1790000000000000311",
        "text": "Bugün kargoda.",
        "idempotency_key": "ntf_1",
        "locale": "tr",
    }
    return OutboundMessage(**{**values, **changes})


def refused(reply: Reply) -> Any:
    return send(message(), BEARER, Recorder(reply), clock=lambda: NOW)


def test_a_direct_message_goes_to_the_user_with_the_token_in_a_header() -> None:
    recorder = Recorder(DM_TAKEN)
    assert OUTLET.send(message(), BEARER, recorder) == Sent(message_id="dm:1995000000000000002")
    assert recorder.url == (
        "https://api.x.com/2/dm_conversations/with/1790000000000000311/messages"
    )
    assert recorder.headers["authorization"] == "Bearer user-token"
    assert recorder.json == {"text": "Bugün kargoda."}


def test_a_mention_is_answered_below_it() -> None:
    recorder = Recorder(POST_TAKEN)
    sent = message(address="post:1996000000000000001")
    assert OUTLET.send(sent, BEARER, recorder) == Sent(message_id="post:1996000000000000004")
    assert recorder.url == "https://api.x.com/2/tweets"
    assert recorder.json == {
        "text": "Bugün kargoda.",
        "reply": {"in_reply_to_tweet_id": "1996000000000000001"},
    }


def test_the_api_base_may_be_another() -> None:
    recorder = Recorder(DM_TAKEN)
    OUTLET.send(message(), {**BEARER, "api_base": "http://127.0.0.1:9/x/"}, recorder)
    assert recorder.url.startswith("http://127.0.0.1:9/x/2/dm_conversations/")


def test_a_signed_request_is_what_the_reference_library_signs() -> None:
    url = "https://api.x.com/2/tweets"
    made = Credentials(
        key="the-key", secret="the secret&more", token="1530-token", token_secret="token/secret"
    ).header("POST", url, lambda: NOW, lambda: "ş~n once")
    client = oauthlib.oauth1.Client(
        "the-key",
        client_secret="the secret&more",
        resource_owner_key="1530-token",
        resource_owner_secret="token/secret",
        nonce="ş~n once",
        timestamp=str(int(NOW.timestamp())),
    )
    _, headers, _ = client.sign(url, http_method="POST")
    assert sorted(made.removeprefix("OAuth ").split(", ")) == sorted(
        headers["Authorization"].removeprefix("OAuth ").split(", ")
    )


def test_four_settings_sign_every_request_anew() -> None:
    recorder = Recorder(DM_TAKEN)
    for _ in range(2):
        OUTLET.send(message(), SIGNING, recorder)
    first, second = (sent.headers["authorization"] for sent in recorder.requests)
    assert first.startswith('OAuth oauth_consumer_key="the-key"')
    assert first != second


@pytest.mark.parametrize("key", SIGNING)
def test_a_setting_that_is_missing_is_named(key: str) -> None:
    account = {**SIGNING, key: ""}
    if key == "access_token_secret":
        account["access_token"] = ""
        key = "access_token"
    with pytest.raises(ConfigurationError, match=rf"x\.{key}"):
        OUTLET.send(message(), account, Recorder(DM_TAKEN))


@pytest.mark.parametrize("address", ["", "1790", "dm:", "dm:selin", "post:1/../2", "tweet:1"])
def test_another_address_is_refused_before_anything_goes_out(address: str) -> None:
    recorder = Recorder(DM_TAKEN)
    assert isinstance(OUTLET.send(message(address=address), BEARER, recorder), Rejected)
    assert recorder.requests == []


def test_a_post_that_is_too_long_is_refused_before_anything_goes_out() -> None:
    recorder = Recorder(POST_TAKEN)
    result = OUTLET.send(message(address="post:1", text="ş" * 281), BEARER, recorder)
    assert isinstance(result, Rejected)
    assert result.code == "too_long"
    assert "this one has 281" in result.detail
    assert recorder.requests == []
    long = message(text="x" * 10_000)
    assert isinstance(OUTLET.send(long, BEARER, Recorder(DM_TAKEN)), Sent)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("Çınar Ev – “ığüşöç”…", 21),
        ("日本語", 6),
        ("👾", 2),
        ("🙋🏽", 2),
        ("👨‍🎤", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇹🇷🇮🇪", 4),
        ("1️⃣", 2),
        ("❤️", 2),
        ("cafe\u0301", 4),
        ("https://cinarev.example.com/very/long/path?with=query ok", 26),
    ],
)
def test_posts_are_measured_as_x_does(text: str, units: int) -> None:
    assert weight(text) == units


def test_a_megabyte_is_measured_without_a_blow_up() -> None:
    for text in ("👨‍" * 100_000, "https://" * 60_000, "🇹" * 200_000, "1️" * 200_000):
        assert weight(text) > 0


@pytest.mark.parametrize(
    ("status", "body", "code", "detail"),
    [
        (
            403,
            {
                "title": "Forbidden",
                "detail": "You do not have permission to DM one or more participants.",
                "type": f"{PROBLEMS}not-authorized-for-resource",
                "status": 403,
            },
            "not-authorized-for-resource",
            "The customer takes no direct messages from the account (You do not",
        ),
        (
            403,
            {
                "title": "Forbidden",
                "detail": "You are not allowed to create a Tweet with duplicate content.",
                "type": "about:blank",
                "status": 403,
            },
            "403",
            "The account has just posted the same words",
        ),
        (
            403,
            {"errors": [{"code": 349, "message": "You cannot send messages to this user."}]},
            "349",
            "The customer takes no direct messages",
        ),
        (401, {"title": "Unauthorized", "status": 401}, "401", "The access token is not valid"),
        (400, {"title": "Invalid Request", "detail": "Odd."}, "400", "Odd."),
        (404, b"<html>", "404", "HTTP 404"),
    ],
)
def test_refusals_are_explained(status: int, body: Any, code: str, detail: str) -> None:
    result = refused(answer(status, body))
    assert isinstance(result, Rejected)
    assert result.code == code
    assert result.detail.startswith(detail)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"x_rate_limit_reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x_rate_limit_reset": str(int(NOW.timestamp()) - 5)}, 1),
        ({"x_rate_limit_reset": "soon"}, None),
        ({"x_rate_limit_reset": "9", "Retry_After": "30"}, 30),
        ({}, None),
    ],
)
def test_a_busy_platform_is_asked_again_when_it_says(
    headers: dict[str, str], wait: float | None
) -> None:
    result = refused(answer(429, {"title": "Too Many Requests"}, **headers))
    assert isinstance(result, NotSent)
    assert result.retry_after == wait


@pytest.mark.parametrize(
    "reply",
    [
        *(answer(500), answer(201, b"?"), answer(201, {"data": {}}), answer(201, {"data": []})),
        Unknown(code="read_timeout", detail=""),
    ],
)
def test_what_nobody_can_know_is_unknown(reply: Reply) -> None:
    assert isinstance(refused(reply), Unknown)


@pytest.mark.parametrize("account", [BEARER, SIGNING])
def test_tokens_do_not_get_into_the_result(account: dict[str, str]) -> None:
    words = " ".join(account.values())
    reply = answer(403, {"detail": words, "type": f"{PROBLEMS}{words}"})
    result = OUTLET.send(message(), account, Recorder(reply))
    assert not any(secret in repr(result) for secret in account.values())


OPEN = Media(kind="image", url="https://pbs.twimg.com/media/kapak.jpg")
PRIVATE = Media(kind="image", url="https://ton.twitter.com/1.1/ton/data/dm/3/100/kUtu.jpg")


def fetched(
    media: Media, reply: Reply, account: dict[str, str] = BEARER
) -> tuple[FetchResult, Recorder]:
    recorder = Recorder(reply)
    assert OUTLET.fetch
    return OUTLET.fetch(media, account, recorder, 1000), recorder


def test_files_of_posts_are_open_and_get_no_token() -> None:
    result, recorder = fetched(OPEN, answer(200, b"jpeg", content_type="image/jpeg"), {})
    assert result == Fetched(content=b"jpeg", mime="image/jpeg")
    assert recorder.headers == {}


def test_files_of_messages_are_read_through_the_api_with_a_token() -> None:
    result, recorder = fetched(PRIVATE, answer(200, b"jpeg"))
    assert isinstance(result, Fetched)
    assert recorder.url == "https://api.x.com/2/dm_conversations/media/3/100/kUtu.jpg"
    assert recorder.headers["authorization"] == "Bearer user-token"


def test_files_of_messages_are_read_where_they_lie_with_a_signature() -> None:
    result, recorder = fetched(PRIVATE, answer(200, b"jpeg"), SIGNING)
    assert isinstance(result, Fetched)
    assert recorder.url == PRIVATE.url
    assert recorder.headers["authorization"].startswith("OAuth ")


@pytest.mark.parametrize(
    ("media", "reply", "kind"),
    [
        (Media(kind="image", id="7"), answer(200, b"x"), Gone),
        (Media(kind="image", url="https://evil.example.com/x"), answer(200, b"x"), Gone),
        (Media(kind="image", url="https://ton.twitter.com/elsewhere"), answer(200, b"x"), Gone),
        (OPEN, answer(200, b"x" * 1001), Gone),
        (PRIVATE, answer(404), Gone),
        (PRIVATE, answer(302, location="https://evil.example.com/x"), Gone),
        (PRIVATE, answer(429), NotSent),
        (OPEN, NotSent(code="no_connection", detail=""), NotSent),
    ],
)
def test_a_file_that_cannot_be_had_is_gone_or_tried_again(
    media: Media, reply: HttpReply, kind: type
) -> None:
    assert isinstance(fetched(media, reply)[0], kind)
