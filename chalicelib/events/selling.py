"""What shops and those who buy there do."""

from datetime import datetime
from typing import Literal

from chalicelib.events.base import Data


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
