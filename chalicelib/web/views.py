"""The staff API's answers: what staff see of the things that are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from chalicelib.commerce.orders import Order
from chalicelib.store.device_records import Alert
from chalicelib.store.notification_records import Decision, Notification
from chalicelib.store.outreach_records import Survey
from chalicelib.store.records import Consent, Contact, Conversation, Customer, Entry


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer's shape."""


class CustomerView(View, frozen=True, kw_only=True):
    """A customer. `orders` counts those not cancelled, `spent` is what they came to in the brand's
    currency; `quiet_hours` are the customer's own, instead of the brand's."""

    id: str
    created_at: datetime
    name: str | None = None
    locale: str | None = None
    country: str | None = None
    time_zone: str | None = None
    preferred_channel: str | None = None
    quiet_hours: tuple[str, str] | None = None
    tags: tuple[str, ...] = ()
    orders: int = 0
    spent: str = "0.00"
    last_order_at: datetime | None = None
    contacts: tuple[Contact, ...] = ()
    consents: dict[str, Consent] = {}
    open_conversation_id: str | None = None
    members: tuple[str, ...] = ()
    """Customers who were merged into this one."""
    identities: list[str] = []

    @classmethod
    def of(
        cls, customer: Customer, identities: list[str], members: Sequence[Customer] = ()
    ) -> "CustomerView":
        family = (customer, *members)
        ordered = [one.last_order_at for one in family if one.last_order_at]
        return cls(
            id=customer.id,
            created_at=customer.created_at,
            name=customer.name,
            locale=customer.locale,
            country=customer.country,
            time_zone=customer.time_zone,
            preferred_channel=customer.preferred_channel,
            quiet_hours=customer.quiet_hours,
            tags=customer.tags,
            orders=sum(one.orders for one in family),
            spent=str(Decimal(sum(one.spent for one in family)).scaleb(-2)),
            last_order_at=max(ordered, default=None),
            contacts=customer.contacts,
            consents=customer.consents,
            open_conversation_id=customer.open_conversation_id,
            members=customer.members,
            identities=identities,
        )


class EntryView(View, frozen=True, kw_only=True):
    """A line of a timeline. Of a sent message: `status` as it counts, `statuses` when each was
    told, `error` with the platform's code and an explanation, `recipients` in a group. `details`
    hold what edits, deletions and reactions made of it: edited_at, deleted, reactions."""

    key: str
    at: datetime
    kind: str
    direction: str = "none"
    conversation_id: str | None = None
    channel: str | None = None
    text: str | None = None
    status: str | None = None
    statuses: dict[str, datetime] = {}
    error: dict[str, str] = {}
    recipients: dict[str, str] = {}
    details: dict[str, Any] = {}

    @classmethod
    def of(cls, entry: Entry) -> "EntryView":
        return cls(
            key=entry.key,
            at=entry.at,
            kind=entry.kind,
            direction=entry.direction,
            conversation_id=entry.conversation_id,
            channel=entry.channel,
            text=entry.text,
            status=entry.status,
            statuses=entry.statuses,
            error=entry.error,
            recipients=entry.recipients,
            details=entry.details,
        )


class TimelinePage(View, frozen=True, kw_only=True):
    entries: list[EntryView]
    next_cursor: str | None = None


class ConversationView(View, frozen=True, kw_only=True):
    """A conversation. `window_ends_at` is until when free text may answer on its channel, where the
    platform sets such a limit; after it a template may, or another channel.

    `due_at` says by when its targets (first_response, next_response, resolution) must be met, of
    those that are due now. `paused_since`: since when the time for its solution has stood still,
    `paused_because` it is the customer's turn (customer), or it was put off (snoozed)."""

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
    last_outbound_at: datetime | None = None
    inbound_count: int = 0
    outbound_count: int = 0
    subject: str | None = None
    group: bool = False
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolved_reason: str | None = None
    resolutions: int = 0
    language: str | None = None
    category: str | None = None
    category_by: str | None = None
    severity: str | None = None
    sentiment: str | None = None
    labels: list[str] = []
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
    due_at: dict[str, datetime] = {}
    paused_since: datetime | None = None
    paused_because: list[str] = []
    window_ends_at: datetime | None = None

    @classmethod
    def of(cls, case: Conversation, window: timedelta | None, **more: Any) -> "ConversationView":
        """`more` is what the conversation itself doesn't know: how it stands with its promises."""
        kept = case.__struct_fields__
        values = {name: getattr(case, name) for name in cls.__struct_fields__ if name in kept}
        ends = case.last_inbound_at + window if window and case.last_inbound_at else None
        return cls(**{**values, "labels": list(case.labels)}, **more, window_ends_at=ends)


class ConversationPage(View, frozen=True, kw_only=True):
    conversations: list[ConversationView]
    next_cursor: str | None = None


class MessageList(View, frozen=True, kw_only=True):
    messages: list[EntryView]


