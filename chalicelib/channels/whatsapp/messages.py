"""One WhatsApp message as the timeline keeps it: who wrote, what it says, where an answer goes."""

from datetime import datetime
from typing import Any

from chalicelib.channels.base import Echo, InboundMessage, Media
from chalicelib.channels.whatsapp.details import details_of
from chalicelib.channels.whatsapp.people import People
from chalicelib.channels.whatsapp.shapes import Content, File, Message
from chalicelib.channels.wire import epoch_or

_FILES = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
}


def inbound(
    message: Message, people: People, received_at: datetime, *, standby: bool = False
) -> InboundMessage:
    """Raises ParseError if nobody knows who wrote. In `standby` somebody else holds the
    conversation, Meta's own agent for one: an answer would take it over."""
    sender, address = people.sender(message)
    return InboundMessage(
        sender=sender,
        address=message.group_id or address,
        group=message.group_id or None,
        payload=_payload(message),
        **_shared(message, people, received_at, standby=standby),
    )


def echo(message: Message, people: People, received_at: datetime) -> Echo:
    """What the brand wrote elsewhere. Raises ParseError if nobody knows to whom."""
    recipient, address = people.recipient(message)
    return Echo(
        recipient=recipient,
        address=address,
        **_shared(message, people, received_at, standby=False),
    )


def _shared(
    message: Message, people: People, received_at: datetime, *, standby: bool
) -> dict[str, Any]:
    return {
        "channel": "whatsapp",
        "account": people.account,
        "message_id": message.id,
        "at": epoch_or(message.timestamp, received_at),
        "kind": _kind(message),
        "text": words(message),
        "reply_to": message.context.id or None if message.context else None,
        "media": files(message),
        "details": details_of(message, standby=standby),
    }


def words(content: Content) -> str | None:
    """What the customer wrote or pressed. A form's own text ("Sent", in the phone's language) is
    not the customer's word and left out."""
    file = _file(content)
    if file:
        return file.caption or None
    if content.type == "text" and content.text:
        return content.text.body
    if content.type == "button" and content.button:
        return content.button.text
    if content.type == "order" and content.order:
        return content.order.text or None
    reply = content.interactive if content.type == "interactive" else None
    choice = reply.button_reply or reply.list_reply if reply else None
    if choice:
        return choice.title
    return reply.body.text if reply and reply.body else None


def files(content: Content) -> tuple[Media, ...]:
    """WhatsApp's links end after five minutes, and its media ids after some weeks."""
    file = _file(content)
    if file is None:
        return ()
    return (
        Media(
            kind=_FILES[content.type],
            id=file.id,
            url=file.url,
            mime=file.mime_type,
            name=file.filename,
            voice=bool(file.voice) or content.type == "voice",
            expires=True,
        ),
    )


def _file(content: Content) -> File | None:
    return getattr(content, content.type) if content.type in _FILES else None


def _kind(content: Content) -> str:
    reply = content.interactive if content.type == "interactive" else None
    return reply.type or content.type if reply else content.type


def _payload(content: Content) -> str | None:
    """What a button, a choice or a form carries."""
    if content.type == "button" and content.button:
        return content.button.payload
    reply = content.interactive if content.type == "interactive" else None
    if reply is None:
        return None
    choice = reply.button_reply or reply.list_reply
    if choice:
        return choice.id
    if reply.nfm_reply:
        return reply.nfm_reply.response_json
    return reply.call_permission_reply.response if reply.call_permission_reply else None
