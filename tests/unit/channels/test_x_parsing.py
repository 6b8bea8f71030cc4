"""What X tells: direct messages, mentions, and what happens to them."""

import base64
import contextlib
import hmac
import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    ConsentNotice,
    Deletion,
    Echo,
    Handle,
    Ignored,
    Media,
    Reaction,
    Sender,
    Watermark,
)
from chalicelib.channels.x import X
from chalicelib.errors import ParseError, SignatureError
from tests.unit.channels.recorded_events import EVENTS, RECEIVED, delivery, only_message

FOLDER = EVENTS / "x"
FILES = sorted(FOLDER.glob("*.json"))
BRAND = "1530000000000000007"
SELIN = Sender(handles=(Handle(kind="x", value="1790000000000000311"),), name="Selin Aksoy")
TOM = Sender(handles=(Handle(kind="x", value="1680000000000000123"),), name="Tom Byrne")


def parse(body: bytes) -> list[ChannelEvent]:
    return X.parse(delivery("x", body))


def recorded(name: str) -> list[ChannelEvent]:
    return parse((FOLDER / f"{name}.json").read_bytes())


def one(name: str) -> Any:
    (event,) = recorded(name)
    return event


def changed(name: str, family: str, **changes: Any) -> list[Any]:
    """The recorded events, after the family's first event was changed."""
    root = json.loads((FOLDER / f"{name}.json").read_bytes())
    root[family][0] |= changes
    return parse(json.dumps(root).encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recorded_delivery_is_read(path: Path) -> None:
    assert parse(path.read_bytes())


def test_a_direct_message_is_kept_with_who_wrote_it() -> None:
    message = only_message(recorded("dm"))
    assert message.key == f"x:{BRAND}:dm:1995000000000000001"
    assert message.sender == SELIN
    assert message.address == "dm:1790000000000000311"
    assert message.text == "Merhaba, siparişim <1142> nerede?"
    assert message.at == datetime(2026, 11, 23, 2, 13, 21, 217000, tzinfo=UTC)


def test_what_the_brand_answers_elsewhere_is_an_echo_to_the_customer() -> None:
    echo = one("dm_echo")
    assert isinstance(echo, Echo)
    assert (echo.recipient, echo.address) == (SELIN, "dm:1790000000000000311")


def test_without_the_account_whoever_is_written_to_is_the_brand() -> None:
    root = json.loads((FOLDER / "dm.json").read_bytes())
    del root["for_user_id"]
    assert only_message(parse(json.dumps(root).encode())).account == BRAND


def test_users_that_are_odd_cost_the_name_and_not_the_message() -> None:
    root = json.loads((FOLDER / "dm.json").read_bytes())
    root["users"] = [7]
    message = only_message(parse(json.dumps(root).encode()))
    assert message.sender == Sender(handles=SELIN.handles)


def test_a_file_of_a_message_is_kept_as_a_reference() -> None:
    message = only_message(recorded("dm_photo"))
    path = "1995000000000000003/1995000000000000100/kUtu.jpg"
    url = f"https://ton.twitter.com/1.1/ton/data/dm/{path}"
    assert message.kind == "image"
    assert message.media == (Media(kind="image", id="1995000000000000100", url=url),)
    assert message.details == {}


def test_a_quick_reply_is_a_button() -> None:
    message = only_message(recorded("dm_quick_reply"))
    assert (message.kind, message.text, message.payload) == (
        *("button", "Evet, çözüldü"),
        "survey:good",
    )


def test_what_comes_along_with_a_message_is_told() -> None:
    assert only_message(recorded("dm_location")).details == {
        "location": {"longitude": 28.9744, "latitude": 41.0256}
    }
    assert only_message(recorded("dm_from_post")).details == {
        "url": "https://cinarev.example.com/caydanlik",
        "referral": {"tweet_id": "1994000000000000009"},
    }


@pytest.mark.parametrize("odd", [None, 7, [], {"type": "media", "media": {"id": 1}}, {"media": 3}])
def test_odd_attachments_cost_the_attachment_and_not_the_message(odd: Any) -> None:
    root = json.loads((FOLDER / "dm_photo.json").read_bytes())
    data = root["direct_message_events"][0]["message_create"]["message_data"]
    data |= {"attachment": odd, "entities": odd}
    assert only_message(parse(json.dumps(root).encode())).media == ()


def test_another_kind_of_direct_message_event_is_ignored() -> None:
    (event,) = changed("dm", "direct_message_events", type="participants_join")
    assert event == Ignored(channel="x", account=BRAND, what="direct_message:participants_join")


def test_reading_is_known_until_the_time_of_it() -> None:
    assert one("dm_read") == Watermark(
        channel="x",
        account=BRAND,
        sender=SELIN,
        status="read",
        up_to=datetime(2026, 11, 23, 2, 13, 27, tzinfo=UTC),
    )
    (own,) = changed("dm_read", "direct_message_mark_read_events", sender_id=BRAND)
    assert isinstance(own, Ignored)


def test_a_mention_is_a_message_that_is_answered_below_it() -> None:
    message = only_message(recorded("mention"))
    assert (message.kind, message.sender) == ("mention", TOM)
    assert message.message_id == message.address == "post:1996000000000000001"
    assert message.text == "@cinarev do you ship to Ireland & the UK?"
    assert message.at == datetime(2026, 11, 23, 2, 15, 1, 5000, tzinfo=UTC)


def test_the_time_of_a_post_may_be_words_only() -> None:
    (message,) = changed("mention", "tweet_create_events", timestamp_ms=None)
    assert message.at == datetime(2026, 11, 23, 2, 15, 1, tzinfo=UTC)
    (message,) = changed("mention", "tweet_create_events", timestamp_ms=None, created_at="soon")
    assert message.at == RECEIVED


def test_ids_that_other_languages_round_are_taken_as_text() -> None:
    message = only_message(recorded("reply"))
    assert message.sender.handles[0].value == "1680000000000000123"
    assert message.reply_to == "post:1995990000000000042"


def test_a_long_post_is_read_whole_with_the_best_version_of_its_film() -> None:
    message = only_message(recorded("long_post"))
    assert message.text is not None
    assert message.text.endswith("What now?")
    assert message.media == (
        Media(
            kind="video",
            id="1996000000000000311",
            url="https://video.twimg.com/ext_tw_video/1/pu/vid/640x360/b.mp4",
        ),
        Media(
            kind="image",
            id="1996000000000000312",
            url="https://pbs.twimg.com/media/kapak.jpg",
        ),
    )


def test_a_quote_tells_what_it_quotes() -> None:
    assert only_message(recorded("quote")).details["quoted"] == {
        "id": "1996000000000000005",
        "text": "Kara Cuma başladı!",
    }


@pytest.mark.parametrize("name", ["reply_own", "activity.own_reply"])
def test_the_brand_s_own_answer_below_a_post_is_an_echo(name: str) -> None:
    echo = one(name)
    assert isinstance(echo, Echo)
    assert echo.recipient.handles == TOM.handles
    assert echo.address == echo.reply_to


def test_a_like_is_a_reaction_to_the_post() -> None:
    like = one("like")
    assert isinstance(like, Reaction)
    assert (like.target, like.sender, like.emoji) == ("post:1996000000000000005", TOM, "❤️")


@pytest.mark.parametrize(
    ("name", "granted", "reason"), [("block", False, "blocked"), ("unblock", True, "unblocked")]
)
def test_who_blocks_the_brand_gets_no_messages(name: str, granted: bool, reason: str) -> None:
    notice = one(name)
    assert isinstance(notice, ConsentNotice)
    assert (notice.address, notice.granted, notice.scope, notice.reason, notice.sender) == (
        *("dm:1680000000000000123", granted, "all", reason),
        TOM,
    )


def test_a_deleted_post_names_whose_it_was_unless_it_was_the_brand_s() -> None:
    deletion = one("post_deleted")
    assert isinstance(deletion, Deletion)
    assert (deletion.target, deletion.sender) == (
        "post:1996000000000000001",
        Sender(handles=TOM.handles),
    )
    own = one("activity.deleted")
    assert (own.target, own.sender) == ("post:2096000000000000035", None)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("activity.follow", ["follow.follow"]),
        ("activity.repost", ["repost"]),
        ("block_own", ["block:own"]),
        ("dm_typing", ["direct_message_indicate_typing_events"]),
        ("follow", ["follow", "unfollow"]),
        ("like_own", ["favorite_events:own"]),
        ("mention_blocked", ["blocked_by_us"]),
        ("mute", ["mute:own"]),
        ("own_post", ["own_post"]),
        ("repost", ["repost"]),
        ("revoked", ["user_event"]),
    ],
)
def test_what_is_no_message_is_ignored_under_its_name(name: str, what: list[str]) -> None:
    assert [event.what for event in recorded(name) if isinstance(event, Ignored)] == what


