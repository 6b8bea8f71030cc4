"""What goes to the Bot API, and what its answers mean."""

from typing import Any

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
from chalicelib.channels.telegram import OUTLET
from tests.support.transports import Recorder, Reply, answer

TOKEN = "7012345678:AA-token"
ACCOUNT = {"token": TOKEN}
TAKEN = answer(200, {"ok": True, "result": {"message_id": 431, "chat": {"id": 5820147733}}})
URL = "https://files.example.com/kapak.jpg"
YES = (("survey:good", "Evet, çözüldü"),)


def message(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": "5820147733",
        "text": "Kapağın resmi ekte.",
        "idempotency_key": "ntf_4mq7",
        "locale": "tr",
    }
    return OutboundMessage(**{**values, **changes})


def calls(**changes: Any) -> list[tuple[str, Any]]:
    """The methods that were called for a message, with what went along."""
    recorder = Recorder(TAKEN)
    assert OUTLET.send(message(**changes), ACCOUNT, recorder) == Sent(message_id="5820147733:431")
    return [(sent.url.rpartition("/")[2], sent.json) for sent in recorder.requests]


def refused(status: int, description: str, **parameters: int) -> Any:
    body = {"ok": False, "error_code": status, "description": description}
    reply = answer(status, {**body, "parameters": parameters} if parameters else body)
    return OUTLET.send(message(), ACCOUNT, Recorder(reply))


def test_a_topic_of_a_forum_is_answered_in_the_topic() -> None:
    ((_, sent),) = calls(address="-1002240815516:8801")
    assert (sent["chat_id"], sent["message_thread_id"]) == (-1002240815516, 8801)


def test_a_public_chat_is_addressed_by_its_name() -> None:
    ((_, sent),) = calls(address="@cinarev")
    assert sent["chat_id"] == "@cinarev"


def test_a_channel_s_direct_messages_are_answered_under_their_topic() -> None:
    ((_, sent),) = calls(address="-1002990017744:direct:7188230045")
    assert sent["direct_messages_topic_id"] == 7188230045
    assert "message_thread_id" not in sent


def test_a_business_account_is_written_for_by_its_connection() -> None:
    ((_, sent),) = calls(account="qZ3vT0x8YUhP")
    assert sent["business_connection_id"] == "qZ3vT0x8YUhP"


def test_an_answer_quotes_what_it_answers_and_does_not_depend_on_it() -> None:
    ((_, sent),) = calls(reply_to="5820147733:412")
    assert sent["reply_parameters"] == {"message_id": 412, "allow_sending_without_reply": True}


@pytest.mark.parametrize("reply_to", ["cb:52490", "77:412", "", "5820147733:x", None])
def test_what_is_no_message_of_the_chat_is_not_quoted(reply_to: str | None) -> None:
    ((_, sent),) = calls(reply_to=reply_to)
    assert "reply_parameters" not in sent


@pytest.mark.parametrize(
    ("kind", "voice", "method", "field"),
    [
        ("image", False, "sendPhoto", "photo"),
        ("video", False, "sendVideo", "video"),
        ("audio", False, "sendAudio", "audio"),
        ("audio", True, "sendVoice", "voice"),
        ("document", False, "sendDocument", "document"),
        ("spreadsheet", False, "sendDocument", "document"),
    ],
)
def test_a_file_goes_by_the_method_of_its_kind_with_the_words_as_caption(
    kind: str, voice: bool, method: str, field: str
) -> None:
    ((called, sent),) = calls(media=(Media(kind=kind, url=URL, voice=voice),), buttons=YES)
    assert (called, sent[field], sent["caption"]) == (method, URL, "Kapağın resmi ekte.")
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "survey:good"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("x" * 1025, ["image"]), ("😀" * 513, ["image"]), ("Ekte.", ["sticker"])],
)
def test_words_that_make_no_caption_follow_the_file(text: str, kinds: list[str]) -> None:
    media = tuple(Media(kind=kind, url=URL) for kind in kinds)
    (_, first), (method, last) = calls(text=text, media=media, buttons=YES)
    assert "caption" not in first
    assert "reply_markup" not in first
    assert (method, last["text"]) == ("sendMessage", text)
    assert "reply_markup" in last


def test_several_files_go_one_by_one_before_the_words() -> None:
    media = (Media(kind="image", url=URL), Media(kind="document", url=URL))
    assert [method for method, _ in calls(media=media)] == [
        *("sendPhoto", "sendDocument", "sendMessage")
    ]


def test_a_file_needs_no_words_and_a_reference_without_a_url_is_left_out() -> None:
    ((method, sent),) = calls(text="", media=(Media(kind="image", url=URL), Media(kind="image")))
    assert method == "sendPhoto"
    assert "caption" not in sent


