"""What is kept, as frozen values. Every other package speaks these; none of them sees an item."""

from datetime import datetime
from typing import Any, Literal

import msgspec

OPEN = "open"
RESOLVED = "resolved"
"""A conversation's statuses."""

MESSAGE = "message"
"""The kind of entry that is something somebody wrote."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A kept thing. `version` counts its writes (None: never written): the optimistic lock."""


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address of a customer on a channel, where a message can be sent."""

    channel: str
    address: str
    account: str = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer said about one purpose: granted or withdrawn, when, where it was said, and to
    which words (their version, or themselves)."""

    granted: bool
    at: datetime
    source: str
    wording: str = ""


class Merge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a customer was merged into another: when, by whom, which contacts the other had before,
    which open conversation it took over, and which fields of its profile it had empty."""

    at: datetime
    by: str
    contacts: tuple[Contact, ...] = ()
    conversation_id: str | None = None
    filled: tuple[str, ...] = ()


class Customer(Record, frozen=True, kw_only=True):
    """One person, whichever channel they use.

    `contacts` are in order of arrival; `consents` by purpose ("marketing"), or purpose and channel
    ("marketing/whatsapp"); `last_channel` the channel of the last conversation they opened;
    `open_conversation_id` the one open conversation, if any; `quiet_hours` the hours in which they
    want to be left alone, ("22:00", "10:00"), instead of the brand's; `tags` are staff's.

    What they did: `orders` counts those not cancelled, `spent` is what they came to in hundredths
    of the brand's currency, `devices` are the models of their devices by device id. These are of
    this id alone: a merged customer's are the sums over the family.

    Two customers who turned out to be one person are merged: one leads and has the others, with
    theirs, as `members`; each of those names it in `merged_into` and remembers in `merge` what it
    takes to part again.
    """

    id: str
    created_at: datetime
    name: str | None = None
    locale: str | None = None
    country: str | None = None
    time_zone: str | None = None
    preferred_channel: str | None = None
    last_channel: str | None = None
    quiet_hours: tuple[str, str] | None = None
    contacts: tuple[Contact, ...] = ()
    consents: dict[str, Consent] = {}
    tags: tuple[str, ...] = ()
    orders: int = 0
    spent: int = 0
    last_order_at: datetime | None = None
    last_seen_at: datetime | None = None
    devices: dict[str, str] = {}
    open_conversation_id: str | None = None
    members: tuple[str, ...] = ()
    merged_into: str | None = None
    merge: Merge | None = None
    version: int | None = None

    def consent(self, purpose: str, channel: str | None = None) -> Consent | None:
        """What they last said about this purpose, on this channel or in general; of two words of
        the same moment the withdrawal counts. None if they never said anything."""
        said = [self.consents.get(purpose)]
        if channel:
            said.append(self.consents.get(f"{purpose}/{channel}"))
        known = [one for one in said if one is not None]
        return max(known, key=lambda one: (one.at, not one.granted), default=None)

    @property
    def family(self) -> tuple[str, ...]:
        """Under whose ids this person's history lies, their own first."""
        return (self.id, *self.members)

    def contact(self, channel: str) -> Contact | None:
        return next((c for c in self.contacts if c.channel == channel), None)


class Identity(Record, frozen=True, kw_only=True):
    """A handle and whose it is; `conversation_id` is a hint that spares a read while it holds, and
    `contacts` another: those beside it so far, which the customer is known to have.

    `home` is the customer under whose id its messages lie, where a merge has made it somebody
    else's: so nothing is moved, and all of it is there when the two part again.
    """

    key: str
    customer_id: str
    linked_at: datetime
    home: str | None = None
    conversation_id: str | None = None
    contacts: tuple[Contact, ...] = ()

    @property
    def owner(self) -> str:
        """The customer under whose id what comes by this handle is kept."""
        return self.home or self.customer_id


class Pause(msgspec.Struct, frozen=True, array_like=True):
    """A time in which a conversation stood still: it was the `customer`'s turn, or it was put off
    (`snoozed`). `until` None: nobody knows yet."""

    why: Literal["customer", "snoozed"]
    since: datetime
    until: datetime | None = None


