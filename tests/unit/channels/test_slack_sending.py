"""What goes to Slack, and what its answers mean."""

from typing import Any

import pytest

from chalicelib.channels.base import (
    Fetched,
    FetchResult,
    Gone,
    Media,
    NotSent,
    OutboundMessage,
    Rejected,
    Sent,
    Unknown,
)
from chalicelib.channels.slack import OUTLET
from chalicelib.errors import ConfigurationError
from tests.support.transports import Recorder, Reply, answer

TOKEN = "xoxb-1-token"
ACCOUNT = {"token": TOKEN}
TAKEN = answer(200, {"ok": True, "channel": "C06DESTEK", "ts": "1795400040.004000"})
PICTURE = Media(kind="image", url="https://files.example.com/a.png", name="a.png")
YES_NO = (("survey:good", "Evet"), ("survey:bad", "Hayır"))


def message(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": "C06DESTEK",
        "text": "Faturanız <ekte> & hazır.",
        "idempotency_key": "ntf_1",
        "locale": "tr",
    }
    return OutboundMessage(**{**values, **changes})


def request(**changes: Any) -> Any:
    recorder = Recorder(TAKEN)
    sent = OUTLET.send(message(**changes), ACCOUNT, recorder)
    assert sent == Sent(message_id="C06DESTEK:1795400040.004000")
    return recorder.json


def send(reply: Reply) -> Any:
    return OUTLET.send(message(), ACCOUNT, Recorder(reply))


def refused(error: str, status: int = 200, **headers: str) -> Any:
    return send(answer(status, {"ok": False, "error": error}, **headers))


def test_a_text_goes_escaped_with_the_token_in_a_header() -> None:
    recorder = Recorder(TAKEN)
    OUTLET.send(message(), ACCOUNT, recorder)
    assert recorder.url == "https://slack.com/api/chat.postMessage"
    assert recorder.headers["authorization"] == "Bearer xoxb-1-token"
    assert recorder.json == {
        "channel": "C06DESTEK",
        "text": "Faturanız &lt;ekte&gt; &amp; hazır.",
    }


def test_the_api_base_may_be_another() -> None:
    recorder = Recorder(TAKEN)
    OUTLET.send(message(), {**ACCOUNT, "api_base": "http://127.0.0.1:9/slack/"}, recorder)
    assert recorder.url == "http://127.0.0.1:9/slack/chat.postMessage"


@pytest.mark.parametrize(
    ("address", "reply_to", "thread"),
    [
        ("C06DESTEK:1795400002.000200", None, "1795400002.000200"),
        ("C06DESTEK:1795400002.000200", "C06DESTEK:1795400004.000400", "1795400002.000200"),
        ("C06DESTEK", "C06DESTEK:1795400002.000200", "1795400002.000200"),
        ("D06SELINDM", "D06SELINDM:1795400001.000100", None),
        ("C06DESTEK", "C06OTHER:1795400002.000200", None),
        ("C06DESTEK", "C06DESTEK:command:7001.1", None),
        ("C06DESTEK", "C06DESTEK:1.2:action:U1:3.4:0", None),
        ("U08OMAR", None, None),
    ],
)
def test_answers_stay_in_their_thread(
    address: str, reply_to: str | None, thread: str | None
) -> None:
    sent = request(address=address, reply_to=reply_to)
    assert (sent["channel"], sent.get("thread_ts")) == (address.partition(":")[0], thread)


def test_buttons_stand_below_the_words() -> None:
    words, actions = request(buttons=YES_NO)["blocks"]
    assert words["text"]["text"] == "Faturanız &lt;ekte&gt; &amp; hazır."
    assert [one["value"] for one in actions["elements"]] == ["survey:good", "survey:bad"]
    assert len({one["action_id"] for one in actions["elements"]}) == 2


@pytest.mark.parametrize(
    "buttons",
    [
        tuple((f"p{n}", "x") for n in range(26)),
        (("p" * 2001, "x"),),
        (("p", "x" * 76),),
        (("p", ""),),
        (("", "x"),),
    ],
)
def test_buttons_that_slack_would_refuse_leave_the_plain_text(buttons: Any) -> None:
    assert "blocks" not in request(buttons=buttons)


def test_pictures_are_shown_and_other_files_linked() -> None:
    film = Media(kind="video", url="https://files.example.com/f.mp4?a=1&b=2", name="f|1.mp4")
    sent = request(media=(PICTURE, film, Media(kind="image")))
    kinds = [block["type"] for block in sent["blocks"]]
    assert kinds == ["section", "section", "image"]
    link = "<https://files.example.com/f.mp4?a=1&amp;b=2|f 1.mp4>"
    assert sent["text"].endswith(f"\n{link}")
    assert sent["blocks"][1]["text"]["text"] == link
    assert sent["blocks"][2] == {
        "type": "image",
        "image_url": "https://files.example.com/a.png",
        "alt_text": "a.png",
    }


def test_a_picture_alone_has_words_for_the_notification() -> None:
    assert request(text="", media=(PICTURE,))["text"] == "a.png"