def test_when_the_words_fail_after_the_file_nobody_repeats_the_file() -> None:
    replies = (TAKEN, answer(400, {"ok": False, "error_code": 400, "description": "Bad Request"}))
    sent = message(text="x" * 2000, media=(Media(kind="image", url=URL),))
    result = OUTLET.send(sent, ACCOUNT, Recorder(*replies))
    assert not isinstance(result, Sent | NotSent)
    assert result.code == "partly_sent"


def test_when_the_file_fails_nobody_got_anything() -> None:
    words = "Bad Request: failed to get HTTP URL content"
    reply = answer(400, {"ok": False, "error_code": 400, "description": words})
    sent = message(text="x" * 2000, media=(Media(kind="image", url=URL),))
    assert OUTLET.send(sent, ACCOUNT, Recorder(reply)) == Rejected(
        code="400", detail=f"Telegram could not fetch the file from its URL ({words})"
    )


@pytest.mark.parametrize(
    ("status", "words", "explanation"),
    [
        (403, "Forbidden: bot was blocked by the user", "The customer has blocked the bot"),
        (403, "Forbidden: user is deactivated", "The customer's Telegram account no longer"),
        (400, "Bad Request: chat not found", "No such chat, or nobody there"),
        (400, "Bad Request: TOPIC_CLOSED", "The topic of the forum is closed"),
        (401, "Unauthorized", "The bot's token is not valid"),
    ],
)
def test_common_refusals_are_explained(status: int, words: str, explanation: str) -> None:
    result = refused(status, words)
    assert isinstance(result, Rejected)
    assert result.detail.startswith(explanation)
    assert result.detail.endswith(f"({words})")


def test_a_group_that_became_another_names_its_new_id() -> None:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    result = refused(400, words, migrate_to_chat_id=-1002240815516)
    assert (
        result.detail
        == f"The group has become a supergroup with another id -1002240815516 ({words})"
    )


def test_too_many_messages_are_sent_later() -> None:
    result = refused(429, "Too Many Requests: retry after 7", retry_after=7)
    assert isinstance(result, NotSent)
    assert result.retry_after == 7


def test_length_is_measured_in_utf_16_units() -> None:
    assert OUTLET.measure("ş😀") == 3


PHOTO = Media(kind="image", id="AgACAgQAAxkBAAIB_buyuk", size=98210)
FOUND = answer(200, {"ok": True, "result": {"file_id": "x", "file_path": "photos/file 12.jpg"}})


def fetched(*replies: Reply, media: Media = PHOTO, limit: int = 10_000_000) -> FetchResult:
    assert OUTLET.fetch
    return OUTLET.fetch(media, ACCOUNT, Recorder(*replies), limit)


def test_a_file_is_located_and_read() -> None:
    recorder = Recorder(FOUND, answer(200, b"jpeg", content_type="image/jpeg"))
    assert OUTLET.fetch
    found = OUTLET.fetch(PHOTO, ACCOUNT, recorder, 100_000)
    assert found == Fetched(content=b"jpeg", mime="image/jpeg")
    asked, read = recorder.requests
    assert (asked.url, asked.json) == (
        f"https://api.telegram.org/bot{TOKEN}/getFile",
        {"file_id": PHOTO.id},
    )
    assert read.url == f"https://api.telegram.org/file/bot{TOKEN}/photos/file%2012.jpg"


def test_a_file_that_is_too_large_is_not_even_asked_for() -> None:
    assert isinstance(fetched(media=PHOTO, limit=98_209), Gone)
    film = Media(kind="video", id="x", size=20_000_001)
    assert isinstance(fetched(media=film, limit=50_000_000), Gone)


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ((answer(400, {"ok": False, "description": "Bad Request: file is too big"}),), Gone),
        ((answer(400, b"?"),), Gone),
        ((answer(200, b"?"),), Gone),
        ((answer(200, {"ok": True, "result": {"file_id": "x"}}),), Gone),
        ((answer(429),), NotSent),
        ((answer(502),), NotSent),
        ((Unknown(code="read_timeout", detail=""),), NotSent),
        ((FOUND, answer(404)), Gone),
        ((FOUND, answer(302, location="https://elsewhere.example.com/x")), Gone),
        ((FOUND, answer(503)), NotSent),
    ],
)
def test_a_file_that_cannot_be_had_is_gone_or_tried_again(
    replies: tuple[HttpReply, ...], kind: type
) -> None:
    result = fetched(*replies)
    assert isinstance(result, kind)
    assert TOKEN not in repr(result)


def test_telegram_s_own_words_say_why_a_file_is_gone() -> None:
    words = "Bad Request: file is too big"
    assert fetched(answer(400, {"ok": False, "description": words})) == Gone(reason=words)


def test_a_file_without_a_name_is_gone() -> None:
    assert isinstance(fetched(media=Media(kind="image")), Gone)
