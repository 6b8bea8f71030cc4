"""What people write to each other: messages, pressed buttons, answered questionnaires, and copies
of what the brand wrote elsewhere."""

from typing import Any

import msgspec

from chalicelib.channels.base import ChannelEvent, Deletion, Echo, InboundMessage
from chalicelib.channels.extras import json_value, object_of, objects_of, without_nothing
from chalicelib.channels.meta import attachments
from chalicelib.channels.meta.occasions import Occasion
from chalicelib.channels.meta.wire import Message, Postback
from chalicelib.channels.wire import counter


def from_message(message: Message, on: Occasion) -> ChannelEvent:
    """The message, its copy if the brand wrote it, or its deletion. Raises ParseError if nobody
    knows who wrote."""
    if message.is_deleted:
        return _deletion(message, on)
    media, told = attachments.read(message.attachments or [], on.channel)
    reply = message.reply_to
    story = object_of(reply.story) if reply else {}
    shared: dict[str, Any] = {
        "channel": on.channel,
        "account": on.account,
        "message_id": message.mid or on.name_for("message", message.text),
        "address": on.address,
        "at": on.at,
        "kind": _kind(message),
        "text": message.text or None,
        "reply_to": (reply.mid or None) if reply else None,
        "media": media,
        "details": _details(on, told, story=story, referral=json_value(message.referral)),
    }
    if on.own:
        return Echo(recipient=on.person, **shared)
    payload = message.quick_reply.payload if message.quick_reply else None
    return InboundMessage(sender=on.person, payload=payload, **shared)


def from_postback(postback: Postback, on: Occasion) -> ChannelEvent:
    """A pressed button or chosen menu item: its label is the text. Another app's buttons come
    without their payload."""
    stable = on.name_for("postback", postback.payload, postback.title)
    return InboundMessage(
        channel=on.channel,
        account=on.account,
        message_id=postback.mid or stable,
        sender=on.person,
        address=on.address,
        at=on.at,
        kind="postback",
        text=postback.title or None,
        payload=postback.payload,
        details=_details(on, {}, referral=json_value(postback.referral)),
    )


def from_feedback(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    """A filled-in questionnaire of Messenger's: what was written freely is the text."""
    form = object_of(raw)
    answers = [
        answer
        for screen in objects_of(form.get("feedback_screens"))
        for answer in objects_of(list(_dict(screen.get("questions")).values()))
    ]
    written = [_dict(answer.get("follow_up")).get("payload") for answer in answers]
    words = "\n".join(text for text in written if isinstance(text, str) and text.strip())
    return InboundMessage(
        channel=on.channel,
        account=on.account,
        message_id=on.name_for("feedback"),
        sender=on.person,
        address=on.address,
        at=on.at,
        kind="feedback",
        text=words or None,
        details=_details(on, {}, form=form),
    )


def _deletion(message: Message, on: Occasion) -> ChannelEvent:
    if message.mid is None:
        return on.ignored("deleted")
    return Deletion(
        channel=on.channel,
        account=on.account,
        message_id=on.name_for("deleted", message.mid),
        target=message.mid,
        at=on.at,
        sender=None if on.own else on.customer,
    )


def _kind(message: Message) -> str:
    """As Meta calls it. The preview that Meta hangs on a text with a link does not make it less of
    a text."""
    if message.quick_reply:
        return "quick_reply"
    kinds = [attachment.type for attachment in message.attachments or ()]
    if kinds and not (message.text and set(kinds) == {"fallback"}):
        return counter(kinds[0] or "") or "attachment"
    return "text" if message.text else "unsupported"


def _details(on: Occasion, told: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Where another app holds the conversation, `standby` says so: an answer would take it over."""
    return {**told, **without_nothing(**more), **({"standby": True} if on.standby else {})}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
