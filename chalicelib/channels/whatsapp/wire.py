"""WhatsApp Cloud API on the wire: the fields Temas reads, all others are passed over.

Ids and time stamps come as text. A sender may lack a phone number (`from`, `wa_id`) and be known
by a business-scoped id (`from_user_id`, `user_id`) alone.
"""

import msgspec

from chalicelib.channels.wire import Id, Text

_NULL = msgspec.Raw(b"null")


class Profile(msgspec.Struct):
    name: str | None = None
    username: str | None = None


class Contact(msgspec.Struct):
    profile: Profile | None = None
    wa_id: Id | None = None
    user_id: Id | None = None


class Context(msgspec.Struct):
    id: str | None = None


class TextBody(msgspec.Struct):
    body: Text


class File(msgspec.Struct):
    id: str | None = None
    url: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    caption: Text | None = None
    voice: bool | None = None


class Button(msgspec.Struct):
    text: Text | None = None
    payload: Text | None = None


class Choice(msgspec.Struct):
    """A pressed reply button or a chosen row of a list."""

    id: Text
    title: Text | None = None


class FormReply(msgspec.Struct):
    """What a customer filled in; `response_json` is JSON in a string."""

    response_json: Text | None = None


class Interactive(msgspec.Struct):
    type: str = "interactive"
    button_reply: Choice | None = None
    list_reply: Choice | None = None
    nfm_reply: FormReply | None = None


class Order(msgspec.Struct):
    text: Text | None = None


class System(msgspec.Struct):
    type: str | None = None


class Message(msgspec.Struct):
    id: Id
    type: Id = "unknown"
    timestamp: object = None
    phone: str | None = msgspec.field(name="from", default=None)
    from_user_id: str | None = None
    group_id: str | None = None
    context: Context | None = None
    text: TextBody | None = None
    image: File | None = None
    audio: File | None = None
    video: File | None = None
    document: File | None = None
    sticker: File | None = None
    button: Button | None = None
    interactive: Interactive | None = None
    order: Order | None = None
    system: System | None = None


class ErrorData(msgspec.Struct):
    details: str | None = None


class Error(msgspec.Struct):
    code: int | str | None = None
    title: str | None = None
    message: str | None = None
    error_data: ErrorData | None = None


class Status(msgspec.Struct):
    id: Id
    status: Id
    timestamp: object = None
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    recipient_participant_id: str | None = None
    errors: list[Error] | None = None


class Metadata(msgspec.Struct):
    phone_number_id: Id


class Value(msgspec.Struct):
    metadata: Metadata | None = None
    contacts: list[Contact] | None = None
    messages: list[Message] | None = None
    statuses: list[Status] | None = None
    errors: list[Error] | None = None


class Change(msgspec.Struct):
    field: str
    value: msgspec.Raw = _NULL
    """Decoded only for the field "messages": each other field has a shape of its own."""


class Entry(msgspec.Struct):
    changes: list[Change] | None = None


class Notification(msgspec.Struct):
    object: str
    entry: list[Entry]


class Failure(msgspec.Struct):
    """The body of a refused send."""

    error: Error


class SentMessage(msgspec.Struct):
    id: Id


class Accepted(msgspec.Struct):
    """The body of a send that WhatsApp took."""

    messages: list[SentMessage]


NOTIFICATION = msgspec.json.Decoder(Notification)
VALUE = msgspec.json.Decoder(Value)
FAILURE = msgspec.json.Decoder(Failure)
ACCEPTED = msgspec.json.Decoder(Accepted)
