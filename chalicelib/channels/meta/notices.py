"""What happens around messages: reactions, edits, receipts, and what customers agree to."""

from collections.abc import Iterator

from chalicelib.channels.base import (
    ChannelEvent,
    ConsentNotice,
    Edit,
    Reaction,
    StatusUpdate,
    Watermark,
)
from chalicelib.channels.meta import wire
from chalicelib.channels.meta.occasions import Occasion
from chalicelib.channels.moments import moment

_EMOJIS = {
    "angry": "😠",
    "dislike": "👎",
    "laugh": "😆",
    "like": "👍",
    "love": "❤️",
    "sad": "😢",
    "smile": "😆",
    "wow": "😮",
}
"""For reactions that come by name alone."""
_LONGEST_EMOJI = 40


def from_reaction(reaction: wire.Reaction, on: Occasion) -> ChannelEvent:
    if on.own or on.customer is None:
        return on.ignored("reaction")
    name = reaction.reaction or "other"
    given = reaction.emoji or _EMOJIS.get(name, name)
    emoji = None if reaction.action == "unreact" else given[:_LONGEST_EMOJI]
    return Reaction(
        channel=on.channel,
        account=on.account,
        message_id=on.name_for("reaction", reaction.mid, reaction.action, emoji),
        sender=on.customer,
        target=reaction.mid,
        emoji=emoji,
        at=on.at,
    )


def from_edit(edit: wire.MessageEdit, on: Occasion) -> ChannelEvent:
    """Instagram announces new messages as their own edit number 0: those are no edits."""
    if on.customer is None or edit.text is None or str(edit.num_edit) == "0":
        return on.ignored("message_edit")
    return Edit(
        channel=on.channel,
        account=on.account,
        message_id=on.name_for("edit", edit.mid, str(edit.num_edit)),
        sender=on.customer,
        target=edit.mid,
        at=on.at,
        text=edit.text,
        outgoing=on.own,
    )


def from_receipt(receipt: wire.Receipt, status: str, on: Occasion) -> Iterator[ChannelEvent]:
    """Messages by name where Meta names them; otherwise all until the watermark."""
    if on.own or on.customer is None:
        yield on.ignored(status)
        return
    names = [receipt.mid] if receipt.mid else receipt.mids or []
    for name in names:
        yield StatusUpdate(
            channel=on.channel,
            account=on.account,
            message_id=name,
            status=status,
            at=on.at,
            recipient=on.address,
        )
    if names:
        return
    if receipt.watermark is None:
        yield on.ignored(status)
        return
    yield Watermark(
        channel=on.channel,
        account=on.account,
        sender=on.customer,
        status=status,
        up_to=moment(receipt.watermark, on.at),
    )


def from_opt_in(opt_in: wire.OptIn, on: Occasion) -> ChannelEvent:
    """Consent to marketing, given, stopped or resumed. The permission for one single message, and
    the plugin that only opens a conversation, are no such consent."""
    kind = opt_in.type or ""
    if on.customer is None or not ("notification_messages" in kind or "marketing" in kind):
        return on.ignored(f"optin:{kind}" if kind else "optin")
    return consent(on, granted="stop" not in (opt_in.notification_messages_status or "").lower())


def consent(on: Occasion, *, granted: bool) -> ConsentNotice:
    return ConsentNotice(
        channel=on.channel,
        account=on.account,
        address=on.address,
        granted=granted,
        scope="marketing",
        reason="opted_in" if granted else "opted_out",
        at=on.at,
        sender=on.customer,
    )
