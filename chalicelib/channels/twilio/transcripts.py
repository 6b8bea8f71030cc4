"""What was said in a call, in writing: of a recording when it is over, or live by the phrase."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, Echo, Ignored
from chalicelib.channels.twilio.form import LONGEST_TEXT, Form
from chalicelib.channels.twilio.voice import CHANNEL, Call
from chalicelib.channels.wire import counter, decode


class Phrase(msgspec.Struct):
    transcript: str | None = None


_PHRASE = msgspec.json.Decoder(Phrase)


def recorded(form: Form, received_at: datetime) -> Iterator[ChannelEvent]:
    """The transcript of a recording."""
    status = form["TranscriptionStatus"].lower() or "completed"
    text = form.text("TranscriptionText")
    if status != "completed" or text is None or not form["CallSid"]:
        yield _ignored(f"transcription:{status if status != 'completed' else 'empty'}")
        return
    call = Call.of(form)
    earlier = [sid for sid in (call.sid, form["RecordingSid"]) if sid]
    yield call.said(
        form.id("TranscriptionSid", "RecordingSid"),
        "transcript",
        received_at,
        text=text,
        thread=tuple(earlier),
        details={"url": form["RecordingUrl"]} if form["RecordingUrl"] else {},
    )


def live(form: Form, received_at: datetime) -> Iterator[ChannelEvent]:
    """One phrase of a call that goes on; what is not final yet is told again in better words.
    Raises ParseError for a phrase that can't be read."""
    event = form["TranscriptionEvent"].lower()
    if event != "transcription-content":
        yield _ignored(event)
        return
    if form["Final"].lower() == "false":
        yield _ignored("transcription-partial")
        return
    text = _words(form)
    if not text:
        yield _ignored("transcription-empty")
        return
    call = Call.of(form)
    message_id = f"{form.id('TranscriptionSid', 'CallSid')}:{form.first('SequenceId')[:20]}"
    at = form.moment(received_at, "Timestamp")
    if form["Track"].lower() != "outbound_track":
        language = form["LanguageCode"]
        yield call.said(
            message_id,
            "transcript",
            at,
            text=text,
            thread=(call.sid,),
            details={"language": language} if language else {},
        )
    else:
        yield Echo(
            channel=CHANNEL,
            account=call.account,
            message_id=message_id,
            recipient=call.sender,
            address=call.address,
            at=at,
            kind="transcript",
            text=text,
        )


def _words(form: Form) -> str:
    data = form["TranscriptionData"]
    if not data:
        return form["TranscriptionText"][:LONGEST_TEXT]
    phrase = decode(_PHRASE, data.encode("utf-8", "replace"), "$.TranscriptionData")
    return (phrase.transcript or "").strip()[:LONGEST_TEXT]


def _ignored(what: str) -> Ignored:
    return Ignored(channel=CHANNEL, what=counter(what))
