"""Twilio's webhooks: everything that the brand's numbers tell, under one address.

Not messages, and therefore Ignored under their names: calls that are not over, what Conversations,
Studio, TaskRouter and conferences tell, and everything else that carries the brand's account SID
but none of the ids known here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.channels.base import Answer, Channel, ChannelEvent, Delivery, Ignored, Secrets
from chalicelib.channels.twilio import messages, signing, streams, transcripts, voice
from chalicelib.channels.twilio.form import LONGEST_ID, Form, is_json
from chalicelib.channels.wire import counter
from chalicelib.errors import ParseError

_NAME = "twilio"
_ONCE = "i-twilio-idempotency-token"
_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_OTHERS = {
    "ConversationSid": "conversations",
    "ChannelSid": "chat",
    "WorkspaceSid": "taskrouter",
    "FlowSid": "studio",
    "ConferenceSid": "conference",
    "interactionSid": "proxy",
    "FaxSid": "fax",
    "VerificationSid": "verify",
    "StreamSid": "stream",
    "SiprecSid": "siprec",
    "RoomSid": "video",
}
"""The field that tells a product of Twilio's which speaks no customer's words here."""


class Twilio(Channel):
    name = _NAME
    kept_headers = (_ONCE,)

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        signing.check(headers, body, secrets, url)

    def answer(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """TwiML that does nothing: without it, Twilio reports an error to the brand's console."""
        if is_json(body):
            return None
        return Answer(text=_TWIML, content_type="text/xml; charset=utf-8")

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        if is_json(delivery.body):
            return streams.events(delivery.body, delivery.received_at)
        form = Form.read(delivery.body)
        once = delivery.headers.get(_ONCE, "").strip()[:LONGEST_ID]
        return list(_events(form, delivery.received_at, once))


def _events(form: Form, received_at: datetime, once: str) -> Iterator[ChannelEvent]:
    other = next((name for field, name in _OTHERS.items() if form[field]), None)
    if other:
        event = form.first("EventType", "StatusCallbackEvent", "StreamEvent", "Status")
        yield Ignored(channel=_NAME, what=counter(f"{other}:{event}" if event else other))
    elif form["TranscriptionEvent"]:
        yield from transcripts.live(form, received_at)
    elif form["TranscriptionSid"] or form["TranscriptionText"]:
        yield from transcripts.recorded(form, received_at)
    elif form["MessageSid"] or form["SmsMessageSid"] or form["SmsSid"]:
        yield from messages.events(form, received_at)
    elif form["CallSid"] or form["RecordingSid"]:
        yield from _call(form, received_at, once)
    elif form["AccountSid"]:
        yield Ignored(channel=_NAME, what="unknown")
    else:
        raise ParseError("the form holds none of Twilio's ids: MessageSid, CallSid, AccountSid …")


def _call(form: Form, received_at: datetime, once: str) -> Iterator[ChannelEvent]:
    over = bool(form["CallDuration"])
    if form["DialCallStatus"]:
        yield Ignored(channel=voice.CHANNEL, what=counter(f"dial:{form['DialCallStatus']}"))
    elif over or not _answers(form):
        yield from _progress_or_recording(form, received_at, over)
    else:
        yield from voice.typed(form, received_at, once)


def _answers(form: Form) -> bool:
    """Whether the caller pressed or said something: keys that end a recording are no answer."""
    return bool(form["SpeechResult"] or (form["Digits"] and not form["RecordingUrl"]))


def _progress_or_recording(form: Form, received_at: datetime, over: bool) -> Iterator[ChannelEvent]:
    recorded = form["RecordingSid"] or form["RecordingUrl"] or form["RecordingStatus"]
    if recorded and not over:
        yield from voice.recording(form, received_at)
    else:
        yield from voice.progress(form, received_at)


TWILIO = Twilio()
