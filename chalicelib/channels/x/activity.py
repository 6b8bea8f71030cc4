"""What happens beside messages: likes, blocks, deleted posts."""

from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, ConsentNotice, Deletion, Reaction
from chalicelib.channels.wire import decode
from chalicelib.channels.x import wire
from chalicelib.channels.x.media import time_of
from chalicelib.channels.x.occasions import Occasion
from chalicelib.channels.x.people import CHANNEL, person

_HEART = "❤️"
_BLOCKS = {"block": False, "unblock": True}


def like(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    event = decode(wire.LIKE, raw, on.path)
    who, post = event.user.number, event.favorited_status
    number = post.id_str or (None if post.id is None else str(post.id))
    if who is None or number is None or who == on.account:
        return on.ignored("favorite_events:own" if who == on.account else "favorite_events")
    return Reaction(
        channel=CHANNEL,
        account=on.account,
        message_id=f"like:{event.id}",
        sender=person(who, {who: event.user}),
        target=f"post:{number}",
        emoji=_HEART,
        at=time_of(event.timestamp_ms, time_of(event.created_at, on.received_at)),
    )


def relation(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    """Nothing can be sent to somebody who blocks the brand. Whom the brand blocks, follows or mutes
    is its own affair."""
    event = decode(wire.RELATION, raw, on.path)
    who, granted = event.source.number, _BLOCKS.get(event.type)
    if granted is None or who is None or who == on.account:
        return on.ignored(event.type if who != on.account else f"{event.type}:own")
    return ConsentNotice(
        channel=CHANNEL,
        account=on.account,
        address=f"dm:{who}",
        granted=granted,
        scope="all",
        reason="unblocked" if granted else "blocked",
        at=time_of(event.created_timestamp, on.received_at),
        sender=person(who, {who: event.source}),
    )


def removal(raw: msgspec.Raw, on: Occasion) -> ChannelEvent:
    event = decode(wire.REMOVAL, raw, on.path)
    return deletion(event.status, on, time_of(event.timestamp_ms, on.received_at))


def deletion(status: wire.Status, on: Occasion, at: datetime) -> Deletion:
    target = f"post:{status.id}"
    author = status.author_id or (None if status.user_id is None else str(status.user_id))
    return Deletion(
        channel=CHANNEL,
        account=on.account,
        message_id=f"{target}:deleted",
        target=target,
        at=at,
        sender=person(author, {}) if author and author != on.account else None,
    )
