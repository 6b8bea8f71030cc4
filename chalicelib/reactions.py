"""React: one table, event → what follows. Reading it explains the product.

Every reaction may run twice, late or in the wrong order: what it plans has a key, what it opens
has a name, and what it sends is decided once more just before it goes out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import ParseError
from chalicelib.files import Files
from chalicelib.inbox.arrivals import Arrival
from chalicelib.inbox.keep import Inbox
from chalicelib.outreach.plan import Plan, Planner
from chalicelib.playbook import Playbook
from chalicelib.store.records import Entry


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What reactions work with."""

    planner: Planner
    inbox: Inbox
    files: Callable[[], Files]
    bus: Callable[[], Bus]
    playbook: Playbook
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Happened:
    """An event as a reaction gets it: its id, its time, its data."""

    id: str
    at: datetime
    data: Any


def greet(event: Happened, hands: Hands) -> None:
    """The first word, on the channel the customer chose, if the brand greets there. Cases opened by
    alerts have their own; a group is left in peace, and so is what another app leads."""
    opened: events.ConversationOpened = event.data
    greets = opened.channel in hands.playbook.greeting.channels and not opened.reserved
    if opened.opened_by != "customer" or not greets:
        return
    hands.planner.plan(
        Plan(
            key=f"greeting:{opened.conversation_id}",
            purpose="reply",
            kind="greeting",
            customer_id=opened.customer_id,
            # A platform's clock may run ahead of ours: that is no reason to wait.
            due_at=min(event.at, hands.clock()),
            channel=opened.channel,
            conversation_id=opened.conversation_id,
        )
    )


def fetch_files(event: Happened, hands: Hands) -> None:
    """The files of a message into our own bucket, before the platform's links to them end."""
    received: events.MessageReceived = event.data
    if received.media:
        hands.files().keep_all(received.message_key)


def ask_satisfaction(event: Happened, hands: Hands) -> None:
    """One question, a while after the case was solved; never a second one about the same case."""
    resolved: events.ConversationResolved = event.data
    asked = [_satisfaction(resolved.conversation_id, n) for n in range(1, resolved.resolution)]
    if any(hands.planner.went_out(key) for key in asked):
        return
    hands.planner.plan(
        Plan(
            key=_satisfaction(resolved.conversation_id, resolved.resolution),
            purpose="survey",
            kind="satisfaction",
            customer_id=resolved.customer_id,
            due_at=event.at + hands.playbook.satisfaction.delay,
            conversation_id=resolved.conversation_id,
        )
    )


def withdraw_satisfaction(event: Happened, hands: Hands) -> None:
    """An open case is not one to ask about."""
    reopened: events.ConversationReopened = event.data
    key = _satisfaction(reopened.conversation_id, reopened.resolution)
    hands.planner.cancel(key, "reopened")


def remind_of_review(event: Happened, hands: Hands) -> None:
    """A reminder to review, some days after the delivery itself."""
    delivered: events.OrderDelivered = event.data
    hands.planner.plan(
        Plan(
            key=_review(delivered.order_key),
            purpose="review",
            kind="review_reminder",
            customer_id=delivered.customer_id,
            due_at=delivered.at + hands.playbook.review.delay,
            channel="email",
            order_key=delivered.order_key,
        )
    )


def withdraw_reminder(reason: str) -> "Reaction":
    """No reminder for an order that is cancelled, refunded or reviewed."""

    def withdraw(event: Happened, hands: Hands) -> None:
        hands.planner.cancel(_review(event.data.order_key), reason)

    return withdraw


def open_case_and_tell_owner(event: Happened, hands: Hands) -> None:
    """A device needs attention: a case for support, a notice for its owner.

    A device without an owner has nobody's timeline to open a case on; its alert is in the list.
    """
    raised: events.AlertRaised = event.data
    if raised.owner_id is None:
        return
    conversation_id = _open_case(event, raised, raised.owner_id, hands)
    hands.planner.plan(
        Plan(
            key=_alert(raised.alert_id),
            purpose="safety" if raised.severity == "critical" else "service",
            kind="alert",
            customer_id=raised.owner_id,
            due_at=hands.clock(),
            conversation_id=conversation_id,
            device_id=raised.device_id,
            alert_id=raised.alert_id,
        )
    )


def _open_case(
    event: Happened, raised: events.AlertRaised, owner_id: str, hands: Hands
) -> str | None:
    key = _alert(raised.alert_id)
    line = Entry(
        key=key,
        at=raised.raised_at,
        kind="alert",
        delivery_id=event.id,
        details={
            "alert_id": raised.alert_id,
            "device_id": raised.device_id,
            "rule": raised.rule,
            "severity": raised.severity,
        },
    )
    subject = f"{raised.device_id}: {raised.rule}"
    arrival = Arrival(entry=line, opened_by="alert", customer_id=owner_id, subject=subject)
    kept = hands.inbox.keep([arrival])
    if key in kept.failures:
        raise kept.failures[key]
    hands.bus().publish(kept.events)
    return kept.placed.get(key)


def withdraw_notice(event: Happened, hands: Hands) -> None:
    """What is over needs no warning."""
    hands.planner.cancel(_alert(event.data.alert_id), "alert_cleared")


Reaction = Callable[[Happened, Hands], None]

REACTIONS: Mapping[type[events.Data], Reaction] = {
    events.ConversationOpened: greet,
    events.MessageReceived: fetch_files,
    events.ConversationResolved: ask_satisfaction,
    events.ConversationReopened: withdraw_satisfaction,
    events.OrderDelivered: remind_of_review,
    events.OrderCancelled: withdraw_reminder("cancelled"),
    events.OrderRefunded: withdraw_reminder("refunded"),
    events.ReviewSubmitted: withdraw_reminder("reviewed"),
    events.AlertRaised: open_case_and_tell_owner,
    events.AlertCleared: withdraw_notice,
}


class _Metadata(msgspec.Struct, frozen=True):
    id: str
    occurred_at: datetime


class _Detail(msgspec.Struct, frozen=True):
    metadata: _Metadata
    data: msgspec.Raw


class _Envelope(msgspec.Struct, frozen=True, rename={"type": "detail-type"}):
    type: str
    detail: _Detail


def react(body: str, hands: Hands) -> str:
    """Do what follows from one event as EventBridge put it on the queue; returns its type.

    An event that nothing follows from is fine: subscriptions may be wider than the table. Raises
    ParseError for what isn't one of our events.
    """
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
        kind = events.EVENTS.get(envelope.type)
        reaction = REACTIONS.get(kind) if kind else None
        if kind is None or reaction is None:
            return envelope.type
        data = msgspec.json.decode(envelope.detail.data, type=kind)
    except msgspec.DecodeError as error:
        raise ParseError(f"not an event of Temas: {error}") from error
    metadata = envelope.detail.metadata
    reaction(Happened(id=metadata.id, at=metadata.occurred_at, data=data), hands)
    return envelope.type


def _satisfaction(conversation_id: str, resolution: int) -> str:
    return f"satisfaction:{conversation_id}:{resolution}"


def _review(order_key: str) -> str:
    return f"review:{order_key}:1"


def _alert(alert_id: str) -> str:
    return f"alert:{alert_id}"
