"""What every shop platform does: prove that a webhook is its own, and tell facts about orders."""

from typing import Protocol

from chalicelib.channels.base import Delivery, Ignored, Source
from chalicelib.commerce.facts import OrderFact

ShopEvent = OrderFact | Ignored


class Shop(Source, Protocol):
    """A shop platform whose webhooks come in."""

    def parse(self, delivery: Delivery) -> list[ShopEvent]:
        """All facts of one delivery; Ignored for what Temas has no use for, [] for what it knows
        to say nothing new (a parcel under way). Raises ParseError, nothing else."""
