"""Matters of orders: reminders to review one. Pure."""

from datetime import datetime
from typing import Any

from chalicelib.commerce import records as order_records
from chalicelib.commerce.orders import Order
from chalicelib.commerce.reviewing import reviewable
from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.playbook_sections import Review
from chalicelib.store.briefing import Briefing

MAX_ITEMS = 5


def review_reminder(brief: Briefing, playbook: Playbook, _now: datetime) -> Matter:
    """A reminder about an order, which must still be one to review."""
    if brief.order is None:
        return Matter(over="order_gone")
    order = order_records.from_record(brief.order.document)
    reasons = (
        ("refunded", order.refunded),
        ("returned", order.returned_at is not None),
        ("cancelled", order.cancelled_at is not None),
        ("reviewed", order.reviewed_at is not None),
        ("not_delivered", order.delivered_at is None),
    )
    return Matter(
        over=next((reason for reason, holds in reasons if holds), None),
        subject=Subject(
            name=first_name(brief.customer),
            order_name=order.name or order.order_id,
            items=tuple(item.title for item in order.items[:MAX_ITEMS]),
            more=_asking(brief, order, playbook.review),
        ),
    )


def _asking(brief: Briefing, order: Order, review: Review) -> dict[str, Any]:
    """How the reminder asks: which one it is (its key ends in the number) and whether it is the
    last of several; which products are still to be reviewed, by their numbers on our page; whether
    the brand has a page of its own."""
    number = brief.notification.key.rpartition(":")[2] if brief.notification else ""
    turn = int(number) if number.isdecimal() else 1
    products = [
        (place, item.title)
        for place, item in enumerate(reviewable(order), 1)
        if review.per == "item" and item.product_id not in order.reviewed_products
    ]
    return {
        "turn": turn,
        "last": turn > 1 and turn > len(review.gaps),
        "products": products[:MAX_ITEMS],
        "own_page": review.url is not None,
    }
