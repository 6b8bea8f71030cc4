"""The inbox's decisions, as values: whose batch this is, and what each customer's part needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import msgspec

from chalicelib.channels.base import Handle
from chalicelib.inbox.arrivals import Arrival, Group, append
from chalicelib.store.keeping import Append, Settle
from chalicelib.store.records import Contact, Conversation, Customer, Identity
from chalicelib.store.table import MAX_ACTIONS

MAX_BYTES = 3_000_000
"""Of texts in one transaction, well under DynamoDB's 4 MB."""


class Origin(Protocol):
    """Says what is known of a new customer from their handles: (locale, country)."""

    def __call__(
        self, handles: Iterable[Handle], locale: str | None
    ) -> tuple[str | None, str | None]: ...


def owner(handles: Iterable[Handle], identities: Mapping[str, Identity]) -> str | None:
    """Whose handles these are: the first that is somebody's decides."""
    return next((identities[h.key].customer_id for h in handles if h.key in identities), None)


def grouped(arrivals: Iterable[Arrival], identities: Mapping[str, Identity]) -> list[Group]:
    """The batch by customer; arrivals of unknown people group by any handle they share."""
    groups: dict[str, Group] = {}
    seen: dict[str, str] = {}
    for arrival in arrivals:
        who = arrival.customer_id or owner(arrival.handles, identities)
        shared = next((seen[h.key] for h in arrival.handles if h.key in seen), None)
        name = who or shared or arrival.who
        groups.setdefault(name, Group(name)).arrivals.append(arrival)
        seen.update({h.key: name for h in arrival.handles})
    for group in groups.values():
        group.arrivals.sort(key=lambda arrival: (arrival.entry.at, arrival.entry.key))
    return list(groups.values())


def fast(group: Group, identities: Mapping[str, Identity]) -> Append | None:
    """The group as a blind addition to the conversation its identities point at, or None if they
    don't all point at the same one."""
    hints = {
        (identity.customer_id, identity.conversation_id) if identity else None
        for identity in (identities.get(key) for key in group.handles)
    }
    if len(hints) != 1 or (hint := hints.pop()) is None:
        return None
    customer_id, conversation_id = hint
    if conversation_id is None or any(a.customer_id for a in group.arrivals):
        return None
    plan = append(group.arrivals, customer_id, conversation_id)
    return plan if plan.actions <= MAX_ACTIONS else None


def packed(plans: Sequence[Append]) -> list[list[Append]]:
    """The plans in as few transactions as DynamoDB's limits allow."""
    packs: list[list[Append]] = []
    actions = size = 0
    for plan in plans:
        bytes_ = sum(len(e.text or "") * 4 + 1024 for e in plan.entries)
        if not packs or actions + plan.actions > MAX_ACTIONS or size + bytes_ > MAX_BYTES:
            packs.append([])
            actions = size = 0
        packs[-1].append(plan)
        actions += plan.actions
        size += bytes_
    return packs


def full(
    group: Group,
    *,
    identities: Mapping[str, Identity],
    customer: Customer | None,
    conversation: Conversation | None,
    customer_id: str,
    conversation_id: str,
    origin: Origin,
    now: datetime,
) -> Settle:
    """Everything the group needs: the customer if new, links for new handles, a conversation if
    none is open. `customer_id` and `conversation_id` name what is to be created."""
    person = customer or _newcomer(group, customer_id, origin, now)
    case = conversation or _opening(group, person, conversation_id)
    arrivals = group.arrivals
    if conversation is None:
        first = arrivals[0]
        opening = msgspec.structs.replace(first.entry, opens=True)
        arrivals = [replace(first, entry=opening), *arrivals[1:]]
    mine = {k: identities.get(k) for k in group.handles}
    return Settle(
        customer=person,
        contacts=_contacts(person.contacts, group.arrivals),
        new=tuple(
            Identity(key=key, customer_id=person.id, linked_at=now, conversation_id=case.id)
            for key, identity in mine.items()
            if identity is None
        ),
        known=tuple(
            identity
            for identity in mine.values()
            if identity
            and identity.customer_id == person.id
            and identity.conversation_id != case.id
        ),
        conversation=case,
        opens=conversation is None,
        append=append(arrivals, person.id, case.id),
    )


def _newcomer(group: Group, customer_id: str, origin: Origin, now: datetime) -> Customer:
    stated = next((a.locale for a in group.arrivals if a.locale), None)
    locale, country = origin(group.handles.values(), stated)
    return Customer(
        id=customer_id,
        created_at=now,
        name=next((a.name for a in group.arrivals if a.name), None),
        locale=locale,
        country=country,
        last_channel=next((a.last.channel for a in group.arrivals if a.last), None),
    )


def _opening(group: Group, customer: Customer, conversation_id: str) -> Conversation:
    first = group.arrivals[0]
    words = [a.last for a in group.arrivals if a.last]
    last = max(words, key=lambda word: word.at, default=None)
    return Conversation(
        id=conversation_id,
        customer_id=customer.id,
        status="open",
        opened_by=first.opened_by,
        opened_at=first.entry.at,
        channel=last.channel if last else None,
        account=last.account if last else "",
        address=last.address if last else None,
        last_inbound_at=last.at if last else None,
        inbound_count=len(words),
        subject=first.subject,
    )


def _contacts(present: tuple[Contact, ...], arrivals: list[Arrival]) -> tuple[Contact, ...]:
    every = [*present, *(contact for arrival in arrivals for contact in arrival.contacts)]
    return tuple(dict.fromkeys(every))
