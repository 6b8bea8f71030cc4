"""Past-tense events: what Temas tells the world on its bus (contract C6).

Every event's id is derived from what happened, so that a repeat, after a crash or a redelivery,
carries the same id: subscribers that remember ids see each event once. Texts and addresses stay
in the table; events carry references.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from chalicelib.clock import iso
from chalicelib.ids import stable_id

SOURCE = "temas"


Severity = Literal["info", "warning", "critical"]
"""From the mildest to the gravest."""


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of an event."""


class ConversationOpened(Data, frozen=True, kw_only=True):
    """A conversation began; `opened_by` says with what."""

    conversation_id: str
    customer_id: str
    opened_by: Literal["customer", "alert"]
    channel: str | None = None
    reserved: bool = False
    """Whether nothing should be said there by itself: several people read along, or another app
    of the brand's leads the conversation."""


class MessageReceived(Data, frozen=True, kw_only=True):
    """A customer's message was kept."""

    message_key: str
    customer_id: str
    conversation_id: str
    channel: str
    at: datetime
    media: int = 0
    """How many files came along."""


class TimelineExtended(Data, frozen=True, kw_only=True):
    """Something that is no turn of a conversation was kept: `kind` is reaction, edit, deletion,
    consent, identity, note (of staff, for staff), or message (what the brand wrote elsewhere, or a
    machine mailed)."""

    entry_key: str
    kind: str
    customer_id: str
    at: datetime
    channel: str | None = None
    conversation_id: str | None = None


ResolvedReason = Literal["solved", "spam", "auto_closed", "duplicate"]
"""Why a case was ended; `auto_closed` because the customer answered no more."""


class ConversationResolved(Data, frozen=True, kw_only=True):
    """A case was ended; `resolution` counts how often it has been, `reason` says why. `paused` are
    the times (from, to) that don't count as taken for it, by the playbook's `[sla] pause_while`;
    they may overlap."""

    conversation_id: str
    customer_id: str
    resolution: int
    resolved_by: str
    reason: ResolvedReason = "solved"
    paused: list[tuple[datetime, datetime]] = []


class ConversationReopened(Data, frozen=True, kw_only=True):
    """A solved case is open again."""

    conversation_id: str
    customer_id: str
    resolution: int
    reopened_by: str


class MessageTriaged(Data, frozen=True, kw_only=True):
    """What was understood of a customer's message: every label with its reasons (`why`)."""

    message_key: str
    conversation_id: str
    customer_id: str
    at: datetime
    channel: str
    language: str
    sentiment: Literal["negative", "neutral", "positive"]
    severity: Severity
    urgent: bool = False
    category: str | None = None
    confidence: float = 0.0
    """Of the category, 0 to 1."""
    wants_human: bool = False
    why: list[str] = []


class ConversationLabelled(Data, frozen=True, kw_only=True):
    """Staff said what a conversation is about: `was` is what it was taken for before."""

    conversation_id: str
    customer_id: str
    at: datetime
    by: str
    category: str | None = None
    was: str | None = None
    labels: list[str] = []


class ConversationSnoozed(Data, frozen=True, kw_only=True):
    """Staff put a conversation off until then, or (no `until`) look at it again. That it ends by
    itself, at that moment or when the customer writes, is not told."""

    conversation_id: str
    customer_id: str
    at: datetime
    until: datetime | None = None


class AgentMentioned(Data, frozen=True, kw_only=True):
    """A note for staff names an agent; `note_key` is its entry in the thread, `by` who wrote it."""

    agent_id: str
    conversation_id: str
    customer_id: str
    note_key: str
    by: str
    at: datetime


class ArticleOffered(Data, frozen=True, kw_only=True):
    """Self-service answered with an article (`confident`), or offered some to choose from."""

    conversation_id: str
    customer_id: str
    message_key: str
    at: datetime
    articles: list[str]
    confident: bool


