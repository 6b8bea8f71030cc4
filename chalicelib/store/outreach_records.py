"""What outreach keeps, as frozen values: what was sent lately, surveys, reviews, coupons,
checkouts, campaigns and what they say."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.store.notification_records import TemplateChoice
from chalicelib.store.records import Record


class Slot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that went out to a customer by itself, as the frequency caps count it."""

    notification_id: str
    purpose: str
    at: datetime


class Membership(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's part in a campaign: `group` "treated" or "control" since `at`, by which
    notification of it, and which behaviours (ordered, reviewed, unsubscribed) have been counted for
    them since, once each."""

    group: str
    at: datetime
    notification_id: str = ""
    counted: tuple[str, ...] = ()


class Ledger(Record, frozen=True, kw_only=True):
    """What a customer got lately. `slots` are the last seven days, `last` is the last of each kind
    (by kind), `campaigns` the campaigns they are part of and still measured for."""

    customer_id: str
    slots: tuple[Slot, ...] = ()
    last: dict[str, Slot] = msgspec.field(default_factory=dict)
    campaigns: dict[str, Membership] = msgspec.field(default_factory=dict)
    version: int | None = None


class Survey(Record, frozen=True, kw_only=True):
    """A question that was asked, named after its notification, and the answer once there is one.
    `kind` is satisfaction (scores 1 to 5) or nps (0 to 10)."""

    id: str
    kind: str
    customer_id: str
    asked_at: datetime
    until: datetime
    channel: str = ""
    conversation_id: str | None = None
    resolution: int = 0
    score: int | None = None
    comment: str | None = None
    answered_at: datetime | None = None
    version: int | None = None


class Review(Record, frozen=True, kw_only=True):
    """A customer's review of an order, or of one product of it. `status` is published, pending or
    hidden; `product` is the product's key `platform:shop:id`, None for the order as a whole."""

    id: str
    order_key: str
    customer_id: str
    stars: int
    at: datetime
    status: str
    product: str | None = None
    product_title: str = ""
    author: str = ""
    title: str = ""
    text: str = ""
    photo: str | None = None
    """The MIME type of its photo, if it has one."""
    locale: str = ""
    source: str = "page"
    answer: str = ""
    version: int | None = None


class Rating(Record, frozen=True, kw_only=True):
    """What all published reviews of one subject come to; `title` is what it is called.

    The subject is a product (`platform:shop:id`) or, of reviews of whole orders, their shop
    (`platform:shop`).
    """

    subject: str
    title: str = ""
    stars_1: int = 0
    stars_2: int = 0
    stars_3: int = 0
    stars_4: int = 0
    stars_5: int = 0

    @property
    def count(self) -> int:
        return self.stars_1 + self.stars_2 + self.stars_3 + self.stars_4 + self.stars_5

    @property
    def average(self) -> float | None:
        """The mean of the stars; None without a review."""
        total = sum(stars * getattr(self, f"stars_{stars}") for stars in range(1, 6))
        return total / self.count if self.count else None


class Coupon(Record, frozen=True, kw_only=True):
    """A code worth `percent` once until `expires_at`, in the shop and in the store. `reason` is the
    kind of notification it came with; `redeemed_by` the order or till that took it."""

    code: str
    customer_id: str
    reason: str
    percent: int
    issued_at: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None
    redeemed_by: str | None = None


class Checkout(Record, frozen=True, kw_only=True):
    """A checkout that was begun, as commerce writes it. `ordered_at` ends it."""

    key: str
    document: dict[str, Any]
    customer_id: str | None = None
    updated_at: datetime | None = None
    ordered_at: datetime | None = None
    version: int | None = None


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a template says in one language: Jinja2 sources; without `html` the text is set as
    paragraphs. `whatsapp` is the approved template that says the same outside the window."""

    subject: str
    text: str
    html: str = ""
    whatsapp: TemplateChoice | None = None


class MessageTemplate(Record, frozen=True, kw_only=True):
    """A brand's own template, complete in every language."""

    name: str
    contents: dict[str, Content]
    updated_at: datetime
    updated_by: str = ""
    version: int | None = None


class Campaign(Record, frozen=True, kw_only=True):
    """One message to everybody in a segment, once or again and again.

    `status` is draft, scheduled, running, paused, done or cancelled. `starts_at` is the moment of
    the (next) run; with `local_hour` ("10:00") everyone gets it at that hour of their own day.
    `every` repeats it ("7d"); `run` counts the runs. `cursor` is the page from which the present
    run goes on: (shard, key). `contents` are the template's as they were when it was started.

    `seen` and `planned` count the customers that the present run has looked at and those it planned
    something for, `planned_before` the plans of earlier runs. `leg` numbers the messages by which a
    run is carried on; `paced` holds the next free moment to send at, by what it is counted from: ""
    for at once, else the local hour as a moment.
    """

    id: str
    name: str
    segment: str
    template: str
    created_at: datetime
    created_by: str
    purpose: str = "marketing"
    status: str = "draft"
    starts_at: datetime | None = None
    local_hour: str | None = None
    every: str | None = None
    ends_at: datetime | None = None
    per_minute: int = 0
    holdout_percent: float = 0
    run: int = 0
    cursor: tuple[int, str] | None = None
    contents: dict[str, Content] = msgspec.field(default_factory=dict)
    seen: int = 0
    planned: int = 0
    planned_before: int = 0
    leg: int = 0
    paced: dict[str, datetime] = msgspec.field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    version: int | None = None
