"""Messages and mentions as the timeline keeps them.

One message may be told up to a dozen times, under different event ids and also as a mention of the
app: it is named by its channel and time stamp, so all of them are one.
"""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from chalicelib.channels.base import ChannelEvent, Echo, Ignored, InboundMessage, Media, Sender
from chalicelib.channels.extras import without_nothing
from chalicelib.channels.slack.people import is_app, is_bot, is_colleague, writer
from chalicelib.channels.slack.texts import plain
from chalicelib.channels.slack.wire import (
    ATTACHMENTS,
    FILES,
    MESSAGE,
    Attachment,
    Envelope,
    File,
    Message,
)
from chalicelib.channels.wire import counter, decode, epoch_or
from chalicelib.errors import ParseError

CHANNEL = "slack"
_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message", "bot_message"})
"""Subtypes of what somebody wrote; all others are notes about the channel."""
_FAMILIES = frozenset({"image", "audio", "video"})
_GONE = frozenset({"tombstone", "hidden_by_limit"})
_MOST_BYTES = 200_000
"""Of all files of a message together: Slack takes ten, and tells some 5 KB of each."""

T = TypeVar("T")


def ignored(what: str, account: str = "") -> Ignored:
    return Ignored(channel=CHANNEL, account=account, what=counter(what))


def written(
    raw: msgspec.Raw, envelope: Envelope, account: str, received_at: datetime
) -> ChannelEvent:
    """A customer's message, an Echo of the brand's, or Ignored."""
    message = decode(MESSAGE, raw, "$.event")
    if message.subtype not in _WRITTEN:
        return ignored(f"message:{message.subtype}", account)
    if message.channel is None:
        raise ParseError("Object missing required field `channel` - at `$.event`")
    files, text = media(message), words(message)
    shared: dict[str, Any] = {
        "channel": CHANNEL,
        "account": account,
        "message_id": f"{message.channel}:{message.ts}",
        "address": address(message.channel, thread_of(message)),
        "at": epoch_or(message.ts, received_at),
        "kind": "file_share" if files else "text",
        "text": text,
        "reply_to": _reply_to(message),
        "media": files,
        "details": _details(message),
    }
    if is_app(message, envelope) or is_colleague(message, envelope, account):
        # Slack does not tell for whom it was.
        return Echo(recipient=Sender(handles=()), **shared)
    if is_bot(message):
        return ignored("bot", account)
    group = None if _is_direct(message) else message.channel
    return InboundMessage(sender=writer(message, account), group=group, **shared)


def address(channel: str, thread: str | None) -> str:
    """Where an answer goes: into the thread, if it was asked in one."""
    return f"{channel}:{thread}" if thread else channel


def thread_of(message: Message) -> str | None:
    """The thread's first message; None for a message that only began one."""
    return message.thread_ts if message.thread_ts != message.ts else None


def words(message: Message) -> str | None:
    """The text; where there is none, that of a forwarded message."""
    if message.text:
        return plain(message.text)
    texts = [one.text or one.fallback or "" for one in _attachments(message)]
    return plain("\n".join(filter(None, texts))) or None


def media(message: Message) -> tuple[Media, ...]:
    return tuple(map(_file, _files(message)))


def _files(message: Message) -> list[File]:
    found = _lenient(FILES, message.files)
    return [one for one in found if one.mode not in _GONE and (one.id or one.url_private)]


def _attachments(message: Message) -> list[Attachment]:
    return _lenient(ATTACHMENTS, message.attachments)


def _lenient(decoder: msgspec.json.Decoder[list[T]], raw: msgspec.Raw) -> list[T]:
    """What hangs on the message: odd or endless files cost the files, not the message."""
    if not 4 < len(bytes(raw)) < _MOST_BYTES:
        return []
    try:
        return decode(decoder, raw)
    except ParseError:
        return []


def _file(file: File) -> Media:
    family = (file.mimetype or "").partition("/")[0]
    size = file.size if isinstance(file.size, int) and file.size >= 0 else None
    return Media(
        kind=family if family in _FAMILIES else "document",
        id=file.id,
        url=file.url_private_download or file.url_private,
        mime=file.mimetype,
        name=file.name,
        voice=file.subtype == "slack_audio",
        size=size,
    )


def _reply_to(message: Message) -> str | None:
    thread = thread_of(message)
    return f"{message.channel}:{thread}" if thread else None


def _is_direct(message: Message) -> bool:
    return message.channel_type == "im" or (message.channel or "").startswith("D")


def _details(message: Message) -> dict[str, Any]:
    lengths = (one.duration_ms for one in _files(message))
    length = next((one for one in lengths if isinstance(one, int)), None)
    return without_nothing(
        thread=thread_of(message),
        forwarded=any(one.is_share for one in _attachments(message)) or None,
        duration=None if length is None else length // 1000,
    )
