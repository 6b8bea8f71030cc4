"""What is kept, as frozen values. Every other package speaks these; none of them sees an item."""

from datetime import datetime
from typing import Any

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A kept thing. `version` counts its writes (None: never written): the optimistic lock."""


class Contact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address of a customer on a channel, where a message can be sent."""

    channel: str
    address: str
    account: str = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer said about one purpose: granted or withdrawn, when, and where it was said."""

    granted: bool
    at: datetime
    source: str
    wording: str = ""


class Customer(Record, frozen=True, kw_only=True):
    """One person, whichever channel they use.

    `contacts` are in order of arrival; `consents` by purpose; `last_channel` the channel of the
    last conversation they opened; `open_conversation_id` the one open conversation, if any.
    """

    id: str
    created_at: datetime
    name: str | None = None
    locale: str | None = None
    country: str | None = None
    time_zone: str | None = None
    preferred_channel: str | None = None
    last_channel: str | None = None
    contacts: tuple[Contact, ...] = ()
    consents: dict[str, Consent] = {}
    open_conversation_id: str | None = None
    version: int | None = None

    def contact(self, channel: str) -> Contact | None:
        return next((c for c in self.contacts if c.channel == channel), None)


class Identity(Record, frozen=True, kw_only=True):
    """A handle and whose it is; `conversation_id` is a hint that spares a read while it holds, and
    `contacts` another: those beside it so far, which the customer is known to have."""

    key: str
    customer_id: str
    linked_at: datetime
    conversation_id: str | None = None
    contacts: tuple[Contact, ...] = ()


class Conversation(Record, frozen=True, kw_only=True):
    """One case: from the first message (or alert) to its resolution.

    `channel`, `account`, `address` are where the customer last wrote, which is where answers go.
    `opened_at` is the time of its earliest entry. Times are the platforms'.
    """

    id: str
    customer_id: str
    status: str
    opened_by: str
    opened_at: datetime
    channel: str | None = None
    account: str = ""
    address: str | None = None
    last_inbound_at: datetime | None = None
    last_outbound_at: datetime | None = None
    inbound_count: int = 0
    outbound_count: int = 0
    subject: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolutions: int = 0


class Entry(Record, frozen=True, kw_only=True):
    """One line of a customer's timeline.

    `key` names it for ever (what makes it once); `kind` is message, order, alert, conversation …;
    `direction` in, out or none; `details` whatever else its kind has to say.
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


class OrderRecord(Record, frozen=True, kw_only=True):
    """An order as the store keeps it: `document` is commerce's own form of it."""

    key: str
    document: dict[str, Any]
    customer_id: str | None = None
    placed_at: datetime | None = None
    announced: tuple[str, ...] = ()
    """Milestones whose events are on the bus for certain."""
    version: int | None = None


class DeviceRecord(Record, frozen=True, kw_only=True):
    """A device: who owns it, what it is called, and fleet's own form of its state."""

    id: str
    owner_id: str | None = None
    name: str | None = None
    model: str | None = None
    registered_at: datetime | None = None
    last_at: datetime | None = None
    document: dict[str, Any] = {}
    outbox: tuple[dict[str, Any], ...] = ()
    """Events of the last change that may not be on the bus yet."""
    version: int | None = None


class Alert(Record, frozen=True, kw_only=True):
    """Something a device needs; open until `cleared_at`. One open alert per device and rule."""

    id: str
    device_id: str
    rule: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None
    owner_id: str | None = None
    evidence: dict[str, Any] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was decided about a notification at one moment, why, and on which facts."""

    at: datetime
    decision: str
    reason: str
    facts: dict[str, Any] = {}


class Notification(Record, frozen=True, kw_only=True):
    """Anything Temas sends, from plan to outcome.

    `status` is planned, claimed, postponed, or one of the final outcomes: sent, skipped,
    cancelled, failed, uncertain. `key` is what it is about: one key, one notification, for ever.
    `planned_for` is the moment it was meant for, `due_at` the next one to decide at (later after a
    postponement). `claim` names the worker's attempt that may be sending right now.
    """

    id: str
    key: str
    purpose: str
    kind: str
    customer_id: str
    planned_at: datetime
    planned_for: datetime
    due_at: datetime
    status: str = "planned"
    reason: str = "planned"
    channel: str | None = None
    account: str = ""
    address: str | None = None
    conversation_id: str | None = None
    order_key: str | None = None
    device_id: str | None = None
    alert_id: str | None = None
    text: str | None = None
    planned_by: str = "temas"
    attempt: int = 0
    claim: str | None = None
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: str | None = None
    error_code: str | None = None
    error: str | None = None
    decisions: tuple[Decision, ...] = ()


class ApiKey(Record, frozen=True, kw_only=True):
    """A staff API key's hash, name and scopes; the key itself is never stored."""

    digest: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime


class Suppression(Record, frozen=True, kw_only=True):
    """An address nothing but answers may go to: why, and since when."""

    channel: str
    address: str
    reason: str
    at: datetime
