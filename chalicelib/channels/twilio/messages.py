"""SMS, MMS and WhatsApp messages through Twilio: what customers wrote, what became of ours.

Most carry no time of their own: they are as old as their delivery. `address` is the customer's
number with its plus (or the name a sender has instead), `account` the brand's number; on WhatsApp
that is `twilio:+…`, so that an answer goes out by Twilio and not by Meta's API.
"""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.channels.base import (
    ChannelEvent,
    ConsentNotice,
    Ignored,
    InboundMessage,
    Media,
    Reaction,
    StatusUpdate,
)
from chalicelib.channels.twilio.callers import Party, account_of, correspondent, number_of
from chalicelib.channels.twilio.details import details, form_answers
from chalicelib.channels.twilio.errors import explained
from chalicelib.channels.twilio.form import Form
from chalicelib.channels.wire import counter

MOST_MEDIA = 20
_ID = ("MessageSid", "SmsMessageSid", "SmsSid")
_STATUSES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending"), "queued"),
    "sent": "sent",
    **dict.fromkeys(("delivered", "partially_delivered"), "delivered"),
    "read": "read",
    **dict.fromkeys(("undelivered", "failed", "canceled", "cancelled"), "failed"),
}
_INCOMING = frozenset({"", "received", "receiving"})
_OPT_OUTS = {"STOP": (False, "opted_out"), "START": (True, "opted_in")}
_KINDS = ("image", "audio", "video")


def events(form: Form, received_at: datetime) -> Iterator[ChannelEvent]:
    """Raises ParseError for a message that names nobody."""
    received_at = form.moment(received_at, "Timestamp")
    status = form.first("MessageStatus", "SmsStatus").lower()
    if status not in _INCOMING:
        yield _status(form, status, received_at)
    elif status and not _says_something(form):
        yield Ignored(channel=_parties(form)[0].channel, what="status:received")
    else:
        yield from _incoming(form, received_at)


def _says_something(form: Form) -> bool:
    return any(name in form for name in ("Body", "NumMedia", "MessageType", "ButtonPayload"))


def _parties(form: Form) -> tuple[Party, Party]:
    """Who sent, and who was to get it."""
    return Party.of(number_of(form, "From")), Party.of(number_of(form, "To"))


def _incoming(form: Form, received_at: datetime) -> Iterator[ChannelEvent]:
    customer, brand = _parties(form)
    account = account_of(brand)
    sender = correspondent(form, customer, account)
    address = customer.address or sender.handles[0].value
    target = form["OriginalRepliedMessageSid"] or None
    if form["MessageType"].lower() == "reaction" and target:
        yield Reaction(
            channel=customer.channel,
            account=account,
            message_id=form.id(*_ID),
            sender=sender,
            target=target,
            emoji=form.text("Body"),
            at=received_at,
        )
        return
    media = tuple(_media(form, customer.channel))
    yield InboundMessage(
        channel=customer.channel,
        account=account,
        message_id=form.id(*_ID),
        sender=sender,
        address=address,
        at=received_at,
        kind=_kind(form, media),
        text=form.text("Body") or form.text("ButtonText") or form.text("ListTitle"),
        payload=form.text("ButtonPayload") or form.text("ListId") or form_answers(form),
        reply_to=target,
        media=media,
        details=details(form),
    )
    if wish := _OPT_OUTS.get(form["OptOutType"].upper()):
        granted, reason = wish
        yield ConsentNotice(
            channel=customer.channel,
            account=account,
            address=address,
            granted=granted,
            scope="all",
            reason=reason,
            at=received_at,
            sender=sender,
        )


def _kind(form: Form, media: tuple[Media, ...]) -> str:
    stated = counter(form["MessageType"].lower())
    if form["ListId"]:
        return "list_reply"
    if form["ButtonPayload"] or form["ButtonText"]:
        return "button" if stated in ("", "button") else "button_reply"
    if form["FlowData"] or form["InteractiveData"]:
        return "nfm_reply"
    if form["Latitude"] and form["Longitude"]:
        return "location"
    return stated or (media[0].kind if media else "text")


def _media(form: Form, channel: str) -> Iterator[Media]:
    count = form.number("NumMedia")
    for place in range(min(MOST_MEDIA if count is None else count, MOST_MEDIA)):
        url, mime = form[f"MediaUrl{place}"], form[f"MediaContentType{place}"].lower()
        if url:
            yield Media(
                kind=_file_kind(form, mime),
                id=url.partition("?")[0].rstrip("/").rpartition("/")[2][:256] or None,
                url=url if url.lower().startswith("https://") else None,
                mime=mime or None,
                # On WhatsApp, nothing but a voice note comes in this format.
                voice=channel == "whatsapp" and mime.startswith("audio/ogg"),
            )


def _file_kind(form: Form, mime: str) -> str:
    if form["MessageType"].lower() == "sticker":
        return "sticker"
    family = mime.partition("/")[0]
    return family if family in _KINDS else "document"


def _status(form: Form, status: str, received_at: datetime) -> ChannelEvent:
    brand, customer = _parties(form)
    named = "whatsapp" in (brand.channel, customer.channel, form["ChannelPrefix"].lower())
    channel = "whatsapp" if named else "sms"
    known = _STATUSES.get(status)
    if known is None:
        return Ignored(channel=channel, what=counter(f"status:{status}"))
    code = form["ErrorCode"] if form["ErrorCode"] != "0" else ""
    words = form.first("ErrorMessage", "ChannelStatusMessage")
    if status in ("canceled", "cancelled"):
        words = words or "It was cancelled before it was sent."
    failed = known == "failed"
    return StatusUpdate(
        channel=channel,
        account=account_of(Party(channel, brand.address)) if brand.address else "",
        message_id=form.id(*_ID),
        status=known,
        at=received_at,
        recipient=customer.address or None,
        error_code=code or None,
        error=explained(code, words) if failed or code else None,
    )
