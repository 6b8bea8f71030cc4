"""Messages as the timeline keeps them: a customer's, the brand's own, and their new versions.

Message ids repeat from chat to chat, so a message is "{chat}:{message_id}". A business account that
the bot is connected to has chats of its own, whose ids and numbers repeat those of the bot's: its
connection is the `account` of all that happens there.
"""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from chalicelib.channels.base import ChannelEvent, Echo, Edit, Ignored, InboundMessage, Sender
from chalicelib.channels.extras import object_of, without_nothing
from chalicelib.channels.telegram import content
from chalicelib.channels.telegram.content import Content, Service
from chalicelib.channels.telegram.extras import story
from chalicelib.channels.telegram.people import is_forwarded, of_chat, with_own_phone, writer
from chalicelib.channels.telegram.places import Place, elsewhere, is_group
from chalicelib.channels.telegram.wire import MESSAGE, Message
from chalicelib.channels.wire import counter, decode, epoch_or

CHANNEL = "telegram"
_START = re.compile(r"/start(?:@[A-Za-z0-9_]{1,64})? ([A-Za-z0-9_-]{1,64})\s*")
"""What opens the bot from a link with a payload, t.me/bot?start=payload."""


def ignored(what: str, account: str = "") -> Ignored:
    return Ignored(channel=CHANNEL, account=account, what=counter(what))


def inbound(raw: msgspec.Raw, received_at: datetime, kind: str) -> ChannelEvent:
    """The message of an update of this `kind`, or Ignored; ParseError naming the field for anything
    else."""
    message = decode(MESSAGE, raw, f"$.{kind}")
    if message.is_automatic_forward:
        return ignored("automatic_forward")
    sender = writer(message)
    if sender is None:
        return ignored("bot" if message.sender else "no_sender")
    found = content.read(message, raw)
    if isinstance(found, Service):
        return ignored(f"service:{found.name}")
    return _message(message, found, sender, received_at, guest=kind == "guest_message")


def business(raw: msgspec.Raw, received_at: datetime, kind: str) -> ChannelEvent:
    """A message in a private chat of a business account: the customer's, or an Echo."""
    message = decode(MESSAGE, raw, f"$.{kind}")
    found = content.read(message, raw)
    if isinstance(found, Service):
        return ignored(f"service:{found.name}", _account(message))
    if not _own(message):
        return _message(message, found, writer(message) or of_chat(message.chat), received_at)
    return Echo(
        channel=CHANNEL,
        account=_account(message),
        message_id=name_of(message),
        recipient=of_chat(message.chat),
        address=Place.of(message).address,
        at=epoch_or(message.date, received_at),
        kind=found.kind,
        text=found.text,
        reply_to=_reply_to(message),
        media=found.media,
        details=_details(message, found),
    )


def edited(raw: msgspec.Raw, received_at: datetime, kind: str) -> ChannelEvent:
    """New words or files of a message. What changes without either (a live location that moves, a
    keyboard) is Ignored."""
    message = decode(MESSAGE, raw, f"$.{kind}")
    own = kind == "edited_business_message" and _own(message)
    sender = of_chat(message.chat) if own else writer(message)
    if sender is None or message.is_automatic_forward:
        return ignored(f"{kind}:bot", _account(message))
    found = content.read(message, raw)
    if isinstance(found, Service) or not (found.text or found.media):
        name = found.name if isinstance(found, Service) else found.kind
        return ignored(f"{kind}:{name}", _account(message))
    dated = isinstance(message.edit_date, int)
    version = message.edit_date if dated else sha256(bytes(raw)).hexdigest()[:16]
    return Edit(
        channel=CHANNEL,
        account=_account(message),
        message_id=f"{name_of(message)}:edit:{version}",
        sender=sender,
        target=name_of(message),
        at=epoch_or(message.edit_date, received_at),
        text=found.text,
        media=found.media,
        outgoing=own,
    )


def name_of(message: Message) -> str:
    return f"{message.chat.id}:{message.message_id}"


def _message(
    message: Message,
    found: Content,
    sender: Sender,
    received_at: datetime,
    *,
    guest: bool = False,
) -> InboundMessage:
    """`guest` messages call the bot into a chat that it is no member of, and whose numbers may be
    those of another chat: what answers them goes to the person."""
    start = _START.fullmatch(message.text or "")
    place = Place.of(message)
    return InboundMessage(
        channel=CHANNEL,
        account=_account(message),
        message_id=f"guest:{name_of(message)}" if guest else name_of(message),
        sender=with_own_phone(sender, message),
        address=sender.handles[0].value if guest else place.address,
        at=epoch_or(message.date, received_at),
        kind=found.kind,
        text=found.text,
        payload=start[1] if start else found.payload,
        reply_to=None if guest else _reply_to(message),
        media=found.media,
        group=str(message.chat.id) if is_group(message.chat.id) and not place.direct else None,
        details=_details(message, found),
    )


def _own(message: Message) -> bool:
    """A chat of a business account has the customer's id: whoever else writes there, the account's
    owner or a bot on their behalf, is the business."""
    return message.sender is not None and message.sender.id != message.chat.id


def _account(message: Message) -> str:
    return message.business_connection_id or ""


def _reply_to(message: Message) -> str | None:
    """In a forum topic every message formally answers the topic's root: that is no reply."""
    target = message.reply_to_message
    if target is None:
        other = elsewhere(message.external_reply)
        return f"{other[0]}:{other[1]}" if other else None
    if target.forum_topic_created is not None:
        return None
    if message.is_topic_message and target.message_id == message.message_thread_id:
        return None
    return f"{message.chat.id}:{target.message_id}"


def _details(message: Message, found: Content) -> dict[str, Any]:
    topic = object_of(message.direct_messages_topic).get("topic_id")
    quoted = object_of(message.quote).get("text")
    album = message.media_group_id
    return {
        # The story that a message answers, unless it is one itself.
        **story(object_of(message.reply_to_story)),
        **found.details,
        **without_nothing(
            thread=topic if isinstance(topic, int) else message.message_thread_id,
            album=album[:64] if isinstance(album, str) else None,
            quote=quoted if isinstance(quoted, str) else None,
            forwarded=is_forwarded(message) or None,
        ),
    }
