"""One Telegram message or button press as the timeline keeps it."""

from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, Handle, Ignored, InboundMessage, Media, Sender
from chalicelib.channels.telegram.wire import FIELDS, MESSAGE, CallbackQuery, File, Message, User
from chalicelib.channels.wire import clean_name, counter, decode, epoch_or

_CHANNEL = "telegram"
_FILES = {
    # An animation comes with a copy of itself as document: the first that is there counts.
    "animation": "video",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "sticker": "sticker",
}
_WITHOUT_TEXT = (
    # A venue comes with its location, so it is looked for first.
    *("venue", "location", "contact", "dice", "poll", "game", "story", "checklist", "paid_media"),
    "live_photo",
)
"""Content that is a customer's message though it holds neither words nor a file."""
_ENVELOPE = frozenset(
    {
        *("message_id", "message_thread_id", "from", "sender_chat", "sender_boost_count", "chat"),
        *("sender_business_bot", "sender_tag", "date", "business_connection_id", "reply_to_story"),
        *("forward_origin", "is_topic_message", "is_automatic_forward", "reply_to_message"),
        *("external_reply", "quote", "via_bot", "edit_date", "has_protected_content"),
        *("is_from_offline", "is_paid_post", "author_signature", "entities", "effect_id"),
        *("link_preview_options", "show_caption_above_media", "has_media_spoiler", "reply_markup"),
        *("media_group_id", "caption_entities", "direct_messages_topic", "paid_star_count"),
    }
)
"""Fields that surround a message's content, so that the first other one names a service note."""


def inbound(raw: msgspec.Raw, received_at: datetime) -> ChannelEvent:
    """The message, or Ignored; ParseError naming the field for anything else."""
    message = decode(MESSAGE, raw, "$.message")
    if message.is_automatic_forward:
        return _ignored("automatic_forward")
    sender = _sender(message)
    if sender is None:
        return _ignored("bot" if message.sender else "no_sender")
    kind, media = _content(message)
    if kind is None:
        fields = decode(FIELDS, raw, "$.message")
        kind = next((name for name in _WITHOUT_TEXT if name in fields), None)
        if kind is None:
            service = next((name for name in fields if name not in _ENVELOPE), "empty")
            return _ignored(f"service:{service}")
    return InboundMessage(
        channel=_CHANNEL,
        account="",
        message_id=f"{message.chat.id}:{message.message_id}",
        sender=sender,
        address=str(message.chat.id),
        at=epoch_or(message.date, received_at),
        kind=kind,
        text=_words(message),
        payload=message.web_app_data.data if message.web_app_data else None,
        reply_to=_reply_to(message),
        media=media,
    )


def button_press(query: CallbackQuery, received_at: datetime) -> ChannelEvent:
    """The press as a message: its text is the button's label where Telegram shows the keyboard."""
    if query.data is None:
        return _ignored("callback_without_data")
    pressed = query.message
    chat = pressed.chat.id if pressed else query.sender.id
    return InboundMessage(
        channel=_CHANNEL,
        account="",
        message_id=f"cb:{query.id}",
        sender=_person(query.sender),
        address=str(chat),
        at=received_at,
        kind="button",
        text=_label(query),
        payload=query.data,
        reply_to=f"{chat}:{pressed.message_id}" if pressed else None,
    )


def _sender(message: Message) -> Sender | None:
    """A person, or the chat in whose name somebody writes; None for bots and the unnamed.

    With `sender_chat` the user that Telegram names is a stand-in, often marked as a bot.
    """
    if chat := message.sender_chat:
        handle = Handle(kind="telegram", value=str(chat.id))
        return Sender(handles=(handle,), name=clean_name(chat.title))
    if message.sender is None or message.sender.is_bot:
        return None
    return _person(message.sender)


def _person(user: User) -> Sender:
    return Sender(
        handles=(Handle(kind="telegram", value=str(user.id)),),
        name=clean_name(user.first_name, user.last_name) or clean_name(user.username),
        locale=user.language_code or None,
    )


def _content(message: Message) -> tuple[str | None, tuple[Media, ...]]:
    if message.text is not None:
        return "text", ()
    if message.photo:
        # Sizes come smallest first.
        return "photo", (_media("image", message.photo[-1]),)
    for name, kind in _FILES.items():
        file: File | None = getattr(message, name)
        if file:
            return name, (_media(kind, file, voice=name == "voice"),)
    return ("web_app_data", ()) if message.web_app_data else (None, ())


def _words(message: Message) -> str | None:
    label = message.web_app_data.button_text if message.web_app_data else None
    return message.text or message.caption or label or None


def _reply_to(message: Message) -> str | None:
    """In a forum topic every message formally answers the topic's root: that is no reply."""
    target = message.reply_to_message
    if target is None or target.forum_topic_created is not None:
        return None
    if message.is_topic_message and target.message_id == message.message_thread_id:
        return None
    return f"{message.chat.id}:{target.message_id}"


def _label(query: CallbackQuery) -> str | None:
    keyboard = query.message.reply_markup if query.message else None
    rows = keyboard.inline_keyboard if keyboard else None
    found = (b.text for row in rows or () for b in row if b.callback_data == query.data)
    return next(found, None)


def _media(kind: str, file: File, *, voice: bool = False) -> Media:
    return Media(kind=kind, id=file.file_id, mime=file.mime_type, name=file.file_name, voice=voice)


def _ignored(what: str) -> Ignored:
    return Ignored(channel=_CHANNEL, what=counter(what))