class Conversation(Record, frozen=True, kw_only=True):
    """One case: from the first message (or alert) to its resolution.

    `channel`, `account`, `address` are where the customer last wrote, which is where answers go;
    `last_message_id` is the platform's name of what they wrote there, `group` whether several
    people read it.
    `priority` is "high" for what cannot wait (a customer who was not helped), None otherwise.
    `opened_at` is the time of its earliest entry. Times are the platforms'.
    `resolved_reason` is why it ended: solved, spam, auto_closed (nobody answered) or duplicate.

    What was understood of it: `language` ("tr", "en"), `category` and who said so (`category_by`:
    model, keywords, or a person's name), `severity` (info, warning, critical), `sentiment`
    (negative, neutral, positive), `labels`. Who looks after it: `team`, `assignee` since
    `assigned_at`. `step` is where it stands: greet, understand, agree, solve, close.
    `handed_off` is why a person has to answer. `promised_at` is by when an answer is promised,
    `snoozed_until` until when it need not be looked at, `answered_at` when a person first answered,
    `served_at` when self-service first did, `waiting_since` the customer's first message that
    nobody has answered yet.

    `held_by` is in whose open ones it counts (an agent's id, while open), `queued` its place in a
    team's queue (the item's key, as "team place"), `replied_at` when it was last answered,
    `reopened_at` since when it is open again, `escalated` that a missed target made it urgent,
    `answers` what was told of the latest few answers, `pauses` when it stood still.
    """

    id: str
    customer_id: str
    status: str
    opened_by: str
    opened_at: datetime
    priority: str | None = None
    channel: str | None = None
    account: str = ""
    address: str | None = None
    last_inbound_at: datetime | None = None
    last_message_id: str | None = None
    group: bool = False
    last_outbound_at: datetime | None = None
    inbound_count: int = 0
    outbound_count: int = 0
    subject: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolved_reason: str | None = None
    resolutions: int = 0
    language: str | None = None
    category: str | None = None
    category_by: str | None = None
    severity: str | None = None
    sentiment: str | None = None
    labels: tuple[str, ...] = ()
    team: str | None = None
    assignee: str | None = None
    assigned_at: datetime | None = None
    step: str | None = None
    handed_off: str | None = None
    promised_at: datetime | None = None
    snoozed_until: datetime | None = None
    answered_at: datetime | None = None
    served_at: datetime | None = None
    waiting_since: datetime | None = None
    held_by: str | None = None
    queued: str | None = None
    replied_at: datetime | None = None
    reopened_at: datetime | None = None
    escalated: bool = False
    answers: tuple[dict[str, Any], ...] = ()
    pauses: tuple[Pause, ...] = ()


class Entry(Record, frozen=True, kw_only=True):
    """One line of a customer's timeline.

    `key` names it for ever (what makes it once); `kind` is message, order, alert, conversation …;
    `direction` in, out or none; `details` whatever else its kind has to say. Of a sent message,
    `status` is what counts now, `statuses` when each was told, `error` why it failed, `recipients`
    the status of each person in a group, `links` what was followed of its links.
    """

    key: str
    at: datetime
    kind: str
    direction: str = "none"
    customer_id: str | None = None
    conversation_id: str | None = None
    channel: str | None = None
    text: str | None = None
    status: str | None = None
    delivery_id: str | None = None
    opens: bool = False
    details: dict[str, Any] = {}
    statuses: dict[str, datetime] = {}
    error: dict[str, str] = {}
    recipients: dict[str, str] = {}
    links: tuple[str, ...] = ()


class Counted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an order adds to its customer: one order or none, what was spent on it (hundredths of
    the brand's currency), and when it was placed, if somebody really placed it."""

    orders: int = 0
    spent: int = 0
    at: datetime | None = None


class OrderRecord(Record, frozen=True, kw_only=True):
    """An order as the store keeps it: `document` is commerce's own form of it, `counted` what it
    has added to its customer."""

    key: str
    document: dict[str, Any]
    customer_id: str | None = None
    placed_at: datetime | None = None
    announced: tuple[str, ...] = ()
    """What has followed from it for certain: milestones whose events are on the bus, and names of
    what else it changed once."""
    counted: Counted | None = None
    version: int | None = None


class ApiKey(Record, frozen=True, kw_only=True):
    """A staff API key's hash, name and scopes; the key itself is never stored."""

    digest: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