class ArticleChosen(Data, frozen=True, kw_only=True):
    """A customer chose among the articles they were offered; `article_id` None: none of them."""

    conversation_id: str
    customer_id: str
    at: datetime
    message_key: str
    article_id: str | None = None


class ArticleRated(Data, frozen=True, kw_only=True):
    """A customer said whether an article helped."""

    article_id: str
    customer_id: str
    at: datetime
    helped: bool
    conversation_id: str | None = None


class HandedOff(Data, frozen=True, kw_only=True):
    """A person has to answer: `reason` is unsure, asked, angry, urgent, repeat, not_helped,
    off (no self-service) or alert."""

    conversation_id: str
    customer_id: str
    at: datetime
    reason: str


class ConversationRouted(Data, frozen=True, kw_only=True):
    """A conversation is this team's, and this person's if anybody's; `reason` says why."""

    conversation_id: str
    customer_id: str
    at: datetime
    reason: str
    team: str | None = None
    assignee: str | None = None


class AgentChanged(Data, frozen=True, kw_only=True):
    """Somebody who answers came or went, or other things are known of them now."""

    agent_id: str
    presence: Literal["online", "away", "offline"]
    at: datetime


class ConversationAnswered(Data, frozen=True, kw_only=True):
    """An answer to a customer went out, by a person or (`bot`) by itself. `first` of its kind in
    this conversation; `waited_since` is the customer's first message that had no answer yet."""

    conversation_id: str
    customer_id: str
    at: datetime
    channel: str
    bot: bool = False
    first: bool = False
    by: str | None = None
    waited_since: datetime | None = None


class SlaAtRisk(Data, frozen=True, kw_only=True):
    """A target will be missed at `due_at` unless somebody acts."""

    conversation_id: str
    target: Literal["first_response", "next_response", "resolution"]
    due_at: datetime
    team: str | None = None
    assignee: str | None = None


class SlaMissed(Data, frozen=True, kw_only=True):
    """A target was missed."""

    conversation_id: str
    target: Literal["first_response", "next_response", "resolution"]
    due_at: datetime
    team: str | None = None
    assignee: str | None = None


class OrderPlaced(Data, frozen=True, kw_only=True):
    """An order of a known customer is kept."""

    order_key: str
    customer_id: str
    at: datetime


class OrderDelivered(Data, frozen=True, kw_only=True):
    """The first parcel of an order arrived; `country` is the buyer's (ISO 3166 alpha-2)."""

    order_key: str
    customer_id: str
    at: datetime
    country: str | None = None


class OrderReturned(Data, frozen=True, kw_only=True):
    """The buyer sent back all of an order, whether or not money went back as well."""

    order_key: str
    customer_id: str
    at: datetime


class OrderCancelled(Data, frozen=True, kw_only=True):
    """An order was cancelled."""

    order_key: str
    customer_id: str
    at: datetime


class OrderRefunded(Data, frozen=True, kw_only=True):
    """An order was refunded in full."""

    order_key: str
    customer_id: str
    at: datetime


class CheckoutStarted(Data, frozen=True, kw_only=True):
    """A known customer with a mail address has begun a checkout, which last changed at `at`. Told
    once: it may change again, or become an order."""

    checkout_key: str
    customer_id: str
    at: datetime


class ReviewSubmitted(Data, frozen=True, kw_only=True):
    """A customer reviewed an order, or a product of it; stars from 1 to 5. `complete` says that
    nothing of the order is left to review."""

    order_key: str
    customer_id: str
    stars: int
    review_id: str | None = None
    product: str | None = None
    complete: bool = True


class SurveyAnswered(Data, frozen=True, kw_only=True):
    """A customer answered a question of ours: `kind` is satisfaction (1 to 5) or nps (0 to 10)."""

    survey_id: str
    kind: Literal["satisfaction", "nps"]
    customer_id: str
    score: int
    at: datetime
    channel: str
    conversation_id: str | None = None
    resolution: int = 0


