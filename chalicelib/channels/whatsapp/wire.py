"""WhatsApp Cloud API on the wire: the fields Temas reads, all others are passed over.

Ids and time stamps come as text. A sender may lack a phone number (`from`, `wa_id`) and be known
by a business-scoped id (`from_user_id`, `user_id`) alone. Messages have their shapes in `shapes`.
"""

from typing import Annotated

import msgspec

from chalicelib.channels.extras import NOTHING
from chalicelib.channels.meta.graph import GraphError
from chalicelib.channels.whatsapp.shapes import Message
from chalicelib.channels.wire import Id


class Profile(msgspec.Struct):
    name: str | None = None
    username: str | None = None


class Contact(msgspec.Struct):
    profile: Profile | None = None
    wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None


class Status(msgspec.Struct):
    id: Id
    status: Id
    type: str | None = None
    timestamp: object = None
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    recipient_type: str | None = None
    recipient_participant_id: str | None = None
    recipient_participant_user_id: str | None = None
    errors: list[GraphError] | None = None


class Preference(msgspec.Struct):
    """What a customer wants of one category of messages."""

    category: str | None = None
    value: str | None = None
    timestamp: object = None
    wa_id: str | None = None
    user_id: str | None = None


class Metadata(msgspec.Struct):
    phone_number_id: Id


class Value(msgspec.Struct):
    metadata: Metadata | None = None
    contacts: list[Contact] | None = None
    messages: list[Message] | None = None
    message_echoes: list[Message] | None = None
    statuses: list[Status] | None = None
    user_preferences: list[Preference] | None = None
    errors: msgspec.Raw = NOTHING


class Change(msgspec.Struct):
    field: str
    value: msgspec.Raw = NOTHING
    """Decoded only for the fields Temas knows: each other field has a shape of its own."""


class Entry(msgspec.Struct):
    changes: list[Change] | None = None


class Notification(msgspec.Struct):
    object: str
    entry: Annotated[list[Entry], msgspec.Meta(max_length=5000)]


NOTIFICATION = msgspec.json.Decoder(Notification)
VALUE = msgspec.json.Decoder(Value)
