"""Whatever happens: what it adds to the figures."""

from chalicelib.consequences.hands import Hands, Happened
from chalicelib.metrics.keep import Counting
from chalicelib.metrics.tally import Calendar


def count(event: Happened, hands: Hands) -> None:
    """Counted once however often it comes, by the time it happened, in the brand's days."""
    calendar = Calendar(hours=hands.playbook.hours)
    Counting(calendar=calendar, clock=hands.clock).count(event.id, event.at, event.data)
