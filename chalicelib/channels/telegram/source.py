"""Telegram bots: one update a delivery; answers go to the chat, which in a group is the group, and
in a forum or a channel's direct messages the topic within it.

Updates do not name the bot they are for, so `account` is ""; of a business account that the bot is
connected to it is the connection. A time stamp that is unusable costs the time, not the message: it
keeps the time the delivery was received.

Not messages of a customer, and therefore Ignored under their names: channel posts, whatever bots
write, service notes (pinned, joined, …), what happens to groups, polls, inline mode, payments on
their way, boosts, and kinds of update that did not exist when this was written.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from chalicelib.channels import signatures
from chalicelib.channels.base import Answer, Channel, ChannelEvent, Delivery, Secrets
from chalicelib.channels.telegram.buttons import acknowledgement, press
from chalicelib.channels.telegram.messages import business, edited, ignored, inbound
from chalicelib.channels.telegram.notices import deletions, membership, reaction
from chalicelib.channels.telegram.wire import FIELDS, UPDATE_ID
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

Reader = Callable[[msgspec.Raw, datetime, str], ChannelEvent | list[ChannelEvent]]
_READERS: dict[str, Reader] = {
    "message": inbound,
    "edited_message": edited,
    "callback_query": press,
    "business_message": business,
    "edited_business_message": edited,
    "deleted_business_messages": deletions,
    "guest_message": inbound,
    "message_reaction": reaction,
    "my_chat_member": membership,
}
_WITHOUT_USE = frozenset(
    {
        *("channel_post", "edited_channel_post", "business_connection", "message_reaction_count"),
        *("inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query"),
        *("purchased_paid_media", "poll", "poll_answer", "chat_member", "chat_join_request"),
        *("chat_boost", "removed_chat_boost", "managed_bot", "subscription"),
    }
)


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

    def answer(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        return acknowledgement(body)

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        every = decode(FIELDS, delivery.body)
        if "update_id" not in every:
            raise ParseError("Object missing required field `update_id`")
        decode(UPDATE_ID, every.pop("update_id"), "$.update_id")
        told = {kind: raw for kind, raw in every.items() if bytes(raw) != b"null"}
        kind = next((name for name in told if name in _READERS), None)
        if kind is None:
            other = next(iter(told), "empty")
            known = other in _WITHOUT_USE or not told
            return [ignored(other if known else f"unknown:{other}")]
        found = _READERS[kind](told[kind], delivery.received_at, kind)
        return found if isinstance(found, list) else [found]


TELEGRAM = Telegram()
