"""After a campaign: what its customers do is counted, in both of its groups."""

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened, Reaction
from chalicelib.store import behaviours

MARKETING = "marketing"
"""The purpose that a campaign's unsubscribe link ends."""


def measure(behaviour: str) -> Reaction:
    """An order, a review or an unsubscribe counts once for each campaign that its customer is part
    of, for as long as the playbook measures."""

    def count(event: Happened, hands: Hands) -> None:
        data = event.data
        if isinstance(data, events.ConsentChanged) and (data.granted or data.purpose != MARKETING):
            return
        at = getattr(data, "at", event.at)
        behaviours.count(
            data.customer_id, behaviour, at=at, within=hands.playbook.campaigns.measured_for
        )

    return count