@pytest.mark.parametrize("head", range(2990, 3001))
def test_long_words_are_cut_for_blocks_between_characters(head: int) -> None:
    text = "x" * head + "&" * 30
    sections = request(text=text, buttons=YES_NO)["blocks"][:-1]
    parts = [one["text"]["text"] for one in sections]
    assert all(len(part) <= 3000 for part in parts)
    assert all(part.endswith(("x", "&amp;")) for part in parts)
    assert "".join(parts) == text.replace("&", "&amp;")


@pytest.mark.parametrize(
    ("error", "explanation"),
    [
        ("not_in_channel", "The app is not in the channel: invite it there (not_in_channel)"),
        ("invalid_auth", "The app's token is not valid: put the present one into the platform"),
        ("some_new_error", "some_new_error"),
    ],
)
def test_a_refusal_comes_with_status_200_and_is_one(error: str, explanation: str) -> None:
    result = refused(error)
    assert isinstance(result, Rejected)
    assert result.code == error
    assert result.detail.startswith(explanation)


@pytest.mark.parametrize("status", [200, 429])
def test_too_many_messages_are_sent_when_slack_says(status: int) -> None:
    result = refused("ratelimited", status, Retry_After="30")
    assert isinstance(result, NotSent)
    assert result.retry_after == 30


@pytest.mark.parametrize("error", ["fatal_error", "internal_error", "service_unavailable"])
def test_trouble_at_slack_leaves_it_unknown(error: str) -> None:
    assert isinstance(refused(error), Unknown)


@pytest.mark.parametrize(
    "reply", [answer(200, b"<html>"), answer(200, {"ok": True}), answer(502), answer(500, b"x")]
)
def test_an_answer_that_says_nothing_leaves_it_unknown(reply: Reply) -> None:
    assert isinstance(send(reply), Unknown)


def test_no_connection_means_not_sent() -> None:
    reply = NotSent(code="no_connection", detail="refused")
    assert send(reply) == reply


def test_a_refusal_without_words_and_a_token_in_the_words() -> None:
    assert send(answer(403)) == Rejected(code="403", detail="HTTP 403")
    assert TOKEN not in repr(refused(TOKEN))


def test_a_missing_token_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"slack\.token"):
        OUTLET.send(message(), {}, Recorder(TAKEN))


FILE = Media(kind="image", id="F06KUTU", url="https://files.slack.com/files-pri/T-F/kutu.jpg")
BARE = Media(kind="document", id="F09EXT")
INFO = {"ok": True, "file": {"id": "F09EXT", "url_private": "https://files.slack.com/x.pdf"}}


def fetched(media: Media, *replies: Reply, limit: int = 1000) -> tuple[FetchResult, Recorder]:
    recorder = Recorder(*replies)
    assert OUTLET.fetch
    result = OUTLET.fetch(media, ACCOUNT, recorder, limit)
    assert TOKEN not in repr(result)
    return result, recorder


def test_a_file_is_read_with_the_token() -> None:
    result, recorder = fetched(FILE, answer(200, b"jpeg", content_type="image/jpeg"))
    assert result == Fetched(content=b"jpeg", mime="image/jpeg")
    assert recorder.headers["authorization"] == "Bearer xoxb-1-token"


def test_a_file_of_another_workspace_is_looked_up_first() -> None:
    result, recorder = fetched(BARE, answer(200, INFO), answer(200, b"pdf"))
    assert isinstance(result, Fetched)
    assert [sent.url for sent in recorder.requests] == [
        "https://slack.com/api/files.info?file=F09EXT",
        "https://files.slack.com/x.pdf",
    ]


@pytest.mark.parametrize(
    ("media", "reply", "kind"),
    [
        (Media(kind="image", url="https://evil.example.com/x"), answer(200, b"x"), Gone),
        (Media(kind="image", url="https://slack.com.example.com/x"), answer(200, b"x"), Gone),
        (Media(kind="image"), answer(200, b"x"), Gone),
        (Media(kind="image", url=FILE.url, size=1001), answer(200, b"x"), Gone),
        (FILE, answer(200, b"x" * 1001), Gone),
        (FILE, answer(200, b"<html>", content_type="text/html; charset=utf-8"), Gone),
        (FILE, answer(404), Gone),
        (FILE, answer(429), NotSent),
        (BARE, answer(200, {"ok": False, "error": "file_not_found"}), Gone),
        (BARE, answer(200, {"ok": False, "error": "ratelimited"}), NotSent),
        (BARE, answer(200, {"ok": True, "file": {"id": "F09EXT"}}), Gone),
        (BARE, answer(200, b"?"), Gone),
        (BARE, answer(503), NotSent),
        (BARE, Unknown(code="read_timeout", detail=""), NotSent),
    ],
)
def test_a_file_that_cannot_be_had_is_gone_or_tried_again(
    media: Media, reply: Reply, kind: type
) -> None:
    result, _ = fetched(media, reply)
    assert isinstance(result, kind)


def test_the_token_goes_to_slack_s_hosts_only() -> None:
    _, recorder = fetched(FILE, answer(302, location="https://evil.example.com/x"))
    assert len(recorder.requests) == 1
