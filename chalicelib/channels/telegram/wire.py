"""Telegram Bot API on the wire: the fields Temas reads, all others are passed over.

An update is one object with `update_id` and one further key that names its kind. What is nice to
have with a message (a place, a contact, …) stays raw here: no shape of it loses the message.
"""

from typing import Annotated

import msgspec

from chalicelib.channels.extras import NOTHING
from chalicelib.channels.wire import Id, Text


class User(msgspec.Struct):
    id: int
    is_bot: bool | None = None
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Chat(msgspec.Struct):
    id: int
    type: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None


class File(msgspec.Struct):
    file_id: Id
    mime_type: str | None = None
    file_name: str | None = None
    file_size: object = None
    width: object = None
    height: object = None
    duration: object = None
    emoji: object = None


class WebAppData(msgspec.Struct):
    data: Text
    button_text: Text | None = None


class Target(msgspec.Struct):
    """The message that another one answers."""

    message_id: int
    forum_topic_created: object = None


class Message(msgspec.Struct):
    message_id: int
    chat: Chat
    date: object = None
    edit_date: object = None
    sender: User | None = msgspec.field(name="from", default=None)
    sender_chat: Chat | None = None
    business_connection_id: Id | None = None
    via_bot: msgspec.Raw = NOTHING
    is_automatic_forward: bool | None = None
    is_topic_message: bool | None = None
    message_thread_id: int | None = None
    media_group_id: object = None
    reply_to_message: Target | None = None
    direct_messages_topic: msgspec.Raw = NOTHING
    external_reply: msgspec.Raw = NOTHING
    reply_to_story: msgspec.Raw = NOTHING
    quote: msgspec.Raw = NOTHING
    forward_origin: msgspec.Raw = NOTHING
    forward_date: object = None
    contact: msgspec.Raw = NOTHING
    text: Text | None = None
    caption: Text | None = None
    photo: list[File] | None = None
    voice: File | None = None
    audio: File | None = None
    video: File | None = None
    video_note: File | None = None
    animation: File | None = None
    document: File | None = None
    sticker: File | None = None
    live_photo: File | None = None
    web_app_data: WebAppData | None = None


class PaidMedia(msgspec.Struct):
    photo: list[File] | None = None
    video: File | None = None


class PaidMediaInfo(msgspec.Struct):
    paid_media: list[PaidMedia]


class Button(msgspec.Struct):
    text: Text | None = None
    callback_data: str | None = None


class Keyboard(msgspec.Struct):
    inline_keyboard: list[list[Button]] | None = None


class Pressed(msgspec.Struct):
    """The message whose button was pressed."""

    message_id: int
    chat: Chat
    business_connection_id: Id | None = None
    is_topic_message: bool | None = None
    message_thread_id: int | None = None
    direct_messages_topic: msgspec.Raw = NOTHING
    reply_markup: Keyboard | None = None


class CallbackQuery(msgspec.Struct):
    id: Id
    sender: User = msgspec.field(name="from")
    message: Pressed | None = None
    data: Text | None = None


class ReactionType(msgspec.Struct):
    type: str | None = None
    emoji: str | None = None
    custom_emoji_id: str | None = None


class ReactionUpdate(msgspec.Struct):
    chat: Chat
    message_id: int
    user: User | None = None
    actor_chat: Chat | None = None
    date: object = None
    old_reaction: list[ReactionType] = []
    new_reaction: list[ReactionType] = []


class DeletedMessages(msgspec.Struct):
    chat: Chat
    message_ids: Annotated[list[int], msgspec.Meta(max_length=5000)]
    business_connection_id: Id = ""


class Member(msgspec.Struct):
    status: str | None = None


class MemberUpdate(msgspec.Struct):
    chat: Chat
    sender: User | None = msgspec.field(name="from", default=None)
    date: object = None
    old_chat_member: Member | None = None
    new_chat_member: Member | None = None


FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
UPDATE_ID = msgspec.json.Decoder(int)
MESSAGE = msgspec.json.Decoder(Message)
PAID_MEDIA = msgspec.json.Decoder(PaidMediaInfo)
CALLBACK_QUERY = msgspec.json.Decoder(CallbackQuery)
REACTION = msgspec.json.Decoder(ReactionUpdate)
DELETED_MESSAGES = msgspec.json.Decoder(DeletedMessages)
MEMBER_UPDATE = msgspec.json.Decoder(MemberUpdate)
