"""What happens to messages afterwards: edits, deletions and reactions."""

from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, Deletion, Edit, Reaction, Sender
from chalicelib.channels.slack import wire
from chalicelib.channels.slack.messages import CHANNEL, ignored, media, words
from chalicelib.channels.slack.people import (
    is_app,
    is_bot,
    is_bot_user,
    is_colleague,
    member,
    writer,
)
from chalicelib.channels.wire import decode, epoch_or


def edited(
    raw: msgspec.Raw, envelope: wire.Envelope, account: str, received_at: datetime
) -> ChannelEvent:
    """New words or files. Slack tells every change this way, such as a preview of a link that it
    adds or a reply in the message's thread: those are Ignored."""
    change = decode(wire.CHANGE, raw, "$.event")
    now, before = change.message, change.previous_message
    target = f"{change.channel}:{now.ts}"
    at = epoch_or(change.event_ts or change.ts, received_at)
    if now.subtype == "tombstone":
        return _deletion(target, before, envelope, account, at)
    if before and (words(before), media(before)) == (words(now), media(now)):
        return ignored("message_changed:same_words", account)
    own = is_app(now, envelope) or is_colleague(now, envelope, account)
    if not own and is_bot(now):
        return ignored("message_changed:bot", account)
    version = (now.edited.ts if now.edited else None) or change.event_ts or change.ts or ""
    return Edit(
        channel=CHANNEL,
        account=account,
        message_id=f"{target}:edit:{version[:40]}",
        sender=Sender(handles=()) if own else writer(now, account),
        target=target,
        at=at,
        text=words(now),
        media=media(now),
        outgoing=own,
    )


def deleted(
    raw: msgspec.Raw, envelope: wire.Envelope, account: str, received_at: datetime
) -> ChannelEvent:
    removal = decode(wire.REMOVAL, raw, "$.event")
    at = epoch_or(removal.event_ts or removal.ts, received_at)
    target = f"{removal.channel}:{removal.deleted_ts}"
    return _deletion(target, removal.previous_message, envelope, account, at)


def reacted(
    raw: msgspec.Raw, envelope: wire.Envelope, account: str, received_at: datetime
) -> ChannelEvent:
    """Slack names emojis (":thumbsup:"), a workspace's own ones too. One person may react to one
    message with several: each is told, and taken back, for itself."""
    kind = decode(wire.KIND, raw, "$.event").type
    reaction = decode(wire.REACTION, raw, "$.event")
    item = reaction.item
    if item.channel is None or item.ts is None:
        return ignored(f"{kind}:{item.type or 'nothing'}", account)
    if is_bot_user(reaction.user, envelope):
        return ignored(f"{kind}:own", account)
    target = f"{item.channel}:{item.ts}"
    name = f"{kind}:{reaction.user}:{reaction.reaction}:{reaction.event_ts or ''}"
    return Reaction(
        channel=CHANNEL,
        account=account,
        message_id=f"{target}:{name}",
        sender=member(reaction.user, account),
        target=target,
        emoji=f":{reaction.reaction}:" if kind == "reaction_added" else None,
        at=epoch_or(reaction.event_ts, received_at),
    )


def _deletion(
    target: str, before: wire.Message | None, envelope: wire.Envelope, account: str, at: datetime
) -> Deletion:
    """Whose message it was, if Slack tells and it was not the brand's."""
    customer = (
        before is not None
        and before.user is not None
        and not is_app(before, envelope)
        and not is_colleague(before, envelope, account)
        and not is_bot(before)
    )
    return Deletion(
        channel=CHANNEL,
        account=account,
        message_id=f"{target}:deleted",
        target=target,
        at=at,
        sender=writer(before, account) if before and customer else None,
    )
