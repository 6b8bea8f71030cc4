"""Telegram bots: one update a delivery; answers go to the chat, which in a group is the group.

Updates do not name the bot they are for, so `account` is "". Message ids repeat from chat to chat,
so a message is "{chat}:{message_id}", and a pressed button "cb:{id}". A press carries no time: it,
like a message whose time stamp is unusable, keeps the time the delivery was received.

Not messages of a customer, and therefore Ignored under their names: edits, channel posts, whatever
bots write, service notes (pinned, joined, …), a user blocking the bot, and kinds of update that
Temas has no use for.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from chalicelib.channels import signatures
from chalicelib.channels.base import Channel, ChannelEvent, Delivery, Ignored, Secrets
from chalicelib.channels.telegram.messages import button_press, inbound
from chalicelib.channels.telegram.wire import (
    CALLBACK_QUERY,
    FIELDS,
    MEMBER_UPDATE,
    UPDATE_ID,
    MemberUpdate,
)
from chalicelib.channels.wire import counter, decode
from chalicelib.errors import ParseError

_IGNORED = {
    "edited_message": "edited_message",
    "channel_post": "channel_post",
    "edited_channel_post": "edited_channel_post",
    "message_reaction": "reaction",
}
_GONE = frozenset({"kicked", "left"})


class Telegram(Channel):
    name = "telegram"

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        given = signatures.header(headers, "x-telegram-bot-api-secret-token")
        signatures.check_token(given, signatures.listed(secrets))

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        fields = decode(FIELDS, delivery.body)
        if "update_id" not in fields:
            raise ParseError("Object missing required field `update_id`")
        decode(UPDATE_ID, fields.pop("update_id"), "$.update_id")
        return [
            _event(kind, raw, delivery.received_at) for kind, raw in list(fields.items())[:1]
        ] or [_ignored("empty")]


def _event(kind: str, raw: msgspec.Raw, received_at: datetime) -> ChannelEvent:
    match kind:
        case "message":
            return inbound(raw, received_at)
        case "callback_query":
            return button_press(decode(CALLBACK_QUERY, raw, "$.callback_query"), received_at)
        case "my_chat_member":
            return _ignored(_membership(decode(MEMBER_UPDATE, raw, "$.my_chat_member")))
        case _:
            return _ignored(_IGNORED.get(kind, f"unknown:{kind}"))


def _membership(update: MemberUpdate) -> str:
    """What happened to the bot: (un)blocked by a person, added to or removed from a group."""
    old = update.old_chat_member.status if update.old_chat_member else None
    new = update.new_chat_member.status if update.new_chat_member else None
    if update.chat.type == "private":
        return "blocked" if new in _GONE else "unblocked"
    if (old in _GONE) == (new in _GONE):
        return "my_chat_member"
    return "removed" if new in _GONE else "added"


def _ignored(what: str) -> Ignored:
    return Ignored(channel="telegram", what=counter(what))


TELEGRAM = Telegram()
