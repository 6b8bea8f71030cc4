"""Receipts: what platforms tell of the messages that the brand sent."""

from datetime import datetime, timedelta

from pynamodb.expressions.condition import size
from pynamodb.expressions.update import Action

from chalicelib.store import keys
from chalicelib.store.models import EntryItem, RecipientItem
from chalicelib.store.table import get_many, update_if

STRAY_STATUS_DAYS = 8
"""How long a status waits for the record of the message it belongs to."""

MOST_LINKS = 10
"""How many links of one message are remembered as followed."""


def advance_status(
    key: str,
    *,
    status: str,
    at: datetime,
    now: datetime,
    error: dict[str, str] | None = None,
) -> bool:
    """Note what became of a sent message; False if as much or more of this status was known.

    A status can overtake the record of its own message: then it waits under the message's key
    (8 days), and the record takes it over.
    """
    moment = EntryItem.get_attributes()[f"{status}_at"]
    later = moment.does_not_exist() | (moment < at)
    actions = [moment.set(at), *([EntryItem.error.set(error)] if error else [])]
    stray = int((now + timedelta(days=STRAY_STATUS_DAYS)).timestamp())
    waiting = [*actions, EntryItem.type.set(EntryItem), EntryItem.expires_at.set(stray)]
    kept, absent = EntryItem.gsi1pk.exists(), EntryItem.gsi1pk.does_not_exist()
    # The record may be laid down between the first try and the second: hence the third.
    return (
        update_if(EntryItem(*keys.entry(key)), actions, kept & later)
        or update_if(EntryItem(*keys.entry(key)), waiting, absent & later)
        or update_if(EntryItem(*keys.entry(key)), actions, kept & later)
    )


def add_link(key: str, link: str) -> bool:
    """Note that this link of a sent message, of which a status is kept already, was followed; False
    if that was known, or as many are known as are remembered."""
    known = EntryItem.links
    room = known.does_not_exist() | (size(known) < MOST_LINKS)  # type: ignore[no-untyped-call]
    new = EntryItem.pk.exists() & ~known.contains(link) & room
    return update_if(EntryItem(*keys.entry(key)), [known.add({link})], new)


def advance_recipient(
    key: str,
    recipient: str,
    *,
    status: str,
    at: datetime,
    now: datetime,
    error: dict[str, str] | None = None,
) -> bool:
    """The same for one person in the group to which the message went.

    Beside a message of which there is no record, it is forgotten as the status is: the message may
    have been erased.
    """
    moment = RecipientItem.get_attributes()[f"{status}_at"]
    actions: list[Action] = [
        moment.set(at),
        RecipientItem.type.set(RecipientItem),
        *([RecipientItem.error.set(error)] if error else []),
    ]
    later = moment.does_not_exist() | (moment < at)
    row = RecipientItem(*keys.recipient(key, recipient))
    record = get_many([keys.entry(key)]).get(keys.entry(key))
    gone_at, ends = RecipientItem.expires_at, now + timedelta(days=STRAY_STATUS_DAYS)
    kept = record is not None and record.gsi1pk
    actions.append(gone_at.remove() if kept else gone_at.set(int(ends.timestamp())))
    return update_if(row, actions, later)
