"""What is known of one person, whichever ids they have been kept under."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.outreach.segments.fields import Field
from chalicelib.outreach.segments.values import folded
from chalicelib.playbook import Playbook
from chalicelib.store.records import Customer


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A customer as segments see them. `spent` is in hundredths of the brand's currency; texts are
    folded for comparing."""

    customer: Customer
    orders: int
    spent: int
    last_order: datetime | None
    last_seen: datetime | None
    created: datetime
    tags: frozenset[str]
    language: str
    devices: frozenset[str]

    def texts(self, name: str) -> frozenset[str]:
        """What a field that may have several answers holds."""
        if name == "channel":
            return frozenset(contact.channel for contact in self.customer.contacts)
        return self.tags if name == "tag" else self.devices

    def text(self, name: str) -> str | None:
        if name == "language":
            return self.language
        found = self.customer.country if name == "country" else self.customer.preferred_channel
        return folded(found) if found else None

    def time(self, name: str) -> datetime | None:
        found: datetime | None = getattr(self, name)
        return found

    def consent(self, field: Field) -> str:
        said = self.customer.consent(field.purpose, field.channel)
        if said is None:
            return "unknown"
        return "granted" if said.granted else "withdrawn"


def facts(customer: Customer, members: Iterable[Customer], playbook: Playbook) -> Facts:
    """The facts of a customer who leads (or stands alone), those merged into them added: counts
    and sums add up, of times the latest counts, of beginnings the first.

    The language is what the customer's own locale says, even one that Temas doesn't speak, else
    the one we would write in.
    """
    family = (customer, *members)
    own = (customer.locale or "").replace("_", "-").split("-")[0].lower()
    return Facts(
        customer=customer,
        orders=sum(one.orders for one in family),
        spent=sum(one.spent for one in family),
        last_order=_latest(one.last_order_at for one in family),
        last_seen=_latest(one.last_seen_at for one in family),
        created=min(one.created_at for one in family),
        tags=frozenset(folded(tag) for one in family for tag in one.tags),
        language=own or playbook.locale(None, customer.country),
        devices=frozenset(folded(model) for one in family for model in one.devices.values()),
    )


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
