"""Who is this: the customer behind some handles, created once however many ask at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.channels.base import Handle
from chalicelib.clock import Clock
from chalicelib.errors import Contention
from chalicelib.ids import new_id
from chalicelib.inbox.planning import Origin, owner
from chalicelib.store import customers
from chalicelib.store.records import Contact, Customer, Identity
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 8


class Person(NamedTuple):
    """A customer, and the id under which what comes by these handles is kept: another one's if they
    were merged."""

    customer: Customer
    home: str


@dataclass(frozen=True, kw_only=True)
class People:
    """Finds or creates customers outside of conversations (an order's buyer, a device's owner)."""

    origin: Origin
    clock: Clock
    pause: Callable[[int], None]

    def resolve(
        self,
        handles: Sequence[Handle],
        *,
        contacts: tuple[Contact, ...] = (),
        name: str | None = None,
        locale: str | None = None,
        country: str | None = None,
    ) -> Person:
        """The customer these handles lead to, with all of them linked and the contacts added.

        The first handle that is somebody's decides; handles of somebody else stay theirs. Raises
        Contention if others keep changing the customer.
        """
        for attempt in range(MAX_ATTEMPTS):
            known = customers.identities(handle.key for handle in handles)
            who = owner(handles, known)
            person = customers.get(who) if who else self._newcomer(handles, name, locale, country)
            merged = tuple(dict.fromkeys([*person.contacts, *contacts]))
            links = [
                Identity(key=h.key, customer_id=person.id, linked_at=self.clock())
                for h in handles
                if h.key not in known
            ]
            home = next((known[h.key].owner for h in handles if h.key in known), person.id)
            if person.version is not None and not links and merged == person.contacts:
                return Person(person, home)
            try:
                customers.link(person, contacts=merged, links=links)
            except Refused:
                self.pause(attempt)
            else:
                return Person(customers.get(person.id), home)
        raise Contention(f"customer of {len(handles)} handles kept changing")

    def _newcomer(
        self,
        handles: Sequence[Handle],
        name: str | None,
        locale: str | None,
        country: str | None,
    ) -> Customer:
        stated, origin = self.origin(handles, locale)
        return Customer(
            id=new_id("cus"),
            created_at=self.clock(),
            name=name,
            locale=stated,
            country=country or origin,
        )
