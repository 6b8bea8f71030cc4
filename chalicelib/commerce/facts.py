"""What a shop tells, platform by platform the same: facts about one order, or about a checkout that
may become one, each complete in itself.

A fact may come late, twice, or before the one that logically precedes it; `orders.apply` and
`checkouts.apply` add facts up so that none of this matters. Times are aware UTC datetimes to the
millisecond.
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from chalicelib.channels.base import Handle


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who ordered.

    `handles` are those the platform vouches for: its own customer id, and the mail address if it
    says so. `email` and `phone` are where to write about the order; anybody can type a stranger's
    into a checkout, so they identify nobody. `email_marketing` is what they said about marketing by
    mail: True for yes, False if they took back a yes, None if they said nothing (a box that was not
    ticked is no word) or have yet to confirm; `email_marketing_at` is when, where the shop tells.
    """

    handles: tuple[Handle, ...] = ()
    name: str | None = None
    locale: str | None = None
    """BCP 47 language tag, e.g. "tr" or "en-GB"."""
    email: str | None = None
    phone: str | None = None
    email_marketing: bool | None = None
    email_marketing_at: datetime | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order; `product_id` is None for what isn't in the catalogue, such as a tip."""

    product_id: str | None
    title: str
    quantity: int


class _OfOrder(msgspec.Struct, frozen=True, kw_only=True):
    platform: str
    shop: str
    order_id: str

    @property
    def order_key(self) -> str:
        return f"{self.platform}:{self.shop}:{self.order_id}"


class OrderSnapshot(_OfOrder, frozen=True, kw_only=True):
    """The whole order as it stood at `updated_at`.

    `name` is what people call it ("#1001"), `buyer` None for a sale to an unknown person, `total`
    the sum in `currency` (ISO 4217) before any refund, `country` the buyer's (ISO 3166 alpha-2),
    `coupons` the codes that were used for it, `checkouts` the shop's ids of the checkout it was.
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
    coupons: tuple[str, ...] = ()
    checkouts: tuple[str, ...] = ()


class ShipmentDelivered(_OfOrder, frozen=True, kw_only=True):
    """One parcel of the order has reached the buyer."""

    fulfillment_id: str
    at: datetime


ALL_UNITS = 1_000_000_000
"""As many pieces as were ordered: for shops that tell of a return but not how much of it."""


class RefundMade(_OfOrder, frozen=True, kw_only=True):
    """Money went back, or is on its way; `amount` is 0 for a return without money.

    `currency` is that of the amount, which need not be the order's; None where not told.
    `returned` is how many pieces the buyer sent back.
    """

    refund_id: str
    at: datetime
    amount: Decimal
    currency: str | None = None
    returned: int = 0


OrderChange = OrderSnapshot | ShipmentDelivered | RefundMade


class CheckoutSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A checkout as it stood at `updated_at`: begun, not yet an order.

    `started_at` is when it was begun, `url` where the buyer can go on with it, `completed_at` when
    it became an order, `gone` says that the shop knows it no more.
    """

    platform: str
    shop: str
    checkout_id: str
    updated_at: datetime
    started_at: datetime | None = None
    buyer: Buyer | None = None
    currency: str = ""
    total: Decimal = Decimal(0)
    items: tuple[Item, ...] = ()
    country: str | None = None
    url: str | None = None
    completed_at: datetime | None = None
    gone: bool = False

    @property
    def checkout_key(self) -> str:
        return checkout_key(self.platform, self.shop, self.checkout_id)


def checkout_key(platform: str, shop: str, checkout_id: str) -> str:
    return f"{platform}:{shop}:{checkout_id}"


OrderFact = OrderChange | CheckoutSeen
"""Of orders, and of the checkouts that may become some."""
