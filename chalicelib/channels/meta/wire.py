"""Messenger and Instagram on the wire: the fields Temas reads, all others are passed over.

An event names its kind by the key that holds its content: message, postback, reaction, read …
"""

from typing import Annotated

import msgspec

from chalicelib.channels.extras import NOTHING
from chalicelib.channels.wire import Id, Text

Short = Annotated[str, msgspec.Meta(max_length=256)]
"""An id that may be empty."""
Number = Short | int
"""An id of a person or account: text in live events, now and then a number."""


class Party(msgspec.Struct):
    id: Number | None = None
    username: str | None = None
    name: str | None = None


class Envelope(msgspec.Struct):
    """What every event has: who, to whom, when; and what most events are, a message."""

    sender: Party | None = None
    recipient: Party | None = None
    timestamp: object = None
    message: msgspec.Raw = NOTHING


class Attachment(msgspec.Struct):
    type: str | None = None
    title: str | None = None
    url: str | None = None
    payload: msgspec.Raw = NOTHING
    """Its shape depends on the type, and no shape loses the message."""


class QuickReply(msgspec.Struct):
    payload: Text | None = None


class ReplyTo(msgspec.Struct):
    mid: Short | None = None
    story: msgspec.Raw = NOTHING


class Message(msgspec.Struct):
    mid: Id | None = None
    text: Text | None = None
    attachments: Annotated[list[Attachment], msgspec.Meta(max_length=1000)] | None = None
    quick_reply: QuickReply | None = None
    reply_to: ReplyTo | None = None
    referral: msgspec.Raw = NOTHING
    is_echo: bool | None = None
    is_self: bool | None = None
    is_deleted: bool | None = None
    is_unsupported: bool | None = None


class Postback(msgspec.Struct):
    mid: Id | None = None
    title: Text | None = None
    payload: Text | None = None
    referral: msgspec.Raw = NOTHING


class Reaction(msgspec.Struct):
    mid: Id
    action: str | None = None
    reaction: str | None = None
    emoji: str | None = None


class MessageEdit(msgspec.Struct):
    mid: Id
    text: Text | None = None
    num_edit: object = None


class Receipt(msgspec.Struct):
    """Read or delivered: single messages by name, or all until the watermark."""

    mid: Id | None = None
    mids: list[Id] | None = None
    watermark: object = None


class OptIn(msgspec.Struct):
    type: str | None = None
    notification_messages_status: str | None = None


class Commenter(Party):
    self_ig_scoped_id: Number | None = None
    """Given if the account itself wrote the comment."""


class Media(msgspec.Struct):
    id: Number | None = None


class Comment(msgspec.Struct):
    id: Id
    author: Commenter | None = msgspec.field(name="from", default=None)
    text: Text | None = None
    parent_id: Short | None = None
    media: Media | None = None


class Change(msgspec.Struct):
    field: str
    value: msgspec.Raw = NOTHING


class Entry(msgspec.Struct):
    id: Number | None = None
    time: object = None
    messaging: list[msgspec.Raw] | None = None
    standby: list[msgspec.Raw] | None = None
    changes: list[Change] | None = None


class Notification(msgspec.Struct):
    object: str
    entry: Annotated[list[Entry], msgspec.Meta(max_length=5000)]


NOTIFICATION = msgspec.json.Decoder(Notification)
FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
ENVELOPE = msgspec.json.Decoder(Envelope)
MESSAGE = msgspec.json.Decoder(Message)
POSTBACK = msgspec.json.Decoder(Postback)
REACTION = msgspec.json.Decoder(Reaction)
MESSAGE_EDIT = msgspec.json.Decoder(MessageEdit)
RECEIPT = msgspec.json.Decoder(Receipt)
OPT_IN = msgspec.json.Decoder(OptIn)
COMMENT = msgspec.json.Decoder(Comment)
