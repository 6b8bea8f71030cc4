"""The inbox's decisions, as values: whose batch this is, and what each customer's part needs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from chalicelib.channels.base import Handle
from chalicelib.inbox.arrivals import Arrival, Group, append, latest
from chalicelib.store.plans import MAX_ACTIONS, Append, Settle
from chalicelib.store.records import RESOLVED, Contact, Conversation, Customer, Entry, Identity

MAX_BYTES = 3_000_000
"""Of texts in one transaction, well under DynamoDB's 4 MB."""

REOPENS = "reopens"
"""An entry's detail: with it a conversation began again, after so many resolutions."""

MAX_CONTACTS = 10
"""Of one channel that are remembered, the newest: some chats name an address per visit."""


class Origin(Protocol):
    """Says what is known of a new customer from their handles: (locale, country)."""

    def __call__(
        self, handles: Iterable[Handle], locale: str | None
    ) -> tuple[str | None, str | None]: ...


def owner(handles: Iterable[Handle], identities: Mapping[str, Identity]) -> str | None:
    """Whose handles these are: the first that is somebody's decides."""
    return next((identities[h.key].customer_id for h in handles if h.key in identities), None)


def doubles(
    arrivals: Iterable[Arrival], identities: Mapping[str, Identity]
) -> set[tuple[str, str]]:
    """Pairs of customers whose handles one message bears: whose the first one is, and another."""
    found: set[tuple[str, str]] = set()
    for arrival in arrivals:
        owners = [identities[h.key].customer_id for h in arrival.handles if h.key in identities]
        found.update((owners[0], other) for other in owners if other != owners[0])
    return found


def grouped(arrivals: Iterable[Arrival], identities: Mapping[str, Identity]) -> list[Group]:
    """The batch by customer; arrivals of unknown people group by any handle they share, with a
    known customer's if one of those carries it."""
    every = list(arrivals)
    names: dict[str, str] = {}
    for arrival in every:
        who = arrival.customer_id or owner(arrival.handles, identities)
        if who:
            fresh = [h.key for h in arrival.handles if h.key not in identities]
            names.update(dict.fromkeys(fresh, who))
    groups: dict[str, Group] = {}
    for arrival in every:
        who = arrival.customer_id or owner(arrival.handles, identities)
        shared = next((names[h.key] for h in arrival.handles if h.key in names), None)
        name = who or shared or arrival.who
        groups.setdefault(name, Group(name)).arrivals.append(arrival)
        for handle in arrival.handles:
            names.setdefault(handle.key, name)
    for group in groups.values():
        group.arrivals.sort(key=lambda arrival: (arrival.entry.at, arrival.entry.key))
    return list(groups.values())


@dataclass(frozen=True)
class Fast:
    """Some of a customer's arrivals, and the blind addition that keeps them."""

    group: Group
    append: Append


def fast(group: Group, identities: Mapping[str, Identity], window: timedelta) -> list[Fast]:
    """The group as blind additions to the conversation its identities point at; [] if they don't
    all point at the same one, a contact may be new, or a message names the thread it belongs to.
    """
    mine = [identities.get(key) for key in group.handles]
    hints = {(i.customer_id, i.conversation_id) if i else None for i in mine}
    if len(hints) != 1 or (hint := hints.pop()) is None:
        return []
    customer_id, conversation_id = hint
    if conversation_id is None or any(a.customer_id or a.thread for a in group.arrivals):
        return []
    contacts = {contact for identity in mine if identity for contact in identity.contacts}
    if any(contact not in contacts for a in group.arrivals for contact in a.contacts):
        return []
    return [
        Fast(
            Group(group.who, part),
            append(part, customer_id, conversation_id, identities=identities, window=window),
        )
        for part in portions(group.arrivals, MAX_ACTIONS - 1)
    ]


def portions(arrivals: Sequence[Arrival], limit: int) -> list[list[Arrival]]:
    """The arrivals in runs of at most `limit`, each fit for one transaction."""
    runs: list[list[Arrival]] = []
    size = 0
    for arrival in arrivals:
        bytes_ = _bytes(arrival.entry)
        if not runs or len(runs[-1]) == limit or size + bytes_ > MAX_BYTES:
            runs.append([])
            size = 0
        runs[-1].append(arrival)
        size += bytes_
    return runs


