"""Matters of selling again: a thank-you, a basket that was left, a long silence. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.commerce import checkouts
from chalicelib.commerce import records as order_records
from chalicelib.commerce.checkouts import Basket, safe_url
from chalicelib.commerce.coupons import state
from chalicelib.commerce.facts import Item
from chalicelib.outreach import date_words
from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.decide import zone_of
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.store.briefing import Briefing

MAX_ITEMS = 5


def coupon(brief: Briefing, playbook: Playbook, now: datetime) -> Matter:
    """Thanks with a code, which must still be worth something."""
    if brief.coupon is None:
        return Matter(over="coupon_gone")
    worth = state(brief.coupon, now)
    over = f"coupon_{worth}" if worth in ("expired", "redeemed") else None
    return Matter(over=over, subject=_subject(brief, playbook, now))


def cart(brief: Briefing, playbook: Playbook, now: datetime) -> Matter:
    """A word about a basket, in which something must still lie, untouched for a while."""
    kept, customer = brief.checkout, brief.customer
    if kept is None:
        return Matter(over="checkout_gone")
    basket = checkouts.from_record(kept.document)
    last_order = customer.last_order_at if customer else None
    ordered = bool(last_order and basket.updated_at and last_order >= basket.updated_at)
    reasons = (
        ("ordered", kept.ordered_at is not None or ordered),
        ("checkout_gone", not basket.waits),
        ("not_the_buyer", customer is not None and kept.customer_id not in customer.family),
    )
    delay = playbook.cart.delay if playbook.cart else None
    return Matter(
        over=next((reason for reason, holds in reasons if holds), None),
        wait_until=basket.updated_at + delay if basket.updated_at and delay else None,
        wait_reason="still_shopping",
        subject=_subject(brief, playbook, now, basket=basket),
    )


def win_back(brief: Briefing, playbook: Playbook, now: datetime) -> Matter:
    """A word to somebody who has neither ordered nor written for long since this order."""
    if brief.order is None:
        return Matter(over="order_gone")
    order = order_records.from_record(brief.order.document)
    customer, since = brief.customer, order.placed_at
    ordered = bool(customer and customer.last_order_at and since and customer.last_order_at > since)
    reasons = (
        ("test_order", order.test or since is None),
        ("active_again", ordered or _wrote_too_lately(brief, playbook, since)),
    )
    seen = customer.last_seen_at if customer else None
    section = playbook.win_back
    return Matter(
        over=next((reason for reason, holds in reasons if holds), None),
        wait_until=seen + section.after if section and seen else None,
        wait_reason="wrote_meanwhile",
        subject=_subject(brief, playbook, now),
    )


def _wrote_too_lately(brief: Briefing, playbook: Playbook, since: datetime | None) -> bool:
    """Whether they wrote so long after the order that the silence since can't have become long
    enough while this may still go out. (A question soon after it only makes it wait.)"""
    seen = brief.customer.last_seen_at if brief.customer else None
    section = playbook.win_back
    if section is None or seen is None or since is None:
        return False
    return seen > since + section.max_lateness


def _subject(
    brief: Briefing, playbook: Playbook, now: datetime, basket: Basket | None = None
) -> Subject:
    return Subject(
        name=first_name(brief.customer),
        items=_titles(basket.items) if basket else (),
        more={
            "url": (safe_url(basket.url) if basket else None) or "",
            **code_words(brief, playbook, now),
        },
    )


def _titles(items: Iterable[Item]) -> tuple[str, ...]:
    named = [f"{i.quantity} × {i.title}" if i.quantity > 1 else i.title for i in items if i.title]
    return tuple(named[:MAX_ITEMS])


def code_words(brief: Briefing, playbook: Playbook, now: datetime) -> dict[str, Any]:
    """The code, while it is worth something, what it takes off, and the last day on which it does,
    by the customer's calendar and in their language. An empty `code` for none."""
    found, customer = brief.coupon, brief.customer
    if found is None or customer is None or state(found, now) in ("expired", "redeemed"):
        return {"code": "", "percent": 0, "expires": ""}
    zone = zone_of(customer, playbook.brand.zone)
    locale = playbook.locale(customer.locale, customer.country)
    ends = date_words.day(found.expires_at.astimezone(zone), locale)
    return {"code": found.code, "percent": found.percent, "expires": ends}
