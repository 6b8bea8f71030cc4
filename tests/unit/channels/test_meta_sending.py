"""What goes over the line to Messenger and Instagram, what their answers mean, and their calls."""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from pywa.utils import webhook_updates_validator

from chalicelib.channels import instagram, messenger
from chalicelib.channels.base import (
    Fetched,
    Gone,
    Media,
    NotSent,
    OutboundMessage,
    Rejected,
    SendResult,
    Sent,
    Unknown,
)
from chalicelib.channels.meta.errors import BUSY, EXPLANATIONS
from chalicelib.channels.whatsapp import WHATSAPP
from chalicelib.errors import ConfigurationError, SignatureError
from tests.support.transports import Recorder, answer
from tests.unit.channels.meta_events import IG, IGSID, PAGE, PSID

OUTLETS = {"messenger": messenger.OUTLET, "instagram": instagram.OUTLET}
ACCOUNTS: dict[str, dict[str, Any]] = {
    "messenger": {"access_token": "EAAG-page", "page_id": PAGE},
    "instagram": {"access_token": "IGAA-token", "account_id": IG},
}
ADDRESSES = {"messenger": PSID, "instagram": IGSID}
TAKEN = answer(200, {"recipient_id": PSID, "message_id": "m_Sent1"})
PICTURE = Media(kind="image", url="https://files.example.com/kutu.jpg")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BODY = '{"text": "Merhaba 👋 \u2028"}'.encode()


def message(channel: str, **changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": ADDRESSES[channel],
        "text": "Kargonuz yolda.",
        "idempotency_key": "ntf_1",
        "locale": "tr",
    }
    return OutboundMessage(**{**values, **changes})


def send(channel: str, *replies: Any, **changes: Any) -> SendResult:
    return OUTLETS[channel].send(message(channel, **changes), ACCOUNTS[channel], Recorder(*replies))


def request(channel: str, account: dict[str, Any] | None = None, **changes: Any) -> Recorder:
    recorder = Recorder(TAKEN)
    settings = {**ACCOUNTS[channel], **(account or {})}
    OUTLETS[channel].send(message(channel, **changes), settings, recorder)
    return recorder


@pytest.mark.parametrize(
    ("channel", "url"),
    [
        ("messenger", f"https://graph.facebook.com/v21.0/{PAGE}/messages"),
        ("instagram", f"https://graph.instagram.com/v21.0/{IG}/messages"),
    ],
)
def test_a_text_goes_to_the_customer_with_the_token_in_a_header(channel: str, url: str) -> None:
    sent = request(channel)
    assert sent.url == url
    assert sent.headers["authorization"] == f"Bearer {ACCOUNTS[channel]['access_token']}"
    assert sent.json == {
        "recipient": {"id": ADDRESSES[channel]},
        "messaging_type": "RESPONSE",
        "message": {"text": "Kargonuz yolda."},
    }


def test_it_leaves_from_the_account_it_names_or_the_token_s_own() -> None:
    recorder = Recorder(TAKEN)
    OUTLETS["messenger"].send(
        message("messenger", account="220044119900331"), ACCOUNTS["messenger"], recorder
    )
    assert "/220044119900331/" in recorder.url
    OUTLETS["messenger"].send(message("messenger"), {"access_token": "EAAG-page"}, recorder)
    assert "/me/" in recorder.url


def test_behind_facebook_login_an_instagram_account_sends_as_its_page() -> None:
    account = {"api_base": "https://graph.facebook.com/v21.0/", "send_as": PAGE}
    assert request("instagram", account).url == f"https://graph.facebook.com/v21.0/{PAGE}/messages"


def test_buttons_are_quick_replies() -> None:
    sent = request("messenger", buttons=(("survey:good", "Memnunum"),)).json
    assert sent["message"]["quick_replies"] == [
        {"content_type": "text", "title": "Memnunum", "payload": "survey:good"}
    ]


@pytest.mark.parametrize(
    "buttons",
    [
        tuple((f"p{n}", f"Konu {n}") for n in range(14)),
        (("p", "a label of 21 letters"),),
        (("p", ""),),
        (("p" * 1001, "Konu"),),
    ],
)
def test_buttons_that_meta_would_refuse_leave_the_plain_text(buttons: Any) -> None:
    assert "quick_replies" not in request("messenger", buttons=buttons).json["message"]