def packed(plans: Sequence[Fast]) -> list[list[Fast]]:
    """The plans in as few transactions as DynamoDB's limits allow; none holds two plans of one
    conversation."""
    packs: list[list[Fast]] = []
    actions = size = 0
    for plan in plans:
        here, bytes_ = plan.append, sum(map(_bytes, plan.append.entries))
        if (
            not packs
            or actions + here.actions > MAX_ACTIONS
            or size + bytes_ > MAX_BYTES
            or packs[-1][-1].append.conversation_id == here.conversation_id
        ):
            packs.append([])
            actions = size = 0
        packs[-1].append(plan)
        actions += here.actions
        size += bytes_
    return packs


def _bytes(entry: Entry) -> int:
    """At most this much of a transaction; details are short but for a button's payload."""
    return (len(entry.text or "") + len(entry.details.get("payload") or "")) * 4 + 1024


def belongs(group: Group, conversation: Conversation, window: timedelta) -> bool:
    """Whether the group carries on this open conversation: on the channel of its last word always,
    on another one if something has happened in it within the window."""
    first = group.arrivals[0]
    if first.last is None or conversation.channel in (None, first.last.channel):
        return True
    moments = (
        conversation.last_inbound_at,
        conversation.last_outbound_at,
        conversation.opened_at,
    )
    return any(at >= first.entry.at - window for at in moments if at)


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
    window: timedelta,
) -> Settle:
    """Everything the group needs: the customer if new, links for new handles, a conversation if
    none is open. `customer_id` and `conversation_id` name what is to be created. A resolved
    `conversation` is one to be opened again.

    A case that an alert opens beside an open conversation is a second one: the customer's own
    messages go on where they were.
    """
    person = customer or _newcomer(group, customer_id, origin, now)
    case = conversation or _opening(group, person, conversation_id)
    arrivals = _marked(group.arrivals, conversation)
    mine = {key: identities.get(key) for key in group.handles}
    here = {key: _contacts_beside(key, group.arrivals) for key in mine}
    # An older thread that is answered, or a case that an alert opens: later messages go elsewhere.
    current = person.open_conversation_id in (None, case.id)
    return Settle(
        customer=person,
        contacts=newest(person.contacts, _contacts(group.arrivals)),
        new=tuple(
            Identity(
                key=key,
                customer_id=person.id,
                linked_at=now,
                conversation_id=case.id if current else None,
                contacts=newest((), here[key]),
            )
            for key, identity in mine.items()
            if identity is None
        ),
        known=tuple(
            pointed
            for identity in mine.values()
            if current
            and identity
            and identity.customer_id == person.id
            and (pointed := _pointed(identity, case.id, here[identity.key])) != identity
        ),
        conversation=case,
        opens=conversation is None,
        reopens=conversation is not None and conversation.status == RESOLVED,
        current=current,
        append=append(arrivals, person.id, case.id, identities=identities, window=window),
    )


def _marked(arrivals: list[Arrival], conversation: Conversation | None) -> list[Arrival]:
    """The arrivals, the first of them marked if the conversation begins (again) with it."""
    first, *rest = arrivals
    if conversation is None:
        entry = msgspec.structs.replace(first.entry, opens=True)
    elif conversation.status == RESOLVED:
        details = {**first.entry.details, REOPENS: conversation.resolutions}
        entry = msgspec.structs.replace(first.entry, details=details)
    else:
        return arrivals
    return [replace(first, entry=entry), *rest]


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
    last = latest(words)
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
        last_message_id=last.message_id if last else None,
        group=bool(last and last.group),
        inbound_count=len(words),
        subject=first.subject,
    )


def _pointed(identity: Identity, conversation_id: str, contacts: Sequence[Contact]) -> Identity:
    return msgspec.structs.replace(
        identity,
        conversation_id=conversation_id,
        contacts=newest(identity.contacts, contacts),
    )


def _contacts(arrivals: Iterable[Arrival]) -> list[Contact]:
    return [contact for arrival in arrivals for contact in arrival.contacts]


def _contacts_beside(handle_key: str, arrivals: Iterable[Arrival]) -> list[Contact]:
    """The contacts of the arrivals that carry a handle."""
    return _contacts(a for a in arrivals if any(h.key == handle_key for h in a.handles))


def newest(present: Sequence[Contact], more: Iterable[Contact]) -> tuple[Contact, ...]:
    """All different contacts in order of arrival, the newest few of each channel."""
    kept: list[Contact] = []
    of_channel: Counter[str] = Counter()
    for contact in reversed(dict.fromkeys([*present, *more])):
        of_channel[contact.channel] += 1
        if of_channel[contact.channel] <= MAX_CONTACTS:
            kept.append(contact)
    return tuple(reversed(kept))
