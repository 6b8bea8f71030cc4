"""What a WhatsApp message can hold. What only adds to its words is raw: no odd value in it loses
the message."""

from typing import Annotated

import msgspec

from chalicelib.channels.extras import NOTHING
from chalicelib.channels.wire import Id, Text

_Short = Annotated[str, msgspec.Meta(max_length=256)]
"""An id that may be empty, as some are."""


class Context(msgspec.Struct):
    id: _Short | None = None
    forwarded: object = None
    frequently_forwarded: object = None
    referred_product: msgspec.Raw = NOTHING


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


class CallPermission(msgspec.Struct):
    """Whether the customer may be called: accept or reject."""

    response: str | None = None


class Body(msgspec.Struct):
    text: Text | None = None


class Interactive(msgspec.Struct):
    """A press or a choice; or a message with buttons or products, which the brand sent."""

    type: _Short = "interactive"
    body: Body | None = None
    action: msgspec.Raw = NOTHING
    button_reply: Choice | None = None
    list_reply: Choice | None = None
    nfm_reply: FormReply | None = None
    call_permission_reply: CallPermission | None = None


class Order(msgspec.Struct):
    text: Text | None = None
    catalog_id: object = None
    product_items: msgspec.Raw = NOTHING


class Reaction(msgspec.Struct):
    message_id: Id
    emoji: str | None = None


class Revocation(msgspec.Struct):
    original_message_id: Id


class System(msgspec.Struct):
    """A note of WhatsApp's. A changed number comes as `wa_id`, formerly `new_wa_id`; the one before
    as the message's `from`, formerly `customer`."""

    type: str | None = None
    wa_id: str | None = None
    new_wa_id: str | int | None = None
    customer: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    previous_user_id: str | None = None
    previous_parent_user_id: str | None = None


class Content(msgspec.Struct, kw_only=True):
    """What a message holds: under its type."""

    type: Id = "unknown"
    text: TextBody | None = None
    image: File | None = None
    audio: File | None = None
    video: File | None = None
    document: File | None = None
    sticker: File | None = None
    voice: File | None = None
    button: Button | None = None
    interactive: Interactive | None = None
    order: Order | None = None
    location: msgspec.Raw = NOTHING
    contacts: msgspec.Raw = NOTHING


class Revision(msgspec.Struct):
    """New content for an earlier message."""

    original_message_id: Id
    message: Content


class Message(Content, kw_only=True):
    id: Id
    timestamp: object = None
    phone: str | None = msgspec.field(name="from", default=None)
    from_user_id: str | None = None
    from_parent_user_id: str | None = None
    to: str | None = None
    to_user_id: str | None = None
    to_parent_user_id: str | None = None
    group_id: _Short | None = None
    context: Context | None = None
    referral: msgspec.Raw = NOTHING
    errors: msgspec.Raw = NOTHING
    reaction: Reaction | None = None
    edit: Revision | None = None
    revoke: Revocation | None = None
    system: System | None = None