def test_an_answer_quotes_what_it_answers() -> None:
    assert request("messenger", reply_to="m_1").json["reply_to"] == {"mid": "m_1"}


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        *(("image", "image"), ("sticker", "image"), ("audio", "audio"), ("video", "video")),
        ("document", "file"),
    ],
)
def test_a_file_goes_by_its_url(kind: str, called: str) -> None:
    sent = request("instagram", text="", media=(Media(kind=kind, url="https://f.example.com/x"),))
    assert sent.json["message"] == {
        "attachment": {"type": called, "payload": {"url": "https://f.example.com/x"}}
    }


def test_words_follow_the_files_and_the_quote_goes_first() -> None:
    file, words = request("messenger", media=(PICTURE,), reply_to="m_1").requests
    assert "attachment" in file.json["message"]
    assert (file.json["reply_to"], "reply_to" in words.json) == ({"mid": "m_1"}, False)
    assert words.json["message"] == {"text": "Kargonuz yolda."}


def test_words_that_do_not_follow_leave_the_message_cut_short() -> None:
    result = send("messenger", TAKEN, answer(400, {"error": {"code": 551}}), media=(PICTURE,))
    assert isinstance(result, Rejected)
    assert result.code == "partly_sent"


def test_a_comment_is_answered_in_private() -> None:
    sent = request("instagram", address="comment:18023345120099881").json
    assert sent["recipient"] == {"comment_id": "18023345120099881"}


@pytest.mark.parametrize(
    ("human_agent", "staff", "tag"),
    [(True, True, "HUMAN_AGENT"), (True, False, None), (False, True, None), ("yes", True, None)],
)
def test_only_a_person_s_words_carry_the_tag_that_meta_approved(
    human_agent: object, staff: bool, tag: str | None
) -> None:
    sent = request("messenger", {"human_agent": human_agent}, staff=staff).json
    assert sent.get("tag") == tag
    assert sent["messaging_type"] == ("MESSAGE_TAG" if tag else "RESPONSE")


@pytest.mark.parametrize("channel", OUTLETS)
def test_what_was_taken_is_sent_under_the_name_its_echo_has(channel: str) -> None:
    assert send(channel, TAKEN) == Sent(message_id="m_Sent1")
    assert isinstance(send(channel, answer(200, b"<html>")), Unknown)
    assert isinstance(send(channel, answer(502)), Unknown)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            {"code": 10, "error_subcode": 2018278, "message": "(#10) Outside."},
            "10/2018278",
            "The customer's last message is too old: free text may go out only within 24 hours "
            "of it ((#10) Outside.)",
        ),
        ({"code": 100, "error_subcode": 2018001}, "100/2018001", EXPLANATIONS["100/2018001"]),
        ({"code": 100, "error_subcode": 5}, "100", EXPLANATIONS["100"]),
        (
            {"code": 551, "message": "Not available"},
            "551",
            f"{EXPLANATIONS['551']} (Not available)",
        ),
        ({"code": 190, "message": "Expired"}, "190", f"{EXPLANATIONS['190']} (Expired)"),
        ({"code": 4711, "message": "New trouble"}, "4711", "New trouble"),
    ],
)
def test_a_refusal_is_explained_in_plain_words(error: dict[str, Any], code: str, said: str) -> None:
    assert send("messenger", answer(400, {"error": error})) == Rejected(code=code, detail=said)


@pytest.mark.parametrize("error", [{"code": code} for code in (4, 32, 613)])
def test_a_rate_limit_means_later(error: dict[str, Any]) -> None:
    assert isinstance(send("instagram", answer(400, {"error": error})), NotSent)
    passing = {"code": 999, "is_transient": True}
    assert isinstance(send("instagram", answer(400, {"error": passing})), NotSent)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error": {}}', b'{"error": "x"}'])
def test_a_refusal_without_words_carries_its_status(body: bytes) -> None:
    assert send("messenger", answer(400, body)) == Rejected(code="400", detail="HTTP 400")


