"""Slack on the wire: the fields Temas reads, all others are passed over.

Events come as JSON, pressed buttons as JSON in a form, slash commands as a form. A message is named
by its channel and its time stamp `ts`, which is unique within the channel.
"""

from typing import Annotated

import msgspec

from chalicelib.channels.extras import NOTHING
from chalicelib.channels.wire import Text

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
"""An id or time stamp; two or three of them become one key."""


class Authorization(msgspec.Struct):
    """On whose behalf the event is told: the app's installation in a workspace."""

    team_id: str | None = None
    user_id: str | None = None
    is_bot: bool | None = None


class Envelope(msgspec.Struct):
    type: str
    team_id: Name | None = None
    context_team_id: Name | None = None
    api_app_id: str | None = None
    is_ext_shared_channel: bool | None = None
    authorizations: list[Authorization] | None = None
    event: msgspec.Raw = NOTHING
    challenge: str | None = None


class Kind(msgspec.Struct):
    """What every event has."""

    type: str
    subtype: str | None = None


class BotProfile(msgspec.Struct):
    app_id: str | None = None


class Profile(msgspec.Struct):
    real_name: str | None = None
    display_name: str | None = None
    name: str | None = None
    team: str | None = None


class Edited(msgspec.Struct):
    ts: str | None = None


class Message(msgspec.Struct):
    ts: Name
    channel: Name | None = None
    channel_type: str | None = None
    subtype: str | None = None
    user: Name | None = None
    bot_id: str | None = None
    app_id: str | None = None
    bot_profile: BotProfile | None = None
    team: Name | None = None
    user_team: Name | None = None
    source_team: Name | None = None
    user_profile: Profile | None = None
    text: Text | None = None
    thread_ts: Name | None = None
    edited: Edited | None = None
    files: msgspec.Raw = NOTHING
    attachments: msgspec.Raw = NOTHING


class Change(msgspec.Struct):
    """An edited message: as it is now, and as it was if Slack tells."""

    channel: Name
    message: Message
    previous_message: Message | None = None
    ts: str | None = None
    event_ts: str | None = None


class Removal(msgspec.Struct):
    channel: Name
    deleted_ts: Name
    previous_message: Message | None = None
    ts: str | None = None
    event_ts: str | None = None


class Item(msgspec.Struct):
    type: str | None = None
    channel: Name | None = None
    ts: Name | None = None


class Reaction(msgspec.Struct):
    user: Name
    reaction: Name
    item: Item
    event_ts: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class File(msgspec.Struct):
    id: str | None = None
    name: str | None = None
    mimetype: str | None = None
    subtype: str | None = None
    mode: str | None = None
    size: object = None
    duration_ms: object = None
    url_private: str | None = None
    url_private_download: str | None = None


class Attachment(msgspec.Struct):
    """What Slack hangs on a message: a forwarded message, a preview of a link."""

    text: str | None = None
    fallback: str | None = None
    is_share: bool | None = None


ENVELOPE = msgspec.json.Decoder(Envelope)
KIND = msgspec.json.Decoder(Kind)
MESSAGE = msgspec.json.Decoder(Message)
CHANGE = msgspec.json.Decoder(Change)
REMOVAL = msgspec.json.Decoder(Removal)
REACTION = msgspec.json.Decoder(Reaction)
FILES = msgspec.json.Decoder(list[File])
ATTACHMENTS = msgspec.json.Decoder(list[Attachment])
