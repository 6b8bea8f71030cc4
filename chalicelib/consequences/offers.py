"""Selling again: a word about a basket that was left, or a long silence, and the codes in them."""

from datetime import datetime

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.errors import NotFound
from chalicelib.outreach.plan import Plan
from chalicelib.playbook_sections import Offer
from chalicelib.store import checkouts, customers, notifications

WITH_CODE = frozenset({"coupon", "cart", "win_back", "nearby"})
"""Kinds of notifications that may bring a code."""


def remind_of_cart(event: Happened, hands: Hands) -> None:
    """A word about a checkout that is left, some time after its last change."""
    started: events.CheckoutStarted = event.data
    cart = hands.playbook.cart
    if cart is None:
        return
    key, due_at = cart_key(started.checkout_key), started.at + cart.delay
    hands.planner.plan(
        Plan(
            key=key,
            purpose="marketing",
            kind="cart",
            customer_id=started.customer_id,
            due_at=due_at,
            channel="email",
            checkout_key=started.checkout_key,
            coupon=code_for(hands, key, "cart", started.customer_id, cart.coupon, due_at),
        )
    )


def withdraw_carts(event: Happened, hands: Hands) -> None:
    """Who has ordered needs no word about what they left before."""
    placed: events.OrderPlaced = event.data
    try:
        family = customers.get(placed.customer_id).family
    except NotFound:
        return
    for checkout in checkouts.of_customer(family):
        if checkout.updated_at is not None and checkout.updated_at <= placed.at:
            hands.planner.cancel(cart_key(checkout.key), "ordered")


def win_back(event: Happened, hands: Hands) -> None:
    """A word to who has neither ordered nor written for long after this order."""
    placed: events.OrderPlaced = event.data
    section = hands.playbook.win_back
    if section is None or placed.at + section.after + section.max_lateness < hands.clock():
        return
    key, due_at = f"winback:{placed.customer_id}:{placed.order_key}", placed.at + section.after
    hands.planner.plan(
        Plan(
            key=key,
            purpose="marketing",
            kind="win_back",
            customer_id=placed.customer_id,
            due_at=due_at,
            channel="email",
            order_key=placed.order_key,
            coupon=code_for(hands, key, "win_back", placed.customer_id, section.coupon, due_at),
        )
    )


def hand_over_code(event: Happened, hands: Hands) -> None:
    """The code that went out becomes known to the shops. Not before: most are never sent, because
    the customer orders by themselves."""
    sent: events.NotificationSent = event.data
    if sent.kind not in WITH_CODE:
        return
    note = notifications.find(sent.notification_id)
    if note and note.coupon:
        hands.coupons().hand_over(note.coupon)


def code_for(
    hands: Hands, key: str, reason: str, customer_id: str, offer: Offer | None, due_at: datetime
) -> str | None:
    """The code that this step issues, if it brings one."""
    if offer is None:
        return None
    coupon = hands.coupons().issue(
        key=key,
        customer_id=customer_id,
        reason=reason,
        percent=offer.percent,
        valid_from=due_at,
        valid=offer.valid,
    )
    return coupon.code


def cart_key(checkout_key: str) -> str:
    """Under which the word about a checkout is planned."""
    return f"cart:{checkout_key}"
