"""What every shop platform does: prove that a webhook is its own, and tell facts about orders."""

from typing import Protocol

from chalicelib.channels.base import Delivery, Source
from chalicelib.commerce.facts import OrderFact


class Shop(Source, Protocol):
    """A shop platform whose webhooks come in."""

    def parse(self, delivery: Delivery) -> list[OrderFact]:
        """All facts of one delivery; [] for what says nothing. Raises ParseError, nothing else."""
