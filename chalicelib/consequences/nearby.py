"""After a customer came near a store: an offer, if the brand makes one."""

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.offers import code_for
from chalicelib.outreach.plan import Plan


def offer_nearby(event: Happened, hands: Hands) -> None:
    """An offer at once, one a day for each store at most; that nobody gets them too often, and only
    with consent, is seen to when it is sent. News that is too old brings none."""
    entered: events.StoreEntered = event.data
    section, brand = hands.playbook.nearby, hands.playbook.brand
    known = any(store.id == entered.store_id for store in hands.playbook.stores)
    if section is None or not known or entered.at + section.max_lateness < hands.clock():
        return
    day = entered.at.astimezone(brand.zone).date().isoformat()
    # A device's clock may run ahead of ours: that is no reason to wait.
    due_at = min(entered.at, hands.clock())
    key = nearby_key(entered.customer_id, entered.store_id, day)
    hands.planner.plan(
        Plan(
            key=key,
            purpose="marketing",
            kind="nearby",
            customer_id=entered.customer_id,
            due_at=due_at,
            store_id=entered.store_id,
            coupon=code_for(hands, key, "nearby", entered.customer_id, section.coupon, due_at),
        )
    )


def nearby_key(customer_id: str, store_id: str, day: str) -> str:
    """Under which the offer of a day ("2026-11-23", the brand's) near a store is planned."""
    return f"nearby:{customer_id}:{store_id}:{day}"
