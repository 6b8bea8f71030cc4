"""Calls: one message per call once it is over, and one for everything that was said or typed in it.

`message_id` of a call is its SID; `address` the caller's number, `account` the number called. What
is told of a call without numbers (recordings, live transcripts) is of whoever was in that call.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import ChannelEvent, Echo, Ignored, InboundMessage, Media, Sender
from chalicelib.channels.twilio.callers import call_handle, caller, number_of
from chalicelib.channels.twilio.form import Form
from chalicelib.channels.wire import clean_name, counter
from chalicelib.ids import stable_id

CHANNEL = "voice"
_MISSED = frozenset({"no-answer", "busy", "canceled", "cancelled", "failed"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, as far as a form tells of it."""

    sid: str
    account: str
    address: str
    sender: Sender
    outgoing: bool
    """The brand called: the customer is the one who was called."""
    leg: bool
    """A call that was put through to somebody: part of another one."""

    @classmethod
    def of(cls, form: Form) -> "Call":
        """Raises ParseError without a call SID."""
        sid, direction = form.id("CallSid"), form["Direction"].lower()
        outgoing = direction.startswith("outbound")
        ours, theirs = number_of(form, "To", "Called"), number_of(form, "From", "Caller")
        if outgoing:
            ours, theirs = theirs, ours
        name = None if outgoing else clean_name(form["CallerName"])
        return cls(
            sid=sid,
            account=ours[:256],
            address=theirs[:256] or sid,
            sender=caller(theirs, ours[:256], sid, name),
            outgoing=outgoing,
            leg=direction == "outbound-dial",
        )

    def said(self, message_id: str, kind: str, at: datetime, **values: Any) -> InboundMessage:
        return InboundMessage(
            channel=CHANNEL,
            account=self.account,
            message_id=message_id,
            sender=self.sender,
            address=self.address,
            at=at,
            kind=kind,
            **values,
        )


def progress(form: Form, received_at: datetime) -> Iterator[ChannelEvent]:
    """The call itself, if it is over."""
    status = form["CallStatus"].lower()
    call = Call.of(form)
    if call.leg or (status != "completed" and status not in _MISSED):
        # A leg tells whom the brand put a caller through to, not whom it called.
        yield _ignored(f"call:{'leg:' if call.leg else ''}{status or 'unknown'}")
        return
    at = form.moment(received_at, "Timestamp")
    details: dict[str, Any] = {"status": status}
    duration = form.number("CallDuration")
    if duration is not None:
        details["duration"] = duration
    if form["ForwardedFrom"]:
        details["forwarded_from"] = form["ForwardedFrom"]
    if call.outgoing:
        yield Echo(
            channel=CHANNEL,
            account=call.account,
            message_id=call.sid,
            recipient=call.sender,
            address=call.address,
            at=at,
            kind="call",
            details=details,
        )
    elif status in _MISSED:
        yield call.said(call.sid, "missed_call", at, details=details)
    else:
        known = _also_by_call(call.sender, call.sid)
        yield InboundMessage(
            channel=CHANNEL,
            account=call.account,
            message_id=call.sid,
            sender=known,
            address=call.address,
            at=at,
            kind="call",
            details=details,
        )
    if form["RecordingSid"] and form["RecordingUrl"]:
        yield from recording(form, received_at)


def _also_by_call(sender: Sender, sid: str) -> Sender:
    """With the call's own handle: what comes later of this call finds the caller by it."""
    handles = dict.fromkeys((*sender.handles, call_handle(sid)))
    return Sender(handles=tuple(handles), name=sender.name)


def typed(form: Form, received_at: datetime, once: str) -> Iterator[ChannelEvent]:
    """Digits that were pressed, or speech that was recognised, in answer to a question. `once`
    tells one such call of Twilio's from the next and is the same when it is repeated."""
    call = Call.of(form)
    token = once or stable_id("g", *form.lines())
    for kind, field in (("digits", "Digits"), ("speech", "SpeechResult")):
        words = form.text(field)
        if words:
            yield call.said(
                f"{call.sid}:{kind}:{token}",
                kind,
                received_at,
                text=words,
                payload=words if kind == "digits" else None,
                thread=(call.sid,),
            )


def recording(form: Form, received_at: datetime) -> Iterator[ChannelEvent]:
    status = form["RecordingStatus"].lower() or "completed"
    if status != "completed":
        yield _ignored(f"recording:{status}")
        return
    if not form["CallSid"]:
        yield _ignored("recording:no_call")
        return
    call, url = Call.of(form), form["RecordingUrl"]
    duration = form.number("RecordingDuration")
    file = Media(
        kind="audio",
        id=form.id("RecordingSid", "RecordingUrl"),
        url=url if url.lower().startswith("https://") else None,
        mime="audio/wav",
        voice=True,
    )
    yield call.said(
        form.id("RecordingSid", "RecordingUrl"),
        "recording",
        form.moment(received_at, "RecordingStartTime", "Timestamp"),
        media=(file,),
        thread=(call.sid,),
        details={} if duration is None else {"duration": duration},
    )


def _ignored(what: str) -> Ignored:
    return Ignored(channel=CHANNEL, what=counter(what))
