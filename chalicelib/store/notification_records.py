"""What is to go out, or went out, with every decision about it; and where nothing may."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.store.records import Record


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was decided about a notification at one moment, why, and on which facts."""

    at: datetime
    decision: str
    reason: str
    facts: dict[str, Any] = {}


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that goes out with a message: `kind` image, audio, video or document; `url` where the
    platform fetches it."""

    kind: str
    url: str
    name: str | None = None
    mime: str | None = None


class TemplateChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An approved template of the platform's: its name, its language there, what fills it."""

    name: str
    language: str
    variables: tuple[str, ...] = ()


OURSELVES = "team"
"""In place of a customer: the brand's own people, of what is about no customer."""


class Notification(Record, frozen=True, kw_only=True):
    """Anything Temas sends, from plan to outcome.

    `status` is planned, claimed, postponed, or one of the final outcomes: sent, skipped,
    cancelled, failed, uncertain. `key` is what it is about: one key, one notification, for ever.
    `planned_for` is the moment it was meant for, `due_at` the next one to decide at (later after a
    postponement). `claim` names the worker's attempt that may be sending right now. `customer_id`
    is OURSELVES for what goes to the brand's own people about no customer.
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
    checkout_key: str | None = None
    campaign_id: str | None = None
    review_id: str | None = None
    store_id: str | None = None
    coupon: str | None = None
    text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    template: TemplateChoice | None = None
    choices: tuple[str, ...] = ()
    """The labels of what it can be answered with by a press, or by their numbers from 1."""
    reply_to: str | None = None
    planned_by: str = "temas"
    attempt: int = 0
    claim: str | None = None
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: str | None = None
    error_code: str | None = None
    error: str | None = None
    decisions: tuple[Decision, ...] = ()


class Suppression(Record, frozen=True, kw_only=True):
    """An address nothing but answers may go to: why, and since when. A `lifted` one stays on record
    so that late news of what was before changes nothing."""

    channel: str
    address: str
    reason: str
    at: datetime
    lifted: bool = False
