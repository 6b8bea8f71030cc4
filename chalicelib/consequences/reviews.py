"""After an order: up to three reminders to review it, and thanks for the review, whatever its
stars."""

from datetime import datetime

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened, Reaction
from chalicelib.errors import NotFound
from chalicelib.outreach.plan import Plan, notification_id
from chalicelib.store import customers, notifications

MOST = 3
"""Reminders about one order: the playbook takes no more than two gaps."""

LOOKED_THROUGH = 100
"""Of a customer's latest notifications, how many are looked at for waiting reminders."""


def remind_of_review(event: Happened, hands: Hands) -> None:
    """The first reminder to review, some days after the delivery itself, as many as the order's
    country needs."""
    delivered: events.OrderDelivered = event.data
    due_at = delivered.at + hands.playbook.review.delay_in(delivered.country)
    remind(hands, delivered.order_key, delivered.customer_id, 1, due_at)


def remind_again(event: Happened, hands: Hands) -> None:
    """After a reminder went out the next one, if the playbook has another gap."""
    sent: events.NotificationSent = event.data
    if sent.kind != "review_reminder" or sent.order_key is None:
        return
    gaps = hands.playbook.review.gaps
    for number, gap in enumerate(gaps, 1):
        if notification_id(review_key(sent.order_key, number)) == sent.notification_id:
            remind(hands, sent.order_key, sent.customer_id, number + 1, event.at + gap)


def remind(hands: Hands, order_key: str, customer_id: str, number: int, due_at: datetime) -> None:
    """Plan a reminder, the first, second or third about this order; once, whoever asks for it."""
    hands.planner.plan(
        Plan(
            key=review_key(order_key, number),
            purpose="review",
            kind="review_reminder",
            customer_id=customer_id,
            due_at=due_at,
            channel="email",
            order_key=order_key,
        )
    )


def withdraw_reminder(reason: str) -> Reaction:
    """No reminder for an order that is cancelled, sent back, refunded or reviewed."""

    def withdraw(event: Happened, hands: Hands) -> None:
        """The reminders to review it are taken back."""
        for number in range(1, MOST + 1):
            hands.planner.cancel(review_key(event.data.order_key, number), reason)

    return withdraw


def withdraw_when_reviewed(event: Happened, hands: Hands) -> None:
    """No reminder for an order of which nothing is left to review."""
    submitted: events.ReviewSubmitted = event.data
    if submitted.complete:
        withdraw_reminder("reviewed")(event, hands)


def withdraw_unwanted(event: Happened, hands: Hands) -> None:
    """No reminders to who wants none, if that is still their last word."""
    changed: events.ConsentChanged = event.data
    if changed.purpose != "review" or changed.granted or changed.channel not in (None, "email"):
        return
    try:
        customer = customers.get(changed.customer_id)
    except NotFound:  # erased, and with them all that waited
        return
    said = customer.consent("review", "email")
    if said is None or said.granted:
        return
    latest, _ = notifications.listed(customer.family, limit=LOOKED_THROUGH)
    for note in latest:
        if note.kind == "review_reminder" and note.status in notifications.WAITING:
            hands.planner.cancel(note.key, "consent_withdrawn")


def thank_for_review(event: Happened, hands: Hands) -> None:
    """A code for the first review of an order, some time later: the same whatever its stars."""
    submitted: events.ReviewSubmitted = event.data
    coupon = hands.playbook.review.coupon
    if coupon is None:
        return
    key, due_at = f"coupon:review:{submitted.order_key}", event.at + coupon.delay
    issued = hands.coupons().issue(
        key=key,
        customer_id=submitted.customer_id,
        reason="coupon",
        percent=coupon.percent,
        valid_from=due_at,
        valid=coupon.valid,
    )
    hands.planner.plan(
        Plan(
            key=key,
            purpose="review",
            kind="coupon",
            customer_id=submitted.customer_id,
            due_at=due_at,
            channel="email",
            order_key=submitted.order_key,
            review_id=submitted.review_id,
            coupon=issued.code,
        )
    )


def review_key(order_key: str, number: int = 1) -> str:
    """Under which the first, second or third reminder about an order is planned."""
    return f"review:{order_key}:{number}"
