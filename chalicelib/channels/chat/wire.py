"""The documented JSON of the open chat channel, as Temas reads it; other fields are passed over."""

from typing import Annotated

import msgspec

from chalicelib.channels.wire import Id, Text

_MISSING = msgspec.Raw(b"null")
Locale = Annotated[str, msgspec.Meta(max_length=35)]
Url = Annotated[str, msgspec.Meta(max_length=2048)]
Label = Annotated[str, msgspec.Meta(max_length=256)]


class Attachment(msgspec.Struct):
    kind: str = "document"
    url: Url | None = None
    mime: Label | None = None
    name: Label | None = None


class Message(msgspec.Struct):
    id: Id
    text: Text | None = None
    sent_at: object = None
    reply_to: Label | None = None
    payload: Text | None = None
    attachments: list[Attachment] | None = None


class Customer(msgspec.Struct):
    id: Id
    name: str | None = None
    locale: Locale | None = None
    email: str | None = None
    email_verified: bool | None = None
    phone: str | None = None
    phone_verified: bool | None = None


class Data(msgspec.Struct):
    customer: Customer
    message: Message | None = None
    messages: list[Message] | None = None
    channel_id: Label | None = None
    address: Label | None = None


class Event(msgspec.Struct):
    type: Id
    timestamp: object = None
    data: msgspec.Raw = _MISSING
    """Decoded only for the types that Temas knows: others have a shape of their own."""


EVENT = msgspec.json.Decoder(Event)
DATA = msgspec.json.Decoder(Data)
