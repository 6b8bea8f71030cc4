"""Keep a batch: every message once, in the right conversation of the right customer.

A batch of messages from known customers with open conversations costs two requests: one read of
all identities, one transaction. Whoever doesn't fit that assumption is settled one by one, with
everything read afresh. Nothing here decides twice: a plan that DynamoDB refuses is made anew from
what is there now.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

import msgspec

from chalicelib import events
from chalicelib.errors import Contention, NotFound, StoreRejected, TemasError
from chalicelib.events import Event
from chalicelib.ids import new_id
from chalicelib.inbox import planning
from chalicelib.inbox.arrivals import Arrival, Group
from chalicelib.inbox.planning import Fast, Origin
from chalicelib.store import conversations, customers, entries, keeping, keys
from chalicelib.store.models import EntryItem
from chalicelib.store.plans import MAX_ACTIONS, Settle
from chalicelib.store.records import OPEN, Conversation, Customer, Entry, Identity
from chalicelib.store.table import Refusal, Refused, get_many

MAX_ATTEMPTS = 8
MOST_THREAD = 20
"""Of a message's thread that are looked up, the nearest: References grow with every answer."""

IN_PUBLIC = ("mention", "comment")
"""Kinds of message that were written under a post, where everybody reads the answer."""

Pause = Callable[[int], None]
"""Waits a little before attempt n, so that contending workers don't march in step."""