class CouponIssued(Data, frozen=True, kw_only=True):
    """A code has gone out to a customer, to be honoured once until `expires_at`."""

    code: str
    customer_id: str
    percent: int
    expires_at: datetime
    reason: str


class CampaignStarted(Data, frozen=True, kw_only=True):
    """A run of a campaign began."""

    campaign_id: str
    run: int


class CampaignFinished(Data, frozen=True, kw_only=True):
    """A run of a campaign has planned its last recipient."""

    campaign_id: str
    run: int
    planned: int


class AlertRaised(Data, frozen=True, kw_only=True):
    """A device needs attention. `evidence` are the values that opened the alert, `recent` the
    latest values of what its rule looks at, oldest first."""

    alert_id: str
    device_id: str
    rule: str
    severity: Severity
    raised_at: datetime
    owner_id: str | None = None
    model: str | None = None
    evidence: dict[str, float] = {}
    recent: dict[str, list[float]] = {}


class AlertEscalated(Data, frozen=True, kw_only=True):
    """What a device needs has become more urgent: `severity` now, `was` before."""

    alert_id: str
    device_id: str
    rule: str
    severity: Severity
    was: Severity
    at: datetime
    owner_id: str | None = None
    model: str | None = None


class AlertDeescalated(Data, frozen=True, kw_only=True):
    """What a device needs has become less urgent: `severity` now, `was` before."""

    alert_id: str
    device_id: str
    rule: str
    severity: Severity
    was: Severity
    at: datetime
    owner_id: str | None = None
    model: str | None = None


class AlertCleared(Data, frozen=True, kw_only=True):
    """What a device needed is over: by itself, or (`cleared_by`) because staff closed the alert."""

    alert_id: str
    device_id: str
    rule: str
    cleared_at: datetime
    owner_id: str | None = None
    model: str | None = None
    cleared_by: str | None = None


class AlertAcknowledged(Data, frozen=True, kw_only=True):
    """Somebody of the staff has seen an alert."""

    alert_id: str
    device_id: str
    at: datetime
    by: str


class AlertAssigned(Data, frozen=True, kw_only=True):
    """An alert is this person's or team's now; `assignee` None: nobody's."""

    alert_id: str
    device_id: str
    at: datetime
    by: str
    assignee: str | None = None


class AlertSnoozed(Data, frozen=True, kw_only=True):
    """The owner hears nothing of an alert `until` then; None: again from now on."""

    alert_id: str
    device_id: str
    at: datetime
    by: str
    until: datetime | None = None


class AlertCommented(Data, frozen=True, kw_only=True):
    """Staff wrote a comment on an alert; its text is in the alert."""

    alert_id: str
    device_id: str
    at: datetime
    by: str
    comment_id: str


class IncidentOpened(Data, frozen=True, kw_only=True):
    """Many devices of one model have the same alert: one incident, instead of a case for each.
    `opening` is 2 and more where it goes on after its end."""

    incident_id: str
    model: str
    rule: str
    severity: Severity
    opened_at: datetime
    devices: int
    opening: int = 1


class IncidentGrew(Data, frozen=True, kw_only=True):
    """An incident has so many alerts, or more, by now: 10, 100, 1,000 and so on, each told once."""

    incident_id: str
    model: str
    rule: str
    severity: Severity
    at: datetime
    alerts: int


class IncidentClosed(Data, frozen=True, kw_only=True):
    """An incident is over: every alert of it is cleared, or (`closed_by`) staff closed it."""

    incident_id: str
    model: str
    rule: str
    closed_at: datetime
    devices: int
    closed_by: str | None = None
    opening: int = 1


class MaintenanceExpected(Data, frozen=True, kw_only=True):
    """A device will soon be due for maintenance: `expected_at`, in four of five cases between
    `earliest` and `latest` (None: perhaps later than anyone can say). `cycle` names what it counts
    from: one cycle is told once."""

    device_id: str
    plan: str
    cycle: str
    expected_at: datetime
    earliest: datetime
    latest: datetime | None = None
    owner_id: str | None = None


