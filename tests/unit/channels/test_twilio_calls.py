"""Calls: one message each once they are over, and what was said or typed in them."""

from urllib.parse import urlencode

import pytest

from chalicelib.channels.base import ChannelEvent, Echo, Handle, Ignored, InboundMessage
from chalicelib.channels.twilio import TWILIO
from chalicelib.errors import ParseError
from tests.unit.channels.direct import event_bytes, message_in, parsed, parsed_event

BRAND = "+14155550100"
CALL = f"CA{41:032x}"
AYSE = Handle(kind="phone", value="+905325550147")


def told(name: str) -> list[ChannelEvent]:
    return parsed_event(TWILIO, f"{name}.form")


def call(**changes: str) -> list[ChannelEvent]:
    given = {
        "CallSid": CALL,
        "CallStatus": "completed",
        "Direction": "inbound",
        "From": AYSE.value,
        "To": BRAND,
        "CallDuration": "9",
    }
    return parsed(TWILIO, urlencode({**given, **changes}).encode())


def test_a_call_that_is_over_is_one_message() -> None:
    message = message_in(told("call_completed"))
    assert (message.channel, message.kind, message.message_id) == ("voice", "call", CALL)
    assert (message.account, message.address) == (BRAND, "+905325550147")
    assert message.sender.handles == (AYSE, Handle(kind="call", value=CALL))
    assert message.details == {"status": "completed", "duration": 94}
    assert message.at.isoformat() == "2026-11-22T10:15:42+00:00"
    assert message.text is None


@pytest.mark.parametrize("status", ["no-answer", "busy", "canceled", "failed"])
def test_a_call_that_came_to_nothing_is_a_missed_one(status: str) -> None:
    message = message_in(call(CallStatus=status, CallDuration="0"))
    assert (message.kind, message.details["status"]) == ("missed_call", status)


@pytest.mark.parametrize("status", ["ringing", "in-progress", "initiated", "queued"])
def test_a_call_that_is_not_over_is_ignored(status: str) -> None:
    assert call(CallStatus=status, CallDuration="") == [
        Ignored(channel="voice", what=f"call:{status}")
    ]


def test_a_call_of_the_brands_is_an_echo_to_whom_it_called() -> None:
    (echo,) = told("call_outgoing")
    assert isinstance(echo, Echo)
    assert (echo.account, echo.address) == (BRAND, "+447700900123")
    assert echo.recipient.handles == (Handle(kind="phone", value="+447700900123"),)


@pytest.mark.parametrize(("name", "what"), [("call_leg", "leg"), ("call_dialled", "dial")])
def test_whom_a_caller_was_put_through_to_is_no_customer(name: str, what: str) -> None:
    assert told(name) == [Ignored(channel="voice", what=f"{_prefix(what)}completed")]


def _prefix(what: str) -> str:
    return "call:leg:" if what == "leg" else "dial:"


HIDDEN = [
    *("anonymous", "Anonymous", "Restricted", "unknown", "unavailable", "private", "", "+"),
    *("+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"),
    "sip:anonymous@anonymous.invalid",
]


@pytest.mark.parametrize("number", HIDDEN)
def test_callers_who_hide_their_number_are_never_one_customer(number: str) -> None:
    one = message_in(call(From=number))
    other = message_in(call(From=number, CallSid="CA2"))
    assert one.sender.handles == (Handle(kind="call", value=CALL),)
    assert not set(one.sender.handles) & set(other.sender.handles)
    assert one.address


def test_a_caller_by_internet_is_known_by_the_address() -> None:
    message = message_in(told("call_sip"))
    assert message.sender.handles[0] == Handle(
        kind="sip", value="mehmet@santral.example.com", account=BRAND
    )


def test_a_caller_of_another_kind_is_still_somebody() -> None:
    message = message_in(call(From="client:ayse"))
    assert message.sender.handles[0] == Handle(kind="caller", value="client:ayse", account=BRAND)