@dataclass
class Kept:
    """What became of a batch. `events` are to be published; `failures` maps the entry keys that
    could not be kept to the reason."""

    entries: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    failures: dict[str, TemasError] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    placed: dict[str, str] = field(default_factory=dict)
    """The conversation of every entry that is kept now, whether by this call or before."""
    doubles: set[tuple[str, str]] = field(default_factory=set)
    """Customers who share a message: it bore handles of both, the first one's first."""
    strangers: int = 0
    """What was about people nobody knows, and so left."""


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """Keeps arrivals. `origin` tells a newcomer's locale and country from their handles; `window`
    is how long another channel carries on where a conversation stopped, `reopening` how long after
    its resolution an answer within its thread opens it again."""

    origin: Origin
    clock: Callable[[], datetime]
    pause: Pause
    window: timedelta
    reopening: timedelta

    def keep(self, arrivals: Iterable[Arrival]) -> Kept:
        """Keep them all; each fails alone, and a repeat of a kept one changes nothing."""
        kept = Kept()
        every = {arrival.entry.key: arrival for arrival in arrivals}.values()
        turns = [arrival for arrival in every if not arrival.beside]
        if turns:
            self._keep(turns, kept)
        return kept

    def _keep(self, arrivals: Collection[Arrival], kept: Kept) -> None:
        identities = self._identities({h.key for a in arrivals for h in a.handles})
        kept.doubles.update(planning.doubles(arrivals, identities))
        slow: list[Group] = []
        plans: list[Fast] = []
        for group in planning.grouped(arrivals, identities):
            fast = planning.fast(group, identities, self.window)
            plans.extend(fast)
            if not fast:
                slow.append(group)
        for pack in planning.packed(plans):
            slow.extend(self._append(pack, kept))
        for group in slow:
            self._settle(group, kept)

    def _identities(self, handles: set[str]) -> dict[str, Identity]:
        try:
            return customers.identities(handles)
        except StoreRejected:
            # One of them can't be a key at all. Each group finds out for itself if it is theirs.
            return {}

    def _append(self, pack: Sequence[Fast], kept: Kept) -> list[Group]:
        """Write a pack of fast plans; returns the groups whose plan didn't hold."""
        try:
            keeping.append_all([plan.append for plan in pack])
        except Refused as refused:
            # A message is a repeat, or a conversation has moved on: the refusal says which.
            tags = {refusal.tag for refusal in refused.refusals}
            held = [plan for plan in pack if tags.isdisjoint(plan.append.tags)]
            groups = [plan.group for plan in pack if plan not in held]
            if not groups:
                return [plan.group for plan in pack]
            return groups + (self._append(held, kept) if held else [])
        except StoreRejected:
            # One message can't be stored. Each plan by itself finds out whose it is.
            return self._append_each(pack, kept) if len(pack) > 1 else [pack[0].group]
        except TemasError as error:
            failed = (arrival for plan in pack for arrival in plan.group.arrivals)
            kept.failures.update({arrival.entry.key: error for arrival in failed})
            return []
        for plan in pack:
            self._note(plan.append.entries, kept)
        return []

    def _append_each(self, pack: Sequence[Fast], kept: Kept) -> list[Group]:
        return [group for plan in pack for group in self._append([plan], kept)]

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
        # Others may have made customers of them meanwhile, and not one and the same.
        first, *others = planning.grouped(group.arrivals, identities)
        portion, *rest = planning.portions(first.arrivals, MAX_ACTIONS // 2)
        plan = self._plan(Group(first.who, portion), identities)
        keeping.settle(plan)
        self._note(plan.append.entries, kept, opened_by=plan.conversation.opened_by)
        left = [*chain.from_iterable(rest), *chain.from_iterable(g.arrivals for g in others)]
        if left:
            self._keep(left, kept)

    def _plan(self, group: Group, identities: Mapping[str, Identity]) -> Settle:
        who = next((a.customer_id for a in group.arrivals if a.customer_id), None)
        who = who or planning.owner(group.handles.values(), identities)
        customer, conversation = self._read(who, group) if who else (None, None)
        if group.arrivals[0].opened_by == "alert":
            conversation = None
        return planning.full(
            group,
            identities=identities,
            customer=customer,
            conversation=conversation,
            customer_id=new_id("cus"),
            conversation_id=new_id("cnv"),
            origin=self.origin,
            now=self.clock(),
            window=self.window,
        )

    def _read(self, customer_id: str, group: Group) -> tuple[Customer, Conversation | None]:
        """The customer, and the conversation that the group carries on: that of the thread it
        answers, else their open one. A pointer to one that isn't open (any more), or that another
        channel left too long ago, counts as none: the plan then replaces it, or is refused if it
        has just been moved."""
        customer = customers.get(customer_id)
        open_one = _found(customer.open_conversation_id) if customer.open_conversation_id else None
        if open_one is not None and open_one.status != OPEN:
            open_one = None
        if open_one is None:
            customer = msgspec.structs.replace(customer, open_conversation_id=None)
        threaded = self._threaded(customer, group)
        if threaded is not None:
            return customer, threaded
        if open_one is not None and not planning.belongs(group, open_one, self.window):
            return msgspec.structs.replace(customer, open_conversation_id=None), None
        return customer, open_one

    def _threaded(self, customer: Customer, group: Group) -> Conversation | None:
        """The conversation of the nearest message that the group answers by its thread, if it is
        this customer's and open, or resolved not long ago."""
        names = [key for arrival in group.arrivals for key in arrival.thread][-MOST_THREAD:]
        found = entries.get_entries(names) if names else {}
        for key in reversed(names):
            entry = found.get(key)
            if entry is None or not entry.conversation_id or entry.customer_id is None:
                continue
            if entry.customer_id not in customer.family:
                continue
            conversation = _found(entry.conversation_id)
            if conversation and self._goes_on(conversation, group):
                return conversation
        return None

    def _goes_on(self, conversation: Conversation, group: Group) -> bool:
        if conversation.status == OPEN:
            return True
        resolved_at = conversation.resolved_at
        at = group.arrivals[0].entry.at
        return resolved_at is not None and at <= resolved_at + self.reopening

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


def _found(conversation_id: str) -> Conversation | None:
    try:
        return conversations.get(conversation_id)
    except NotFound:
        return None


def _raw(refusal: Refusal) -> EntryItem:
    return EntryItem.from_raw_data(refusal.old or {})


def reserved(entry: Entry) -> bool:
    """Whether an answer of our own making would be out of place: others read it, or another app of
    the brand's speaks."""
    told = entry.details
    return bool(told.get("group") or told.get("standby")) or told.get("type") in IN_PUBLIC


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
            reserved=reserved(entry),
        )
        out.append(events.event(opened, conversation_id, at=entry.at, trace=entry.delivery_id))
    if resolution := entry.details.get(planning.REOPENS):
        reopened = events.ConversationReopened(
            conversation_id=conversation_id,
            customer_id=customer_id,
            resolution=resolution,
            reopened_by="customer",
        )
        number = str(resolution)
        out.append(events.event(reopened, conversation_id, number, at=entry.at))
    if entry.kind == "message" and entry.direction == "in":
        received = events.MessageReceived(
            message_key=entry.key,
            customer_id=customer_id,
            conversation_id=conversation_id,
            channel=entry.channel or "",
            at=entry.at,
            media=len(entry.details.get("media", ())),
        )
        out.append(events.event(received, entry.key, at=entry.at, trace=entry.delivery_id))
    return out
