"""How what outreach keeps lies in the one table.

    thing          pk                sk               gsi2 (listings)
    ledger         C#id              LEDGER
    location       C#id              LOCATION
    survey         Q#notification    Q                C#id / Q#asked_at#id
    its answer     Q#notification    ANSWERED         Q#kind#month / answered_at#id
    last question  C#id              ASKED#channel
    review         W#id              W                W#status / at#id
    its product    P#product         W#at#id          P#product / at#id (while published)
    rating         P#product         RATING
    coupon         U#code            U                C#id / U#issued_at#code
    its step       U!key             U                (with the coupon's code)
    checkout       X#key             X                C#id / X#key
    template       T#name            T                T / name
    campaign       G#id              G                G / created_at#id
    its counts     G#id              COUNT#shard

Of `gsi2` only the keys are told, as in `models`.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.store.attributes import DocumentAttribute, MomentAttribute
from chalicelib.store.models import Item


class LedgerItem(Item, discriminator="ledger"):
    slots = DocumentAttribute(null=True)
    last = DocumentAttribute(null=True)
    campaigns = DocumentAttribute(null=True)
    version = NumberAttribute()


class LocationItem(Item, discriminator="location"):
    at = MomentAttribute()
    lat = NumberAttribute()
    lon = NumberAttribute()
    accuracy_m = NumberAttribute()
    store_id = UnicodeAttribute(null=True)
    entered_at = MomentAttribute(null=True)
    outbox = DocumentAttribute(null=True)


class SurveyItem(Item, discriminator="survey"):
    kind = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    asked_at = MomentAttribute()
    until = MomentAttribute()
    channel = UnicodeAttribute(null=True)
    conversation_id = UnicodeAttribute(null=True)
    resolution = NumberAttribute(null=True)
    score = NumberAttribute(null=True)
    comment = UnicodeAttribute(null=True)
    answered_at = MomentAttribute(null=True)
    version = NumberAttribute()


class AskedItem(Item, discriminator="asked"):
    survey_id = UnicodeAttribute()
    until = MomentAttribute()


class AnsweredItem(Item, discriminator="answered"):
    """An answer's place in the list of all answers."""


class ReviewItem(Item, discriminator="review"):
    order_key = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    stars = NumberAttribute()
    at = MomentAttribute()
    status = UnicodeAttribute()
    product = UnicodeAttribute(null=True)
    product_title = UnicodeAttribute(null=True)
    author = UnicodeAttribute(null=True)
    title = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    photo = UnicodeAttribute(null=True)
    locale = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    answer = UnicodeAttribute(null=True)
    version = NumberAttribute()


class ProductReviewItem(Item, discriminator="product_review"):
    """A review's place in the list of its product's, in which it stands while it is published."""


class RatingItem(Item, discriminator="rating"):
    """How many published reviews give each number of stars."""

    title = UnicodeAttribute(null=True)
    stars_1 = NumberAttribute(null=True)
    stars_2 = NumberAttribute(null=True)
    stars_3 = NumberAttribute(null=True)
    stars_4 = NumberAttribute(null=True)
    stars_5 = NumberAttribute(null=True)


class CouponItem(Item, discriminator="coupon"):
    customer_id = UnicodeAttribute()
    reason = UnicodeAttribute()
    percent = NumberAttribute()
    issued_at = MomentAttribute()
    # Not `expires_at`: that is the table's own, after which an item is gone.
    ends_at = MomentAttribute()
    redeemed_at = MomentAttribute(null=True)
    redeemed_by = UnicodeAttribute(null=True)
    # The step that issued it, so that both can go together.
    step = UnicodeAttribute(null=True)


class IssuedItem(Item, discriminator="issued"):
    """The step that a coupon was issued by, once."""

    code = UnicodeAttribute()


class CheckoutItem(Item, discriminator="checkout"):
    document = DocumentAttribute()
    customer_id = UnicodeAttribute(null=True)
    updated_at = MomentAttribute(null=True)
    ordered_at = MomentAttribute(null=True)
    version = NumberAttribute()


class TemplateItem(Item, discriminator="template"):
    contents = DocumentAttribute()
    updated_at = MomentAttribute()
    updated_by = UnicodeAttribute(null=True)
    version = NumberAttribute()


class CampaignItem(Item, discriminator="campaign"):
    name = UnicodeAttribute()
    segment = UnicodeAttribute()
    template = UnicodeAttribute()
    created_at = MomentAttribute()
    created_by = UnicodeAttribute()
    purpose = UnicodeAttribute()
    status = UnicodeAttribute()
    starts_at = MomentAttribute(null=True)
    local_hour = UnicodeAttribute(null=True)
    every = UnicodeAttribute(null=True)
    ends_at = MomentAttribute(null=True)
    per_minute = NumberAttribute(null=True)
    holdout_percent = NumberAttribute(null=True)
    run = NumberAttribute(null=True)
    cursor = DocumentAttribute(null=True)
    contents = DocumentAttribute(null=True)
    seen = NumberAttribute(null=True)
    planned = NumberAttribute(null=True)
    planned_before = NumberAttribute(null=True)
    leg = NumberAttribute(null=True)
    paced = DocumentAttribute(null=True)
    started_at = MomentAttribute(null=True)
    finished_at = MomentAttribute(null=True)
    version = NumberAttribute()


class CountItem(Item, discriminator="campaign_count"):
    """Outcomes counted by attributes of their own, "n_skipped:no_consent"."""