def test_pressed_digits_and_recognised_speech_are_messages_of_their_own() -> None:
    digits, speech = message_in(told("call_digits")), message_in(told("call_speech"))
    assert (digits.kind, digits.text, digits.payload) == ("digits", "2", "2")
    assert (speech.kind, speech.text, speech.payload) == ("speech", "İade etmek istiyorum", None)
    assert digits.thread == speech.thread == (CALL,)
    assert digits.sender.handles == (AYSE,)
    assert digits.message_id.startswith(CALL)


def test_the_same_digits_twice_are_two_messages_and_a_repeat_is_one() -> None:
    body = event_bytes(TWILIO, "call_digits.form")
    ids = [
        message_in(parsed(TWILIO, body, {"i-twilio-idempotency-token": token})).message_id
        for token in ("first", "first", "second")
    ]
    assert ids[0] == ids[1] != ids[2]
    assert (
        message_in(parsed(TWILIO, body)).message_id == message_in(parsed(TWILIO, body)).message_id
    )
    assert "i-twilio-idempotency-token" in TWILIO.kept_headers


def test_a_recording_is_of_whoever_was_in_the_call() -> None:
    message = message_in(told("recording_completed"))
    recording = f"RE{41:032x}"
    assert (message.kind, message.message_id, message.thread) == ("recording", recording, (CALL,))
    assert message.sender.handles == (Handle(kind="call", value=CALL),)
    assert message.sender.handles[0] in message_in(told("call_completed")).sender.handles
    assert message.details == {"duration": 58}
    assert message.media[0].kind == "audio"
    assert message.media[0].url
    assert message.at.isoformat() == "2026-11-22T10:14:10+00:00"


def test_a_voice_message_left_is_a_recording_and_not_the_key_that_ended_it() -> None:
    message = message_in(told("call_voicemail"))
    assert (message.kind, message.address) == ("recording", "+905325550147")


def test_a_call_that_was_recorded_tells_both() -> None:
    sid = "RE7"
    url = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{sid}"
    kinds = [
        event.kind
        for event in call(RecordingSid=sid, RecordingUrl=url, RecordingDuration="9")
        if isinstance(event, InboundMessage)
    ]
    assert kinds == ["call", "recording"]


def test_a_recording_that_does_not_exist_is_ignored() -> None:
    assert told("recording_absent") == [Ignored(channel="voice", what="recording:absent")]


def test_a_transcript_names_the_call_and_the_recording() -> None:
    message = message_in(told("transcript"))
    assert (message.kind, message.message_id) == ("transcript", f"TR{48:032x}")
    assert message.text == "Hi, this is Emma, please call me back about my refund."
    assert message.thread == (f"CA{48:032x}", f"RE{48:032x}")


def test_a_failed_transcript_is_ignored() -> None:
    assert call(TranscriptionSid="TR1", TranscriptionStatus="failed") == [
        Ignored(channel="voice", what="transcription:failed")
    ]


def test_live_phrases_are_the_callers_or_the_brands() -> None:
    message = message_in(told("live_transcript"))
    assert (message.text, message.message_id) == ("Makine açılmıyor.", f"GT{41:032x}:3")
    assert message.details == {"language": "tr-TR"}
    (echo,) = told("live_transcript_of_brand")
    assert isinstance(echo, Echo)
    assert echo.text == "Hemen bakıyorum."


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("live_transcript_partial", "transcription-partial"),
        ("live_transcript_started", "transcription-started"),
    ],
)
def test_phrases_that_are_not_final_are_ignored(name: str, what: str) -> None:
    assert told(name) == [Ignored(channel="voice", what=what)]


def test_a_phrase_that_cannot_be_read_waits_for_a_fix() -> None:
    with pytest.raises(ParseError, match="TranscriptionData"):
        call(TranscriptionEvent="transcription-content", TranscriptionData="{")