def test_all_families_of_a_delivery_are_read() -> None:
    told = [getattr(event, "message_id", None) or event for event in recorded("several")]
    assert told == [
        *("dm:1995000000000000009", "dm:1995000000000000010", "post:1996000000000000009"),
        Ignored(channel="x", account=BRAND, what="follow"),
        Ignored(channel="x", account=BRAND, what="unknown:novelty_events"),
    ]


def test_the_newer_activity_api_tells_the_same_message() -> None:
    message = only_message(recorded("activity.dm_received"))
    assert (message.account, message.sender, message.text) == (BRAND, SELIN, "Merhaba?")
    assert isinstance(one("activity.dm_sent"), Echo)


def test_posts_of_the_newer_activity_api_are_mentions() -> None:
    mention = only_message(recorded("activity.mention"))
    assert (mention.kind, mention.sender, mention.text) == (
        *("mention", TOM),
        "hey @cinarev, any news?",
    )
    reply = only_message(recorded("activity.reply"))
    assert reply.reply_to == "post:2096000000000000001"
    assert len(reply.text or "") > 280
    quote = only_message(recorded("activity.quote"))
    assert quote.details["quoted"] == {"id": "2096000000000000001"}


def test_an_encrypted_message_is_known_to_have_come() -> None:
    message = only_message(recorded("activity.encrypted"))
    assert (message.kind, message.text, message.address) == (
        *("encrypted", None),
        "dm:1790000000000000311",
    )


