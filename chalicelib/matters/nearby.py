"""Matters of stores: an offer to who is near one, as long as they are. Pure."""

from datetime import datetime

from chalicelib.commerce.coupons import state
from chalicelib.matters.offers import code_words
from chalicelib.outreach.compose import Subject, first_name
from chalicelib.outreach.deliver import Matter
from chalicelib.playbook import Playbook
from chalicelib.store.briefing import Briefing
from chalicelib.store.location_records import latest

LOCATION = "location"
"""The consent without which nobody may know where they are."""


def nearby(brief: Briefing, playbook: Playbook, now: datetime) -> Matter:
    """An offer near a store, which must still be one of the brand's, with the customer still there
    and still letting us know it."""
    store_id = brief.notification.store_id if brief.notification else None
    store = next((one for one in playbook.stores if one.id == store_id), None)
    section, customer = playbook.nearby, brief.customer
    said = customer.consent(LOCATION) if customer else None
    here = latest(brief.locations, now)
    worth = state(brief.coupon, now) if brief.coupon else "gone"
    reasons = (
        ("location_consent_withdrawn", said is None or not said.granted),
        ("store_gone", store is None or section is None),
        ("left_store", here is None or here.store_id != store_id),
        (f"coupon_{worth}", bool(section and section.coupon) and worth != "valid"),
    )
    return Matter(
        over=next((reason for reason, holds in reasons if holds), None),
        subject=Subject(
            name=first_name(customer),
            more={
                "store": store.name if store else "",
                "address": store.address if store else "",
                **code_words(brief, playbook, now),
            },
        ),
    )
