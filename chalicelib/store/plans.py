"""Plans of what arriving entries need, as values: made by the inbox, carried out by `keeping`."""

from datetime import datetime

import msgspec

from chalicelib.store.records import Contact, Conversation, Customer, Entry, Identity

MAX_ACTIONS = 100
"""DynamoDB's limit of one transaction."""


class LastWord(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when the customer last wrote: what the conversation answers to."""

    at: datetime
    channel: str
    account: str
    address: str
    message_id: str = ""
    group: bool = False

    @property
    def place(self) -> tuple[datetime, str, str]:
        """By which the last of several is told; no two different words share it."""
        return self.at, self.channel, self.address


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """Entries for one conversation believed to be open. `last` is None if none is a customer's.

    `since` is how far back something must have happened in the conversation for a message on
    another channel to belong to it.
    """

    customer_id: str
    conversation_id: str
    entries: tuple[Entry, ...]
    earliest: datetime
    inbound: int
    last: LastWord | None
    since: datetime

    @property
    def actions(self) -> int:
        return len(self.entries) + 1

    @property
    def tags(self) -> set[str]:
        """By which a refusal names this plan."""
        of_entries = {f"entry:{entry.key}" for entry in self.entries}
        return {f"conversation:{self.conversation_id}", *of_entries}


class Settle(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one customer's entries need.

    `customer` is the customer as read (version set) or to be created (version None); `known` its
    identities as they shall point at the conversation, `new` those to be linked; `conversation` as
    read, or the one to open when `opens`; `current` if it is, or becomes, the one that the
    customer's messages go to; with `reopens` it was resolved, and is open after this. `contacts`
    are the customer's after this.
    """

    customer: Customer
    contacts: tuple[Contact, ...]
    new: tuple[Identity, ...]
    known: tuple[Identity, ...]
    conversation: Conversation
    opens: bool
    reopens: bool
    current: bool
    append: Append
