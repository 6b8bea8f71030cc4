"""What goes over the line to each platform, and what each of its answers means."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks

from chalicelib.channels.base import (
    HttpReply,
    NotSent,
    OutboundMessage,
    Rejected,
    SendResult,
    Sent,
    Unknown,
)
from chalicelib.channels.registry import OUTLETS
from chalicelib.errors import ConfigurationError
from tests.support.transports import Recorder, answer

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ACCOUNTS: dict[str, dict[str, str]] = {
    "whatsapp": {"access_token": "EAAG-token", "phone_number_id": "104857600000217"},
    "telegram": {"token": "7012345678:AA-token"},
    "chat": {"url": "https://chat.example.com/in", "secret": WHSEC},
}
ADDRESSES = {"whatsapp": "905325550147", "telegram": "5820147733", "chat": "uye-20418"}
TAKEN = {
    "whatsapp": b'{"messaging_product":"whatsapp","messages":[{"id":"wamid.UEVO"}]}',
    "telegram": b'{"ok":true,"result":{"message_id":431,"chat":{"id":5820147733}}}',
    "chat": b"",
}
IDS = {"whatsapp": "wamid.UEVO", "telegram": "5820147733:431", "chat": "ntf_4mq7"}
YES_NO = (("survey:good", "Evet, çözüldü"), ("survey:bad", "Hayır"))


def message(address: str, **changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "address": address,
        "text": "Sorununuz çözüldü mü?",
        "idempotency_key": "ntf_4mq7",
        "locale": "tr",
        "conversation_id": "con_7k2m",
    }
    return OutboundMessage(**{**values, **changes})


def send(channel: str, reply: HttpReply | NotSent | Unknown, **changes: Any) -> SendResult:
    return OUTLETS[channel].send(
        message(ADDRESSES[channel], **changes), ACCOUNTS[channel], Recorder(reply)
    )


def request(channel: str, **changes: Any) -> Recorder:
    recorder = Recorder(answer(200, TAKEN[channel]))
    OUTLETS[channel].send(
        message(**{"address": ADDRESSES[channel], **changes}), ACCOUNTS[channel], recorder
    )
    return recorder


def test_every_channel_that_comes_in_goes_out() -> None:
    assert set(ACCOUNTS) <= set(OUTLETS)


def test_whatsapp_gets_a_text_with_the_token_in_a_header() -> None:
    sent = request("whatsapp")
    assert sent.url == "https://graph.facebook.com/v21.0/104857600000217/messages"
    assert sent.headers["authorization"] == "Bearer EAAG-token"
    assert sent.json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "905325550147",
        "type": "text",
        "text": {"body": "Sorununuz çözüldü mü?"},
    }


def test_whatsapp_gets_up_to_three_reply_buttons() -> None:
    sent = request("whatsapp", buttons=YES_NO).json
    assert sent["type"] == "interactive"
    assert sent["interactive"]["body"] == {"text": "Sorununuz çözüldü mü?"}
    assert sent["interactive"]["action"]["buttons"][0] == {
        "type": "reply",
        "reply": {"id": "survey:good", "title": "Evet, çözüldü"},
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"buttons": tuple((f"p{n}", f"Label {n}") for n in range(11))},
        {"buttons": (("p", "a label of 21 letters"),)},
        {"buttons": (("p", "same"), ("q", "same"))},
        {"buttons": (("p", ""),)},
        {"buttons": (("p" * 257, "long payload"),)},
        {"buttons": YES_NO, "text": "x" * 1025},
    ],
)
def test_buttons_that_whatsapp_would_refuse_leave_the_plain_text(changes: dict[str, Any]) -> None:
    assert request("whatsapp", **changes).json["type"] == "text"


def test_whatsapp_gets_scoped_ids_and_groups_in_fields_of_their_own() -> None:
    scoped = request("whatsapp", address="TR.90331258804417725").json
    assert (scoped["recipient"], "to" in scoped) == ("TR.90331258804417725", False)
    group = request("whatsapp", address="R3J1cC0x").json
    assert (group["to"], group["recipient_type"]) == ("R3J1cC0x", "group")


def test_telegram_gets_a_text_with_the_token_in_the_path() -> None:
    sent = request("telegram")
    assert sent.url == "https://api.telegram.org/bot7012345678:AA-token/sendMessage"
    assert sent.json == {"chat_id": 5820147733, "text": "Sorununuz çözüldü mü?"}


def test_telegram_gets_one_row_for_each_button() -> None:
    assert request("telegram", buttons=YES_NO).json["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Evet, çözüldü", "callback_data": "survey:good"}],
            [{"text": "Hayır", "callback_data": "survey:bad"}],
        ]
    }


def test_payloads_longer_than_telegram_takes_leave_the_plain_text() -> None:
    sent = request("telegram", buttons=(("ş" * 33, "Evet"),)).json
    assert "reply_markup" not in sent


def test_a_telegram_channel_may_be_addressed_by_name() -> None:
    assert request("telegram", address="@cinarev").json["chat_id"] == "@cinarev"


def test_the_chat_platform_gets_a_webhook_that_the_reference_library_accepts() -> None:
    sent = request("chat", buttons=YES_NO)
    payload = standardwebhooks.Webhook(WHSEC).verify(sent.body, dict(sent.headers))
    assert sent.headers["webhook-id"] == "ntf_4mq7"
    assert payload["type"] == "message.outgoing"
    assert payload["data"] == {
        "message": {
            "id": "ntf_4mq7",
            "text": "Sorununuz çözüldü mü?",
            "buttons": [
                {"payload": "survey:good", "label": "Evet, çözüldü"},
                {"payload": "survey:bad", "label": "Hayır"},
            ],
        },
        "address": "uye-20418",
        "conversation_id": "con_7k2m",
    }


def test_the_time_of_a_chat_webhook_is_that_of_the_clock() -> None:
    from chalicelib.channels.chat.send import send as send_chat

    recorder = Recorder(answer(200))
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    send_chat(message("uye-20418"), ACCOUNTS["chat"], recorder, clock=lambda: now)
    assert recorder.headers["webhook-timestamp"] == "1795341600"
    assert recorder.json["timestamp"] == "2026-11-22T10:00:00.000Z"


@pytest.mark.parametrize("channel", ACCOUNTS)
def test_the_api_base_or_url_may_be_another(channel: str) -> None:
    account = {**ACCOUNTS[channel], "api_base": "http://127.0.0.1:9/", "url": "http://127.0.0.1:9/"}
    recorder = Recorder(answer(200, TAKEN[channel]))
    OUTLETS[channel].send(message(ADDRESSES[channel]), account, recorder)
    assert recorder.url.startswith("http://127.0.0.1:9/")
    assert "//" not in recorder.url.removeprefix("http://")


@pytest.mark.parametrize("channel", ACCOUNTS)
def test_what_the_platform_took_is_sent_under_its_own_id(channel: str) -> None:
    assert send(channel, answer(200, TAKEN[channel])) == Sent(message_id=IDS[channel])


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
@pytest.mark.parametrize("body", [b"", b"OK", b"[]", b"{}", b'{"messages":[]}', b"\xff", b'{"ok":'])
def test_a_success_that_cannot_be_read_is_unknown(channel: str, body: bytes) -> None:
    assert isinstance(send(channel, answer(200, body)), Unknown)


def test_a_success_that_telegram_itself_denies_is_unknown() -> None:
    body = TAKEN["telegram"].replace(b"true", b"false")
    assert isinstance(send("telegram", answer(200, body)), Unknown)


@pytest.mark.parametrize("channel", ACCOUNTS)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_platform_is_asked_again_when_it_says(channel: str, status: int) -> None:
    result = send(channel, answer(status, b"busy", Retry_After="17"))
    assert isinstance(result, NotSent)
    assert result.retry_after == 17


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("2.5", 2.5), ("-4", 0), ("9" * 30, 86_400), ("soon", None), ("nan", None), ("", None)),
        ("Sun, 22 Nov 2026 10:01:30 GMT", 90),
        ("Sun, 99 Nov 2026 10:01:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    reply = answer(429, Retry_After=text, Date="Sun, 22 Nov 2026 10:00:00 GMT")
    result = send("chat", reply)
    assert isinstance(result, NotSent)
    assert result.retry_after == seconds


def test_telegram_says_in_the_body_when_to_ask_again() -> None:
    body = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    result = send("telegram", answer(429, json.dumps(body).encode()))
    assert result == NotSent(code="429", detail="Too Many Requests: retry after 3", retry_after=3)


def test_a_rate_limit_that_whatsapp_answers_with_400_is_not_final() -> None:
    body = b'{"error":{"code":131056,"message":"(#131056) Pair rate limit hit"}}'
    result = send("whatsapp", answer(400, body))
    assert isinstance(result, NotSent)
    assert result.code == "131056"
    assert result.detail.endswith("takes more later ((#131056) Pair rate limit hit)")


def test_a_refusal_carries_the_platform_s_own_code_and_words() -> None:
    meta = (
        b'{"error":{"code":131047,"message":"Re-engagement message",'
        b'"error_data":{"details":"More than 24 hours have passed"}}}'
    )
    assert send("whatsapp", answer(400, meta)) == Rejected(
        code="131047",
        detail="The customer's last message is older than 24 hours: only a template may be sent "
        "(More than 24 hours have passed)",
    )
    bot = b'{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}'
    assert send("telegram", answer(403, bot)) == Rejected(
        code="403",
        detail="The customer has blocked the bot (Forbidden: bot was blocked by the user)",
    )
    assert send("chat", answer(410, b"gone")) == Rejected(code="410", detail="gone")


@pytest.mark.parametrize("channel", ACCOUNTS)
@pytest.mark.parametrize("status", [302, 400, 401, 404, 413])
def test_a_refusal_without_words_carries_its_status(channel: str, status: int) -> None:
    assert send(channel, answer(status)) == Rejected(code=str(status), detail=f"HTTP {status}")


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
@pytest.mark.parametrize(
    "reply", [answer(500), answer(502, b"<html>"), Unknown(code="read_timeout", detail="")]
)
def test_a_platform_that_broke_leaves_the_result_unknown(
    channel: str, reply: HttpReply | Unknown
) -> None:
    assert isinstance(send(channel, reply), Unknown)


@pytest.mark.parametrize("reply", [answer(500), Unknown(code="read_timeout", detail="")])
def test_not_knowing_is_harmless_where_our_key_makes_repeats_one(
    reply: HttpReply | Unknown,
) -> None:
    assert isinstance(send("chat", reply), NotSent)


@pytest.mark.parametrize("channel", ACCOUNTS)
def test_no_connection_means_not_sent(channel: str) -> None:
    refused = NotSent(code="no_connection", detail="refused")
    assert send(channel, refused) == refused


@pytest.mark.parametrize("channel", ACCOUNTS)
@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_token_that_the_platform_repeats_does_not_get_into_the_result(
    channel: str, status: int
) -> None:
    secrets = [v for k, v in ACCOUNTS[channel].items() if k != "phone_number_id"]
    words = " ".join(secrets)
    body = {"error": {"message": words, "code": words}, "description": words}
    result = send(channel, answer(status, json.dumps(body).encode()))
    assert not any(secret in repr(result) for secret in secrets)


def test_endless_words_of_a_platform_are_cut() -> None:
    result = send("chat", answer(400, b"x" * 100_000))
    assert isinstance(result, Rejected)
    assert len(result.detail) == 500


@pytest.mark.parametrize(
    ("channel", "key"),
    [(channel, key) for channel, account in ACCOUNTS.items() for key in account],
)
@pytest.mark.parametrize("value", [None, "", "  ", 5, "tok\nen", "şifre"])
def test_a_setting_that_is_missing_or_unusable_is_named(
    channel: str, key: str, value: object
) -> None:
    account = {**ACCOUNTS[channel], key: value}
    with pytest.raises(
        ConfigurationError, match=rf"{channel}\.{key}.*temas-<stage>-platforms"
    ) as e:
        OUTLETS[channel].send(message("1"), account, Recorder(answer(200)))
    assert "tok\nen" not in str(e.value)


def test_a_chat_secret_without_a_key_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"chat\.secret"):
        OUTLETS["chat"].send(
            message("1"), {**ACCOUNTS["chat"], "secret": "whsec_"}, Recorder(answer(200))
        )
