"""What a message holds: its words and files, and what else there is to tell of it."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.channels.base import Media
from chalicelib.channels.extras import object_of
from chalicelib.channels.telegram.extras import PAYLOADS, TOLD, rich_words
from chalicelib.channels.telegram.wire import FIELDS, PAID_MEDIA, File, Message
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

_FILES = {
    # An animation comes with a copy of itself as document: the first that is there counts.
    "animation": "video",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "sticker": "sticker",
    # Comes with a photo, which is looked for before all these.
    "live_photo": "video",
}
_ENVELOPE = frozenset(
    {
        *("message_id", "message_thread_id", "from", "sender_chat", "sender_boost_count", "chat"),
        *("sender_business_bot", "sender_tag", "date", "business_connection_id", "reply_to_story"),
        *("forward_origin", "is_topic_message", "is_automatic_forward", "reply_to_message"),
        *("external_reply", "quote", "via_bot", "edit_date", "has_protected_content"),
        *("is_from_offline", "is_paid_post", "author_signature", "entities", "effect_id"),
        *("link_preview_options", "show_caption_above_media", "has_media_spoiler", "reply_markup"),
        *("media_group_id", "caption_entities", "direct_messages_topic", "paid_star_count"),
        *("forward_from", "forward_from_chat", "forward_from_message_id", "forward_signature"),
        *("forward_sender_name", "forward_date", "reply_to_checklist_task_id", "caption"),
        *("reply_to_poll_option_id", "suggested_post_info", "guest_query_id", "receiver_user"),
        *("guest_bot_caller_user", "guest_bot_caller_chat", "ephemeral_message_id", "text"),
        # Older names, which come beside the present ones.
        *("new_chat_participant", "new_chat_member", "left_chat_participant"),
    }
)
"""Fields that surround a message's content, so that the first other one names a service note."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """`kind` as Telegram names the field that holds the content."""

    kind: str
    text: str | None = None
    payload: str | None = None
    media: tuple[Media, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A note about the chat, which nobody wrote; `name` is its field."""

    name: str


def read(message: Message, raw: msgspec.Raw) -> Content | Service:
    """What the message holds; `raw` is the same message as it came."""
    if message.text is not None:
        return Content(kind="text", text=message.text or None)
    caption = message.caption or None
    if message.photo:
        return Content(kind="photo", text=caption, media=(_largest(message.photo),))
    for name, kind in _FILES.items():
        file: File | None = getattr(message, name)
        if file:
            media = _media(kind, file, voice=name == "voice")
            return Content(kind=name, text=caption, media=(media,), details=_about(file))
    if data := message.web_app_data:
        return Content(kind="web_app_data", text=data.button_text or caption, payload=data.data)
    return _without_file(message, decode(FIELDS, raw))


def _without_file(message: Message, every: dict[str, msgspec.Raw]) -> Content | Service:
    fields = {name: raw for name, raw in every.items() if bytes(raw) != b"null"}
    for name, tell in TOLD.items():
        if name in fields:
            told = object_of(fields[name])
            payload = told.get(PAYLOADS.get(name, ""))
            return Content(
                kind=name,
                text=message.caption or rich_words(told),
                payload=payload if isinstance(payload, str) else None,
                media=_paid(fields[name]) if name == "paid_media" else (),
                details=tell(told),
            )
    other = next((name for name in fields if name not in _ENVELOPE), None)
    if message.caption is not None:
        # Only what somebody wrote has a caption, also when its kind is younger than this list.
        return Content(kind=other or "caption", text=message.caption or None)
    return Service(name=other or "empty")


def _largest(sizes: list[File]) -> Media:
    # Sizes come smallest first: of equal ones the last counts.
    return _media("image", max(reversed(sizes), key=lambda one: _count(one.width) or 0))


def _paid(raw: msgspec.Raw) -> tuple[Media, ...]:
    """The files of paid media that have been paid for: of others there is only a preview."""
    try:
        every = decode(PAID_MEDIA, raw).paid_media
    except ParseError:
        return ()
    photos = [_largest(one.photo) for one in every if one.photo]
    return (*photos, *(_media("video", one.video) for one in every if one.video))


def _media(kind: str, file: File, *, voice: bool = False) -> Media:
    return Media(
        kind=kind,
        id=file.file_id,
        mime=file.mime_type,
        name=file.file_name,
        voice=voice,
        size=_count(file.file_size),
    )


def _about(file: File) -> dict[str, Any]:
    duration = _count(file.duration)
    told = {"duration": duration} if duration is not None else {}
    return {**told, "emoji": file.emoji} if isinstance(file.emoji, str) and file.emoji else told


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**53 else None