def test_the_brand_s_own_encrypted_message_is_ignored_and_no_words_are_no_text() -> None:
    root = json.loads((FOLDER / "activity.encrypted.json").read_bytes())
    root["data"]["payload"]["sender_id"] = BRAND
    assert parse(json.dumps(root).encode()) == [
        Ignored(channel="x", account=BRAND, what="chat.sent")
    ]
    (wordless,) = changed("mention", "tweet_create_events", text="")
    assert wordless.text is None


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"[]", b"null", b"7", b"{", b"{}", b"\xff\xfe", b'{"a":1}', b"[" * 100_000),
        b'{"object":"\\ud800"}',
        b'{"data":{}}',
        b'{"for_user_id":"1","direct_message_events":{}}',
        b'{"for_user_id":"1","direct_message_events":[{}]}',
        b'{"for_user_id":"1","tweet_create_events":[{"id_str":"7"}]}',
        b'{"for_user_id":[],"tweet_create_events":[]}',
        b'{"for_user_id":"1","favorite_events":[' + b"{}," * 2000 + b"{}]}",
        b'{"for_user_id":"1",' + b",".join(b'"k%d":1' % n for n in range(100)) + b"}",
    ],
)
def test_what_cannot_be_read_waits_for_a_fix(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse(body)


def test_a_megabyte_is_read_without_a_blow_up() -> None:
    root = json.loads((FOLDER / "dm.json").read_bytes())
    many = {**root, "direct_message_events": root["direct_message_events"] * 1900}
    deep = b'{"for_user_id":"1","tweet_create_events":[{"entities":' + b'{"a":' * 150_000
    users = {str(n): {"id": str(n), "name": "x" * 50} for n in range(12_000)}
    for body in (json.dumps(many).encode(), deep, json.dumps({**root, "users": users}).encode()):
        started = time.process_time()
        with contextlib.suppress(ParseError):
            parse(body)
        assert time.process_time() - started < 3


# --- who calls -----------------------------------------------------------------------------------

SECRET = "Tüketici-gizli"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BODY = b'{"text":"Merhaba"}'


def verify(given: str | None, *secrets: str, body: bytes = BODY) -> None:
    headers = {} if given is None else {"x-twitter-webhooks-signature": given}
    X.verify(headers=headers, body=body, secrets={"secrets": list(secrets)}, now=NOW)


def signature(secret: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), body, sha256).digest()
    return f"sha256={base64.b64encode(digest).decode()}"


def test_a_signature_made_by_openssl_verifies_also_while_secrets_change() -> None:
    """`openssl dgst -sha256 -hmac <secret> -binary | base64`, with the secret and body above."""
    verify("sha256=9qp7BovXgj0suvmt0OIARps2ddmF9zf3poZCiPVMGwI=", SECRET)
    verify("sha256=9qp7BovXgj0suvmt0OIARps2ddmF9zf3poZCiPVMGwI=", "new", SECRET)
    verify(signature("a", b"\xff\xfe"), "a", body=b"\xff\xfe")


@pytest.mark.parametrize(
    "given",
    [
        *(None, "", "x", "sha256=", "sha256=zz", "çğış", "\ud800", "\x00", "sha1=abc"),
        signature(SECRET, BODY + b" "),
        signature("another", BODY),
        signature(SECRET, BODY).removeprefix("sha256="),
        signature(SECRET, BODY).lower(),
        signature("", BODY),
    ],
)
def test_anything_else_is_refused(given: str | None) -> None:
    with pytest.raises(SignatureError):
        verify(given, SECRET, "")


def test_the_challenge_is_answered_with_the_consumer_secret() -> None:
    query = {"crc_token": "challenge-1795400000", "nonce": "x"}
    answer = X.handshake(query=query, secrets={"secrets": [SECRET, "old"]})
    assert json.loads(answer) == {
        "response_token": "sha256=CGDw2gm+iWFN3axYdBO2qjtYHkaVgN6qAicCpnROI6I="
    }


@pytest.mark.parametrize("query", [{}, {"crc_token": ""}, {"crc_token": "x" * 1001}])
def test_what_is_no_challenge_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(SignatureError):
        X.handshake(query=query, secrets={"secrets": [SECRET]})


def test_without_a_secret_no_challenge_is_answered() -> None:
    with pytest.raises(SignatureError):
        X.handshake(query={"crc_token": "c"}, secrets={})
