"""What a buyer said about marketing by mail, as a shop passes it on. Pure."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import iso
from chalicelib.commerce.facts import Buyer


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A grant or a withdrawal: when, and where it was said."""

    granted: bool
    at: datetime
    source: str

    @property
    def name(self) -> str:
        """By which one that was passed on already is known again."""
        return f"consent:{'granted' if self.granted else 'withdrawn'}:{iso(self.at)}"


def word(
    buyer: Buyer | None, *, platform: str, begun: datetime | None, seen: datetime | None
) -> Word | None:
    """What they said, if anything. Where the shop does not tell when, a yes is as old as the
    checkout it was said in (`begun`), and a no as new as the news of it (`seen`): a shop that does
    not know of an unsubscription by our own link must not undo it with each update of an order.
    """
    if buyer is None or buyer.email_marketing is None:
        return None
    at = buyer.email_marketing_at or (begun if buyer.email_marketing else seen) or seen
    if at is None:
        return None
    # Nobody passes on what will be said: a clock that runs ahead must not outlast every later word.
    at = min(at, seen or at)
    return Word(granted=buyer.email_marketing, at=at, source=f"{platform} checkout")
