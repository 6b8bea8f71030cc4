"""What happens beside messages: reactions, deletions, and people who block the bot or come back."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, ConsentNotice, Deletion, Reaction
from chalicelib.channels.telegram.messages import CHANNEL, ignored
from chalicelib.channels.telegram.people import person
from chalicelib.channels.telegram.wire import (
    DELETED_MESSAGES,
    MEMBER_UPDATE,
    REACTION,
    MemberUpdate,
    ReactionType,
)
from chalicelib.channels.wire import decode, epoch_or

_GONE = frozenset({"kicked", "left"})
_PAID = "⭐"
_LONGEST_EMOJI = 64


def reaction(raw: msgspec.Raw, received_at: datetime, kind: str) -> ChannelEvent:
    """The emoji that was added, else one that stayed; None if all were taken back. Anonymous
    admins and channels have no sender: the id of the chat they react for is in the name."""
    update = decode(REACTION, raw, f"$.{kind}")
    actor = update.user or update.actor_chat
    target = f"{update.chat.id}:{update.message_id}"
    old, new = set(map(_emoji, update.old_reaction)), list(map(_emoji, update.new_reaction))
    added = [one for one in new if one not in old] or new
    emoji = added[-1] if added else None
    name = f"{target}:reaction:{actor.id if actor else 0}:{_stamp(update.date)}:{_joined(new)}"
    return Reaction(
        channel=CHANNEL,
        message_id=name,
        sender=person(update.user) if update.user else None,
        target=target,
        emoji=emoji,
        at=epoch_or(update.date, received_at),
    )


def deletions(raw: msgspec.Raw, received_at: datetime, kind: str) -> list[ChannelEvent]:
    """Only business accounts tell: a bot is not told what is deleted from its own chats."""
    update = decode(DELETED_MESSAGES, raw, f"$.{kind}")
    names = (f"{update.chat.id}:{number}" for number in dict.fromkeys(update.message_ids))
    return [
        Deletion(
            channel=CHANNEL,
            account=update.business_connection_id,
            message_id=f"{name}:deleted",
            target=name,
            at=received_at,
        )
        for name in names
    ]


def membership(raw: msgspec.Raw, received_at: datetime, kind: str) -> ChannelEvent:
    """In a private chat: the person has blocked the bot, or wants it back."""
    update = decode(MEMBER_UPDATE, raw, f"$.{kind}")
    new = update.new_chat_member.status if update.new_chat_member else None
    if update.chat.type != "private" or new is None:
        return ignored(_in_group(update))
    return ConsentNotice(
        channel=CHANNEL,
        address=str(update.chat.id),
        granted=new not in _GONE,
        scope="all",
        reason="blocked" if new in _GONE else "unblocked",
        at=epoch_or(update.date, received_at),
        sender=person(update.sender) if update.sender else None,
    )


def _in_group(update: MemberUpdate) -> str:
    old = update.old_chat_member.status if update.old_chat_member else None
    new = update.new_chat_member.status if update.new_chat_member else None
    if (old in _GONE) == (new in _GONE):
        return "my_chat_member"
    return "removed" if new in _GONE else "added"


def _emoji(reaction: ReactionType) -> str:
    if reaction.type == "paid":
        return _PAID
    if reaction.custom_emoji_id:
        return f"custom:{reaction.custom_emoji_id[:_LONGEST_EMOJI]}"
    return (reaction.emoji or reaction.type or "?")[:_LONGEST_EMOJI]


def _joined(emojis: Iterable[str]) -> str:
    return ",".join(emojis)[:_LONGEST_EMOJI] or "none"


def _stamp(date: object) -> str:
    return str(date)[:20] if isinstance(date, int) else ""