@pytest.mark.parametrize("channel", OUTLETS)
def test_a_token_that_meta_repeats_does_not_get_into_the_result(channel: str) -> None:
    token = ACCOUNTS[channel]["access_token"]
    result = send(channel, answer(400, {"error": {"message": f"bad {token}", "code": token}}))
    assert token not in repr(result)
    with pytest.raises(ConfigurationError, match=rf"{channel}\.access_token"):
        OUTLETS[channel].send(message(channel), {}, Recorder(TAKEN))


def test_the_rules_are_those_of_each_platform() -> None:
    assert (messenger.OUTLET.longest, messenger.OUTLET.measure("ğ" * 9)) == (2000, 9)
    assert (instagram.OUTLET.longest, instagram.OUTLET.measure("ğ" * 9)) == (1000, 18)
    for outlet in OUTLETS.values():
        assert outlet.window
        assert (outlet.window.total_seconds(), outlet.split) == (86_400, True)
        assert not outlet.templates
    assert (messenger.OUTLET.account, instagram.OUTLET.account) == ("page_id", "account_id")


def test_every_code_that_means_later_is_known() -> None:
    assert {"4", "32", "613"} <= BUSY
    assert all(text[0].isupper() and text[-1] != "." for text in EXPLANATIONS.values())


@pytest.mark.parametrize(
    "url",
    [
        "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1",
        "https://scontent-ist1-1.xx.fbcdn.net/v/x.jpg",
        "https://scontent.cdninstagram.com/v/x.jpg",
    ],
)
def test_a_file_is_fetched_from_meta_s_hosts_without_the_token(url: str) -> None:
    fetch = instagram.OUTLET.fetch
    assert fetch
    recorder = Recorder(answer(200, b"jpg"))
    media = Media(kind="image", url=url, expires=True)
    assert fetch(media, ACCOUNTS["instagram"], recorder, 10) == Fetched(content=b"jpg")
    assert "authorization" not in recorder.headers


@pytest.mark.parametrize("url", [None, "https://evil.example.com/x", "http://[", "file:///etc"])
def test_from_nowhere_else(url: str | None) -> None:
    fetch = messenger.OUTLET.fetch
    assert fetch
    recorder = Recorder(answer(200, b"x"))
    assert isinstance(fetch(Media(kind="image", url=url), {}, recorder, 10), Gone)
    assert recorder.requests == []


SOURCES = [messenger.MESSENGER, instagram.INSTAGRAM, WHATSAPP]


def signed(secret: str, body: bytes) -> dict[str, str]:
    given = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
    assert webhook_updates_validator(secret, body, given)
    return {"x-hub-signature-256": given}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@pytest.mark.parametrize("body", [BODY, b"", b"\xff\x00", b'{"object":"page"}'])
def test_what_an_independent_library_accepts_verifies(source: Any, body: bytes) -> None:
    for secret in ("one", "şifre"):
        source.verify(
            headers=signed(secret, body),
            body=body,
            secrets={"secrets": ["one", "şifre"]},
            now=NOW,
        )


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@pytest.mark.parametrize(
    "given",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "0" * 64, "çğış", "sha256=" + "é" * 64],
)
def test_everything_else_is_refused(source: Any, given: str) -> None:
    with pytest.raises(SignatureError):
        source.verify(
            headers={"x-hub-signature-256": given},
            body=BODY,
            secrets={"secrets": ["one"]},
            now=NOW,
        )
    tampered = {"headers": signed("one", BODY), "body": BODY + b" "}
    with pytest.raises(SignatureError):
        source.verify(**tampered, secrets={"secrets": ["one"]}, now=NOW)
    for secrets in ({}, {"secrets": ["two"]}, {"secrets": [""]}):
        with pytest.raises(SignatureError):
            source.verify(headers=signed("one", BODY), body=BODY, secrets=secrets, now=NOW)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_handshake_is_answered_with_the_challenge(source: Any) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "tök", "hub.challenge": "115"}
    assert source.handshake(query=query, secrets={"verify_token": "tök"}) == "115"
    for wrong in ({"hub.verify_token": "x"}, {"hub.mode": "x"}, {"hub.challenge": ""}):
        with pytest.raises(SignatureError):
            source.handshake(query={**query, **wrong}, secrets={"verify_token": "tök"})
