"""What a shop tells, platform by platform the same: facts about one order, each complete in itself.

A fact may come late, twice, or before the one that logically precedes it; `orders.apply` adds
facts up so that none of this matters. Times are aware UTC datetimes to the millisecond.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.channels.base import Handle


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """Who ordered.

    `handles` are those the platform vouches for: its own customer id, and the mail address if it
    says so. `email` and `phone` are where to write about the order; anybody can type a stranger's
    into a checkout, so they identify nobody. `email_marketing` is the consent as the platform
    keeps it: None if it says nothing, or the buyer has yet to confirm.
    """

    handles: tuple[Handle, ...] = ()
    name: str | None = None
    locale: str | None = None
    """BCP 47 language tag, e.g. "tr" or "en-GB"."""
    email: str | None = None
    phone: str | None = None
    email_marketing: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line of an order; `product_id` is None for what isn't in the catalogue, such as a tip."""

    product_id: str | None
    title: str
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _OfOrder:
    platform: str
    shop: str
    order_id: str

    @property
    def order_key(self) -> str:
        return f"{self.platform}:{self.shop}:{self.order_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSnapshot(_OfOrder):
    """The whole order as it stood at `updated_at`.

    `name` is what people call it ("#1001"), `buyer` None for a sale to an unknown person, `total`
    the sum in `currency` (ISO 4217) before any refund, `country` the buyer's (ISO 3166 alpha-2).
    """

    updated_at: datetime
    name: str = ""
    buyer: Buyer | None = None
    placed_at: datetime | None = None
    currency: str = ""
    total: Decimal = Decimal(0)
    items: tuple[Item, ...] = ()
    cancelled_at: datetime | None = None
    fully_refunded: bool = False
    test: bool = False
    country: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShipmentDelivered(_OfOrder):
    """One parcel of the order has reached the buyer."""

    fulfillment_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundMade(_OfOrder):
    """Money went back, or is on its way; `amount` is 0 for a return without money.

    `currency` is that of the amount, which need not be the order's; None where not told.
    """

    refund_id: str
    at: datetime
    amount: Decimal
    currency: str | None = None


OrderFact = OrderSnapshot | ShipmentDelivered | RefundMade
