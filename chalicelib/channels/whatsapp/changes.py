"""What happens to messages and people on WhatsApp: reactions, edits, revocations, new numbers,
statuses, and what customers want."""

from datetime import datetime

from chalicelib.channels.base import (
    ChannelEvent,
    ConsentNotice,
    Deletion,
    Edit,
    IdentityChange,
    Ignored,
    Reaction,
    StatusUpdate,
)
from chalicelib.channels.whatsapp.errors import EXPLANATIONS
from chalicelib.channels.whatsapp.messages import files, words
from chalicelib.channels.whatsapp.people import People, address_of, handles
from chalicelib.channels.whatsapp.shapes import Message
from chalicelib.channels.whatsapp.wire import Preference, Status
from chalicelib.channels.wire import counter, epoch_or
from chalicelib.errors import ParseError

_NAME = "whatsapp"
_STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_NEW_NUMBER = frozenset({"user_changed_number", "customer_changed_number"})
_NEW_ID = "user_changed_user_id"
_WISHES = {"stop": False, "resume": True, "signup": True}
_LONGEST_EMOJI = 40


def ignored(what: str) -> Ignored:
    return Ignored(channel=_NAME, what=counter(what))


def reaction(message: Message, people: People, received_at: datetime) -> ChannelEvent:
    if message.reaction is None:
        return ignored("reaction")
    sender, _ = people.sender(message)
    return Reaction(
        channel=_NAME,
        account=people.account,
        message_id=message.id,
        sender=sender,
        target=message.reaction.message_id,
        emoji=(message.reaction.emoji or "")[:_LONGEST_EMOJI] or None,
        at=epoch_or(message.timestamp, received_at),
    )


def edit(
    message: Message, people: People, received_at: datetime, *, outgoing: bool = False
) -> ChannelEvent:
    """`sender` is the customer also where the brand edited its own."""
    if message.edit is None:
        return ignored("edit")
    sender, _ = people.recipient(message) if outgoing else people.sender(message)
    return Edit(
        channel=_NAME,
        account=people.account,
        message_id=message.id,
        sender=sender,
        target=message.edit.original_message_id,
        at=epoch_or(message.timestamp, received_at),
        text=words(message.edit.message),
        media=files(message.edit.message),
        outgoing=outgoing,
    )


def revocation(
    message: Message, people: People, received_at: datetime, *, outgoing: bool = False
) -> ChannelEvent:
    if message.revoke is None:
        return ignored("revoke")
    return Deletion(
        channel=_NAME,
        account=people.account,
        message_id=message.id,
        target=message.revoke.original_message_id,
        at=epoch_or(message.timestamp, received_at),
        sender=None if outgoing else people.sender(message)[0],
    )


def system(message: Message, people: People, received_at: datetime) -> ChannelEvent:
    """A new number brings a new business-scoped id along; either may change alone, too."""
    told = message.system
    kind = told.type if told else None
    if told is None or not (kind in _NEW_NUMBER or kind == _NEW_ID):
        return ignored(f"system:{kind}" if kind else "system")
    number = str(told.wa_id or told.new_wa_id or "") if kind in _NEW_NUMBER else message.phone
    scoped = told.previous_user_id or message.from_user_id
    new = handles(number, told.user_id, told.parent_user_id, account=people.account)
    old = handles(
        told.customer or message.phone,
        scoped if scoped != told.user_id else None,
        told.previous_parent_user_id,
        account=people.account,
    )
    if not new or not set(old) - set(new) or not set(new) - set(old):
        return ignored(f"system:{kind}")
    return IdentityChange(
        channel=_NAME,
        account=people.account,
        message_id=message.id,
        old=old,
        new=new,
        address=address_of(new[0]),
        at=epoch_or(message.timestamp, received_at),
    )


def status(told: Status, account: str, received_at: datetime) -> ChannelEvent:
    known = _STATUSES.get(told.status)
    if told.type == "payment" or known is None:
        return ignored(f"status:{told.type if told.type == 'payment' else told.status}")
    # In a group `recipient_id` is the group, and each participant has a status of its own.
    participant = told.recipient_participant_id or told.recipient_participant_user_id or None
    in_group = told.recipient_type == "group" or participant is not None
    person = participant if in_group else told.recipient_id or told.recipient_user_id
    error = told.errors[0] if told.errors else None
    return StatusUpdate(
        channel=_NAME,
        account=account,
        message_id=told.id,
        status=known,
        at=epoch_or(told.timestamp, received_at),
        recipient=person or None,
        group=told.recipient_id or None if in_group else None,
        error_code=error.name(EXPLANATIONS) if error else None,
        error=error.explained(EXPLANATIONS) if error else None,
    )


def preference(told: Preference, people: People, received_at: datetime) -> ChannelEvent:
    """A customer's wish about marketing: stopped, resumed, or signed up for."""
    granted = _WISHES.get((told.value or "").lower())
    if told.category != "marketing_messages" or granted is None:
        return ignored(f"user_preferences:{told.category}:{told.value}")
    if not told.wa_id and not told.user_id:
        raise ParseError("`wa_id` and `user_id` are missing: nobody knows whose wish it is")
    sender, address = people.known_as(told.wa_id, told.user_id)
    return ConsentNotice(
        channel=_NAME,
        account=people.account,
        address=address,
        granted=granted,
        scope="marketing",
        reason="opted_in" if granted else "opted_out",
        at=epoch_or(told.timestamp, received_at),
        sender=sender,
    )