class DeliveryView(View, frozen=True, kw_only=True):
    """What became of a message after it was sent, as its platform tells: `status` as it counts,
    `statuses` when each was told (clicked and complained among them), `error` with the platform's
    code if it failed after all, `links` which of its links were followed."""

    status: str | None = None
    statuses: dict[str, datetime] = {}
    error: dict[str, str] = {}
    links: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Entry) -> "DeliveryView":
        return cls(
            status=entry.status, statuses=entry.statuses, error=entry.error, links=entry.links
        )


class NotificationView(View, frozen=True, kw_only=True):
    """`status` planned, claimed or postponed is still to come; any other is the outcome. `delivery`
    is what its platform has told since."""

    id: str
    key: str
    purpose: str
    kind: str
    customer_id: str
    status: str
    reason: str
    planned_at: datetime
    planned_for: datetime
    due_at: datetime
    planned_by: str
    outcome: str | None = None
    channel: str | None = None
    conversation_id: str | None = None
    order_key: str | None = None
    device_id: str | None = None
    alert_id: str | None = None
    checkout_key: str | None = None
    campaign_id: str | None = None
    review_id: str | None = None
    store_id: str | None = None
    attempt: int = 0
    sent_at: datetime | None = None
    message_id: str | None = None
    error_code: str | None = None
    error: str | None = None
    decisions: tuple[Decision, ...] = ()
    delivery: DeliveryView | None = None

    @classmethod
    def of(cls, note: Notification, said: Entry | None = None) -> "NotificationView":
        """`said` is the line of the timeline with what was sent."""
        shared = [name for name in cls.__struct_fields__ if name not in ("outcome", "delivery")]
        outcome = None if note.status in ("planned", "claimed") else note.status
        delivery = DeliveryView.of(said) if said else None
        values = {name: getattr(note, name) for name in shared}
        return cls(outcome=outcome, delivery=delivery, **values)


class NotificationPage(View, frozen=True, kw_only=True):
    notifications: list[NotificationView]
    next_cursor: str | None = None


class AlertPage(View, frozen=True, kw_only=True):
    alerts: list[Alert]
    next_cursor: str | None = None


class OrderView(View, frozen=True, kw_only=True):
    key: str
    name: str
    customer_id: str | None = None
    placed_at: datetime | None = None
    currency: str = ""
    total: str = "0"
    items: list[dict[str, Any]] = []
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    refunded_at: datetime | None = None
    reviewed_at: datetime | None = None

    @classmethod
    def of(cls, order: Order, customer_id: str | None) -> "OrderView":
        return cls(
            key=order.key,
            name=order.name,
            customer_id=customer_id,
            placed_at=order.placed_at,
            currency=order.currency,
            total=str(order.total),
            items=[
                {"product_id": i.product_id, "title": i.title, "quantity": i.quantity}
                for i in order.items
            ],
            delivered_at=order.delivered_at,
            cancelled_at=order.cancelled_at,
            refunded_at=order.refunded_at,
            reviewed_at=order.reviewed_at,
        )


class OrderList(View, frozen=True, kw_only=True):
    orders: list[OrderView]


class ConsentLine(View, frozen=True, kw_only=True):
    """What was said once about a purpose, on one channel or (none given) on all."""

    purpose: str
    granted: bool
    at: datetime
    source: str
    wording: str = ""
    channel: str | None = None

    @classmethod
    def of(cls, about: str, said: Consent) -> "ConsentLine":
        purpose, _, channel = about.partition("/")
        return cls(
            purpose=purpose,
            channel=channel or None,
            granted=said.granted,
            at=said.at,
            source=said.source,
            wording=said.wording,
        )


class ConsentHistory(View, frozen=True, kw_only=True):
    """`consents` is what counts now, by purpose ("survey") or purpose and channel
    ("survey/whatsapp"); of the two, what was said later."""

    consents: dict[str, Consent]
    history: list[ConsentLine]

    @classmethod
    def of(cls, customer: Customer, lines: list[tuple[str, Consent]]) -> "ConsentHistory":
        return cls(
            consents=customer.consents,
            history=[ConsentLine.of(about, said) for about, said in lines],
        )


class SurveyView(View, frozen=True, kw_only=True):
    """A question that was asked and its answer: `kind` satisfaction (scores 1 to 5) or nps (0 to
    10), `until` how long a bare number in a chat counts as one, `channel` where it was answered."""

    id: str
    kind: str
    customer_id: str
    asked_at: datetime
    until: datetime
    channel: str = ""
    conversation_id: str | None = None
    score: int | None = None
    comment: str | None = None
    answered_at: datetime | None = None

    @classmethod
    def of(cls, survey: Survey) -> "SurveyView":
        return cls(**{name: getattr(survey, name) for name in cls.__struct_fields__})


class SurveyPage(View, frozen=True, kw_only=True):
    surveys: list[SurveyView]
    next_cursor: str | None = None


class Planned(View, frozen=True, kw_only=True):
    """What was accepted for sending, and where to see what becomes of it."""

    notification_id: str
    status: str
