"""SMS, MMS and WhatsApp through Twilio: what customers wrote, and what became of ours."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.channels.base import (
    ChannelEvent,
    ConsentNotice,
    Handle,
    Ignored,
    InboundMessage,
    Reaction,
    StatusUpdate,
)
from chalicelib.channels.twilio import TWILIO
from chalicelib.errors import ParseError
from tests.unit.channels.direct import RECEIVED, message_in, parsed, parsed_event

BRAND = "+14155550100"
AYSE = Handle(kind="phone", value="+905325550147")


def told(name: str) -> list[ChannelEvent]:
    return parsed_event(TWILIO, f"{name}.form")


def form(**fields: str) -> list[ChannelEvent]:
    return parsed(TWILIO, urlencode(fields).encode())


def sms(**changes: str) -> list[ChannelEvent]:
    given = {"MessageSid": "SM1", "From": AYSE.value, "To": BRAND, "Body": "Merhaba"}
    return form(**{**given, **changes})


def test_a_text_message_is_of_the_phone_that_sent_it() -> None:
    message = message_in(told("sms"))
    assert message.text == "Merhaba, kahve makinem su akıtıyor 😟"
    assert (message.channel, message.account, message.kind) == ("sms", BRAND, "text")
    assert message.message_id == "SM00000000000000000000000000000001"
    assert message.sender.handles == (AYSE,)
    assert message.address == "+905325550147"
    assert message.at == RECEIVED


def test_a_whatsapp_message_through_twilio_marks_its_account() -> None:
    message = message_in(told("whatsapp_text"))
    assert (message.channel, message.account) == ("whatsapp", f"twilio:{BRAND}")
    assert message.address == "+905335550182"
    assert message.sender.handles == (Handle(kind="phone", value="+905335550182"),)
    assert message.sender.name == "Elif Aydın"


def test_a_picture_and_a_film_come_as_media() -> None:
    message = message_in(told("mms"))
    assert (message.kind, message.text) == ("image", "The crack is on the left")
    assert [(file.kind, file.mime) for file in message.media] == [
        ("image", "image/jpeg"),
        ("video", "video/mp4"),
    ]
    assert message.media[0].id == "ME00000000000000000000000000000047"
    assert message.media[0].url
    assert message.details == {"country": "CA"}


@pytest.mark.parametrize(
    ("name", "kind", "text", "payload", "reply_to"),
    [
        ("whatsapp_reply", "text", "Evet, hâlâ bekliyorum", None, f"SM{910:032x}"),
        ("whatsapp_button", "button", "Memnunum", "survey:good", f"SM{911:032x}"),
        ("whatsapp_list", "list_reply", "İade", "topic:returns", None),
        ("whatsapp_location", "location", None, None, None),
        ("whatsapp_voice", "audio", None, None, None),
        ("whatsapp_sticker", "sticker", None, None, None),
        ("whatsapp_flow", "nfm_reply", None, '{"reason": "too_small", "size": "L"}', None),
    ],
)
def test_each_kind_of_whatsapp_message(
    name: str, kind: str, text: str | None, payload: str | None, reply_to: str | None
) -> None:
    message = message_in(told(name))
    assert (message.kind, message.text, message.payload) == (kind, text, payload)
    assert message.reply_to == reply_to


def test_what_comes_beside_the_words_is_told_in_details() -> None:
    assert message_in(told("whatsapp_location")).details["location"] == {
        "latitude": 41.0369,
        "longitude": 28.985,
        "name": "Mağaza",
        "address": "İstiklal Cd. 12, Beyoğlu",
    }
    assert message_in(told("whatsapp_flow")).details["form"] == {"reason": "too_small", "size": "L"}
    assert message_in(told("whatsapp_advertisement")).details["referral"]["source_type"] == "ad"
    assert message_in(told("whatsapp_forwarded")).details["forwarded"] is True


def test_a_voice_note_and_a_sticker_are_told_from_other_files() -> None:
    assert message_in(told("whatsapp_voice")).media[0].voice
    assert message_in(told("whatsapp_sticker")).media[0].kind == "sticker"


def test_a_reaction_is_no_message() -> None:
    (reaction,) = told("whatsapp_reaction")
    assert isinstance(reaction, Reaction)
    assert (reaction.emoji, reaction.target) == ("👍", f"SM{912:032x}")


def test_a_sender_who_hides_the_number_is_known_by_the_scoped_id() -> None:
    message = message_in(told("whatsapp_no_number"))
    scoped = "TR.48213097716520443"
    assert message.sender.handles == (
        Handle(kind="whatsapp_user", value=scoped, account=f"twilio:{BRAND}"),
    )
    assert message.address == scoped


def test_phone_and_scoped_id_together_are_one_person() -> None:
    message = message_in(sms(From="whatsapp:+905335550182", ExternalUserId="whatsapp:TR.1"))
    assert [handle.kind for handle in message.sender.handles] == ["phone", "whatsapp_user"]


@pytest.mark.parametrize("name", ["sms_short_code", "sms_named_sender"])
def test_a_sender_without_a_phone_number_is_nobodys_phone(name: str) -> None:
    message = message_in(told(name))
    assert message.sender.handles[0].kind == "sms_sender"
    assert message.sender.handles[0].account == BRAND
    assert message.address in ("32665", "KARGOM")


def test_a_richer_message_is_of_the_phone_it_came_from() -> None:
    message = message_in(sms(From="rcs:+905325550147", To="rcs:kahve_dunyam_agent"))
    assert (message.channel, message.sender.handles) == ("sms", (AYSE,))
    assert (message.address, message.account) == (AYSE.value, "rcs:kahve_dunyam_agent")


def test_a_channel_nobody_has_heard_of_can_still_be_answered() -> None:
    message = message_in(sms(From="messenger:4471", To="messenger:9001"))
    assert (message.address, message.account) == ("messenger:4471", "messenger:9001")
    assert message.sender.handles[0].account == "messenger:9001"


def test_a_plus_that_was_not_escaped_is_still_a_plus() -> None:
    body = b"MessageSid=SM1&From=whatsapp:+905335550182&To=whatsapp:+14155550100&Body=x"
    message = message_in(parsed(TWILIO, body))
    assert (message.address, message.account) == ("+905335550182", f"twilio:{BRAND}")


@pytest.mark.parametrize(
    ("name", "granted", "reason"),
    [("sms_stop", False, "opted_out"), ("sms_start", True, "opted_in")],
)
def test_an_opt_out_is_a_message_and_a_notice(name: str, granted: bool, reason: str) -> None:
    message, notice = told(name)
    assert isinstance(message, InboundMessage)
    assert isinstance(notice, ConsentNotice)
    assert (notice.granted, notice.scope, notice.reason) == (granted, "all", reason)
    assert notice.address == message.address


def test_asking_for_help_changes_no_consent() -> None:
    assert len(told("sms_help")) == 1


def test_words_alone_change_no_consent() -> None:
    assert len(sms(Body="STOP")) == 1


@pytest.mark.parametrize(
    ("name", "status", "channel"),
    [
        ("status_queued", "queued", "sms"),
        ("status_sent", "sent", "sms"),
        ("status_delivered", "delivered", "sms"),
        ("status_undelivered", "failed", "sms"),
        ("status_failed_whatsapp", "failed", "whatsapp"),
        ("status_read_whatsapp", "read", "whatsapp"),
        ("status_old_style", "delivered", "sms"),
    ],
)
def test_what_became_of_a_message(name: str, status: str, channel: str) -> None:
    (update,) = told(name)
    assert isinstance(update, StatusUpdate)
    assert (update.status, update.channel) == (status, channel)
    assert update.account == (BRAND if channel == "sms" else f"twilio:{BRAND}")
    assert update.message_id.startswith("SM")


def test_a_failure_is_explained_in_plain_words_and_twilios_own() -> None:
    (update,) = told("status_undelivered")
    assert isinstance(update, StatusUpdate)
    assert update.error_code == "30003"
    assert update.error == (
        "The phone is switched off or out of reach. Unreachable destination handset"
    )


@pytest.mark.parametrize(
    ("given", "status"),
    [
        *((text, "queued") for text in ("accepted", "scheduled", "sending")),
        *((text, "failed") for text in ("failed", "canceled")),
    ],
)
def test_every_status_has_a_meaning(given: str, status: str) -> None:
    (update,) = form(MessageSid="SM1", MessageStatus=given, From=BRAND, To=AYSE.value)
    assert isinstance(update, StatusUpdate)
    assert update.status == status
    assert bool(update.error) == (given == "canceled")


def test_a_status_nobody_has_heard_of_is_ignored_by_name() -> None:
    assert form(MessageSid="SM1", MessageStatus="teleported", From=BRAND, To="+1") == [
        Ignored(channel="sms", what="status:teleported")
    ]


def test_received_without_words_is_no_message() -> None:
    assert form(MessageSid="SM1", SmsStatus="received", From=AYSE.value, To=BRAND) == [
        Ignored(channel="sms", what="status:received")
    ]


def test_of_a_field_that_comes_twice_the_first_counts() -> None:
    body = b"MessageSid=SM1&From=%2B905325550147&To=%2B14155550100&Body=first&Body=second"
    assert message_in(parsed(TWILIO, body)).text == "first"


def test_a_message_without_sender_or_id_waits_for_a_fix() -> None:
    with pytest.raises(ParseError, match="From"):
        form(MessageSid="SM1", From="", To=BRAND, Body="x")
    with pytest.raises(ParseError, match="MessageSid"):
        form(MessageSid="S" * 300, From=AYSE.value, To=BRAND, Body="x")


@pytest.mark.parametrize(
    "changes",
    [
        {"NumMedia": "x", "MediaUrl0": "javascript:alert(1)", "Latitude": "north"},
        {"InteractiveData": "[" * 50_000, "ChannelMetadata": "{"},
        {"NumMedia": "99999999", "Latitude": "nan", "Longitude": "inf"},
    ],
)
def test_odd_extras_do_not_lose_the_message(changes: dict[str, str]) -> None:
    message = message_in(sms(**changes))
    assert message.text == "Merhaba"
    assert "location" not in message.details
    assert all(file.url is None for file in message.media)


def test_a_name_may_lie_in_the_channels_own_data() -> None:
    metadata = json.dumps({"type": "whatsapp", "data": {"context": {"ProfileName": "Elif"}}})
    assert message_in(sms(From="whatsapp:+905335550182", ChannelMetadata=metadata)).sender.name


def test_event_streams_tell_the_same_under_the_same_names() -> None:
    message, status, other = parsed_event(TWILIO, "stream.json")
    assert isinstance(message, InboundMessage)
    assert (message.message_id, message.text) == (f"SM{61:032x}", "Bugün açık mısınız?")
    assert message.sender.handles == (AYSE,)
    assert message.at.isoformat() == "2026-11-22T09:30:00+00:00"
    assert isinstance(status, StatusUpdate)
    assert status.status == "delivered"
    assert other == Ignored(
        channel="twilio", what="com.twilio.voice.insights.call-summary.complete"
    )


@pytest.mark.parametrize(
    ("name", "what"), [("conversations", "conversations:onMessageAdded"), ("studio", "studio")]
)
def test_other_products_are_ignored_by_name(name: str, what: str) -> None:
    assert told(name) == [Ignored(channel="twilio", what=what)]


def test_a_form_of_the_accounts_that_nobody_knows_is_ignored() -> None:
    assert form(AccountSid="AC1", Level="ERROR") == [Ignored(channel="twilio", what="unknown")]


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{}", b"a=b", b"x" * 300_000, b"&" * 2000])
def test_what_is_none_of_twilios_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parsed(TWILIO, body)


def test_forms_are_answered_with_instructions_to_do_nothing() -> None:
    answer: Any = TWILIO.answer(headers={}, body=b"MessageSid=SM1")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert answer.content_type.startswith("text/xml")
    assert answer.kept
    assert TWILIO.answer(headers={}, body=b"[]") is None
