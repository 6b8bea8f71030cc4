"""What every shop platform does: prove that a webhook is its own, and tell facts about orders."""

from typing import Protocol

from chalicelib.channels.base import Account, Delivery, Ignored, Source, Transport
from chalicelib.commerce.facts import OrderFact
from chalicelib.store.outreach_records import Coupon

ShopEvent = OrderFact | Ignored


class Shop(Source, Protocol):
    """A shop platform whose webhooks come in."""

    def parse(self, delivery: Delivery) -> list[ShopEvent]:
        """All facts of one delivery; Ignored for what Temas has no use for, [] for what it knows
        to say nothing new (a parcel under way). Raises ParseError, nothing else."""


class CreateCode(Protocol):
    """Makes a code known to a shop; doing it twice is doing it once. Raises Unavailable to be
    called again, ConfigurationError or PlatformRefused for a person."""

    def __call__(self, coupon: Coupon, account: Account, transport: Transport, /) -> None: ...