class MaintenanceDone(Data, frozen=True, kw_only=True):
    """A device was maintained; `plans` it was done for, none meaning all."""

    device_id: str
    at: datetime
    plans: list[str] = []
    owner_id: str | None = None


class DeviceTransferred(Data, frozen=True, kw_only=True):
    """A device has another owner; what it reported before stays the former owner's history."""

    device_id: str
    at: datetime
    from_id: str | None = None
    to_id: str | None = None


class StoreEntered(Data, frozen=True, kw_only=True):
    """A customer who agreed to the use of their location has come near a store of the playbook's.
    Where exactly they are is not told."""

    customer_id: str
    store_id: str
    at: datetime


class NotificationSent(Data, frozen=True, kw_only=True):
    """A notification left; `channel` says by which door."""

    notification_id: str
    customer_id: str
    purpose: str
    kind: str
    channel: str
    order_key: str | None = None
    campaign_id: str | None = None


class ConsentChanged(Data, frozen=True, kw_only=True):
    """A customer granted or withdrew consent for a purpose, on one channel or (None) on all."""

    customer_id: str
    purpose: str
    granted: bool
    at: datetime
    channel: str | None = None


class OptedOut(Data, frozen=True, kw_only=True):
    """A customer wrote that they want no more of what the brand sends by itself on this channel."""

    customer_id: str
    message_key: str
    channel: str
    at: datetime


class OptedIn(Data, frozen=True, kw_only=True):
    """A customer who had wanted no more on this channel wrote that they do again."""

    customer_id: str
    message_key: str
    channel: str
    at: datetime


class CustomersMerged(Data, frozen=True, kw_only=True):
    """Two customers turned out to be one: `other_id` is part of `customer_id` now."""

    customer_id: str
    other_id: str
    by: str


class CustomersParted(Data, frozen=True, kw_only=True):
    """A merge was undone: `other_id` is a customer of their own again."""

    customer_id: str
    other_id: str
    by: str


class ErasureRequested(Data, frozen=True, kw_only=True):
    """A customer is to be erased, with `other_ids`, who were merged into them: nobody finds them
    any more, and what is kept of them is being deleted."""

    customer_id: str
    other_ids: list[str]
    at: datetime


class CustomerErased(Data, frozen=True, kw_only=True):
    """Nothing is kept of a customer any more, nor of `other_ids`, who were merged into them, but
    what the record of the erasure names: erase them in your own systems, too."""

    customer_id: str
    other_ids: list[str]
    at: datetime


class EndpointDisabled(Data, frozen=True, kw_only=True):
    """A webhook endpoint gets no more events: it answered 410 (`reason` gone), or nothing has got
    through to it for five days (failing)."""

    endpoint_id: str
    reason: str
    at: datetime


EVENTS: dict[str, type[Data]] = {kind.__name__: kind for kind in Data.__subclasses__()}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, ready for the bus."""

    id: str
    type: str
    occurred_at: datetime
    data: dict[str, Any]
    trace: str | None = None

    def detail(self, stage: str) -> str:
        """The EventBridge detail: {"metadata": {id, occurred_at, stage, trace}, "data": {…}}."""
        metadata = {
            "id": self.id,
            "occurred_at": iso(self.occurred_at),
            "stage": stage,
            "trace": self.trace,
        }
        return msgspec.json.encode({"metadata": metadata, "data": self.data}).decode()


def event(data: Data, *parts: str, at: datetime, trace: str | None = None) -> Event:
    """The event that `data` happened; `parts` say which happening, so that repeats share its id."""
    kind = type(data).__name__
    return Event(
        id=stable_id("evt", kind, *parts),
        type=kind,
        occurred_at=at,
        data=msgspec.to_builtins(data),
        trace=trace,
    )


def chunks(events: Iterable[Event], size: int = 10) -> Iterable[list[Event]]:
    """Groups no larger than PutEvents takes."""
    group: list[Event] = []
    for one in events:
        group.append(one)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
