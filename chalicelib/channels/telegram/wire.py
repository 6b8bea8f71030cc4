"""Telegram Bot API on the wire: the fields Temas reads, all others are passed over.

An update is one object with `update_id` and one further key that names its kind.
"""

import msgspec

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


class File(msgspec.Struct):
    file_id: Id
    mime_type: str | None = None
    file_name: str | None = None


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
    sender: User | None = msgspec.field(name="from", default=None)
    sender_chat: Chat | None = None
    is_automatic_forward: bool | None = None
    is_topic_message: bool | None = None
    message_thread_id: int | None = None
    reply_to_message: Target | None = None
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
    web_app_data: WebAppData | None = None


class Button(msgspec.Struct):
    text: Text | None = None
    callback_data: str | None = None


class Keyboard(msgspec.Struct):
    inline_keyboard: list[list[Button]] | None = None


class Pressed(msgspec.Struct):
    """The message whose button was pressed."""

    message_id: int
    chat: Chat
    reply_markup: Keyboard | None = None


class CallbackQuery(msgspec.Struct):
    id: Id
    sender: User = msgspec.field(name="from")
    message: Pressed | None = None
    data: Text | None = None


class Member(msgspec.Struct):
    status: str | None = None


class MemberUpdate(msgspec.Struct):
    chat: Chat
    old_chat_member: Member | None = None
    new_chat_member: Member | None = None


class Result(msgspec.Struct):
    message_id: int
    chat: Chat


class Accepted(msgspec.Struct):
    """The body of a send that Telegram took."""

    ok: bool
    result: Result


class Parameters(msgspec.Struct):
    retry_after: float | None = None


class Failure(msgspec.Struct):
    """The body of a refused send."""

    error_code: int | None = None
    description: str | None = None
    parameters: Parameters | None = None


FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
UPDATE_ID = msgspec.json.Decoder(int)
MESSAGE = msgspec.json.Decoder(Message)
CALLBACK_QUERY = msgspec.json.Decoder(CallbackQuery)
MEMBER_UPDATE = msgspec.json.Decoder(MemberUpdate)
ACCEPTED = msgspec.json.Decoder(Accepted)
FAILURE = msgspec.json.Decoder(Failure)
