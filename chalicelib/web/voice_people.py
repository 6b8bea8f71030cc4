"""Whose texts and signs these are, all merges considered, in as few requests as can be."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.inbox.redaction import redacted
from chalicelib.store import customers
from chalicelib.store.records import Customer

MOST_STEPS = 5
"""From a merged customer to the one who leads: more there are not, as a merge takes all along."""


@dataclass(frozen=True, kw_only=True)
class People:
    """Customers by id, with those who lead them."""

    known: dict[str, Customer]

    def leader(self, customer_id: str) -> Customer | None:
        """The customer, or the one they are merged into; None if there is none (any more)."""
        found = self.known.get(customer_id)
        for _ in range(MOST_STEPS):
            if found is None or found.merged_into is None:
                return found
            found = self.known.get(found.merged_into)
        return None

    def cleaned(self, text: str, customer_id: str, *more: str) -> str:
        """A text without addresses, numbers, and the names that its customer goes by."""
        own, leader = self.known.get(customer_id), self.leader(customer_id)
        names = [one.name for one in (own, leader) if one and one.name]
        return redacted(text, [*names, *(name for name in more if name)])


def people(customer_ids: Iterable[str]) -> People:
    """One request for 100, and one more if any of them is merged."""
    known: dict[str, Customer] = {}
    wanted = set(customer_ids)
    for _ in range(MOST_STEPS):
        if not wanted:
            break
        found = customers.find_many(wanted)
        known |= found
        merged = {one.merged_into for one in found.values() if one.merged_into}
        wanted = merged - set(known)
    return People(known=known)
