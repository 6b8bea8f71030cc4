"""Keep a batch: every message once, in the right conversation of the right customer.

A batch of messages from known customers with open conversations costs two requests: one read of
all identities, one transaction. Whoever doesn't fit that assumption is settled one by one, with
everything read afresh. Nothing here decides twice: a plan that DynamoDB refuses is made anew from
what is there now.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib import events
from chalicelib.errors import Contention, NotFound, StoreRejected, TemasError
from chalicelib.events import Event
from chalicelib.ids import new_id
from chalicelib.inbox import planning
from chalicelib.inbox.arrivals import Arrival, Group
from chalicelib.inbox.planning import Origin
from chalicelib.store import conversations, customers, entries, keeping, keys
from chalicelib.store.keeping import Append
from chalicelib.store.models import EntryItem
from chalicelib.store.records import Conversation, Customer, Entry
from chalicelib.store.table import MAX_ACTIONS, Refusal, Refused, get_many

MAX_ATTEMPTS = 8
Pause = Callable[[int], None]
"""Waits a little before attempt n, so that contending workers don't march in step."""


@dataclass(frozen=True)
class Kept:
    """What became of a batch. `events` are to be published; `failures` maps the entry keys that
    could not be kept to the reason."""

    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    failures: dict[str, TemasError] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    placed: dict[str, str] = field(default_factory=dict)
    """The conversation of every entry that is kept now, whether by this call or before."""


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Keeps arrivals. `origin` tells a newcomer's locale and country from their handles."""

    origin: Origin
    clock: Callable[[], datetime]
    pause: Pause

    def keep(self, arrivals: Iterable[Arrival]) -> Kept:
        """Keep them all; each fails alone, and a repeat of a kept one changes nothing."""
        kept = Kept()
        once = {arrival.entry.key: arrival for arrival in arrivals}
        handles = {h.key for arrival in once.values() for h in arrival.handles}
        identities = customers.identities(handles)
        slow: list[Group] = []
        plans: dict[str, tuple[Group, Append]] = {}
        for group in planning.grouped(once.values(), identities):
            plan = planning.fast(group, identities)
            if plan is None or plan.conversation_id in plans:
                slow.append(group)
            else:
                plans[plan.conversation_id] = (group, plan)
        for pack in planning.packed([plan for _, plan in plans.values()]):
            refused = self._append(pack, kept)
            slow.extend(plans[conversation_id][0] for conversation_id in refused)
        for group in slow:
            self._settle(group, kept)
        return kept

    def _append(self, pack: Sequence[Append], kept: Kept) -> list[str]:
        """Write a pack of fast plans; returns the conversations whose plan didn't hold."""
        try:
            keeping.append_all(pack)
        except (Refused, StoreRejected):
            # One message is a repeat or can't be stored, or a conversation has moved on. Each plan
            # by itself finds out whose, and nobody else's message waits for it.
            return self._append_each(pack, kept) if len(pack) > 1 else [pack[0].conversation_id]
        except TemasError as error:
            kept.failures.update({e.key: error for plan in pack for e in plan.entries})
            return []
        for plan in pack:
            self._note(plan.entries, kept)
        return []

    def _append_each(self, pack: Sequence[Append], kept: Kept) -> list[str]:
        return [name for plan in pack for name in self._append([plan], kept)]

    def _settle(self, group: Group, kept: Kept) -> None:
        waiting = group
        try:
            for attempt in range(MAX_ATTEMPTS):
                waiting = self._without_repeats(waiting, kept)
                if not waiting.arrivals:
                    return
                try:
                    self._settle_once(waiting, kept)
                except Refused as refused:
                    self._drop_repeats(waiting, refused.refusals, kept)
                    self.pause(attempt)
                else:
                    return
            raise Contention(f"{len(waiting.arrivals)} messages kept meeting other writers")
        except StoreRejected as error:
            if len(waiting.arrivals) == 1:
                kept.failures[waiting.arrivals[0].entry.key] = error
            else:
                self._settle_each(waiting, kept)
        except TemasError as error:
            kept.failures.update({a.entry.key: error for a in waiting.arrivals})

    def _settle_each(self, group: Group, kept: Kept) -> None:
        for arrival in group.arrivals:
            self._settle(Group(group.who, [arrival]), kept)

    def _settle_once(self, group: Group, kept: Kept) -> None:
        identities = customers.identities(group.handles)
        who = next((a.customer_id for a in group.arrivals if a.customer_id), None)
        who = who or planning.owner(group.handles.values(), identities)
        customer, conversation = self._read(who) if who else (None, None)
        plan = planning.full(
            Group(group.who, group.arrivals[: MAX_ACTIONS // 2]),
            identities=identities,
            customer=customer,
            conversation=conversation,
            customer_id=new_id("cus"),
            conversation_id=new_id("cnv"),
            origin=self.origin,
            now=self.clock(),
        )
        keeping.settle(plan)
        self._note(plan.append.entries, kept, opened_by=plan.conversation.opened_by)
        rest = group.arrivals[MAX_ACTIONS // 2 :]
        if rest:
            self._settle(Group(group.who, rest), kept)

    def _read(self, customer_id: str) -> tuple[Customer, Conversation | None]:
        customer = customers.get(customer_id)
        if customer.open_conversation_id is None:
            return customer, None
        try:
            return customer, conversations.get(customer.open_conversation_id)
        except NotFound:
            return customer, None

    def _without_repeats(self, group: Group, kept: Kept) -> Group:
        """The group less what is kept already, so that a repeat never opens a conversation."""
        found = get_many(keys.entry(a.entry.key) for a in group.arrivals)
        present = {entry.key: entry for entry in map(entries.from_item, found.values())}
        for arrival in group.arrivals:
            if old := present.get(arrival.entry.key):
                self._repeat(old, arrival, kept)
        return Group(group.who, [a for a in group.arrivals if a.entry.key not in present])

    def _drop_repeats(self, group: Group, refusals: Sequence[Refusal], kept: Kept) -> None:
        by_key = {f"entry:{a.entry.key}": a for a in group.arrivals}
        for refusal in refusals:
            arrival = by_key.get(refusal.tag)
            if arrival and refusal.condition_failed and refusal.old:
                self._repeat(entries.from_item(_raw(refusal)), arrival, kept)
                group.arrivals.remove(arrival)

    def _repeat(self, old: Entry, arrival: Arrival, kept: Kept) -> None:
        kept.duplicates.add(old.key)
        kept.placed[old.key] = old.conversation_id or ""
        if old.delivery_id is not None and old.delivery_id == arrival.entry.delivery_id:
            # This very delivery kept it and was cut off before its events were out for certain.
            opened_by = arrival.opened_by
            kept.events.extend(_events_of(old, opened_by))

    def _note(self, noted: Iterable[Entry], kept: Kept, opened_by: str = "customer") -> None:
        for entry in noted:
            kept.entries.append(entry)
            kept.placed[entry.key] = entry.conversation_id or ""
            kept.events.extend(_events_of(entry, opened_by))


def _raw(refusal: Refusal) -> EntryItem:
    return EntryItem.from_raw_data(refusal.old or {})


def _events_of(entry: Entry, opened_by: str) -> list[Event]:
    """What an entry tells the world: the message, and the conversation if it began with it."""
    customer_id, conversation_id = entry.customer_id or "", entry.conversation_id or ""
    out: list[Event] = []
    if entry.opens:
        opened = events.ConversationOpened(
            conversation_id=conversation_id,
            customer_id=customer_id,
            opened_by="alert" if opened_by == "alert" else "customer",
            channel=entry.channel,
        )
        out.append(events.event(opened, conversation_id, at=entry.at, trace=entry.delivery_id))
    if entry.kind == "message" and entry.direction == "in":
        received = events.MessageReceived(
            message_key=entry.key,
            customer_id=customer_id,
            conversation_id=conversation_id,
            channel=entry.channel or "",
            at=entry.at,
        )
        out.append(events.event(received, entry.key, at=entry.at, trace=entry.delivery_id))
    return out
