"""Comments under the posts of an Instagram account: public messages, answered privately."""

from datetime import datetime

from chalicelib.channels.base import ChannelEvent, Ignored, InboundMessage
from chalicelib.channels.extras import without_nothing
from chalicelib.channels.meta.occasions import person
from chalicelib.channels.meta.wire import Comment, Entry
from chalicelib.channels.moments import moment
from chalicelib.channels.wire import counter

PREFIX = "comment:"
"""Marks an address as a comment's: the answer goes to its author as a private reply."""


def from_comment(
    comment: Comment, field: str, channel: str, entry: Entry, received_at: datetime
) -> ChannelEvent:
    """Ignored if the account wrote it itself, or if Meta does not say who did."""
    account = "" if entry.id is None else str(entry.id)
    author = comment.author
    sender = person(channel, account, author) if author else None
    own = author is not None and (author.self_ig_scoped_id or str(author.id) == account)
    if sender is None or own:
        return Ignored(channel=channel, what=counter(field))
    return InboundMessage(
        channel=channel,
        account=account,
        message_id=comment.id,
        sender=sender,
        address=f"{PREFIX}{comment.id}",
        at=moment(entry.time, received_at),
        kind="comment",
        text=comment.text or None,
        reply_to=comment.parent_id or None,
        details=without_nothing(
            reference=str(comment.media.id) if comment.media and comment.media.id else None
        ),
    )
