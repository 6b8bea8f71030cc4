"""Intake: a batch of the queue `inbound`, parsed and handed to those who keep it.

One delivery may hold a thousand messages and one batch ten deliveries: all their messages are
kept together, which is what makes a message cheap; each delivery succeeds or fails for itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import msgspec
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import envelope
from chalicelib.bodies import Bodies
from chalicelib.bus import Bus
from chalicelib.channels.base import (
    Channel,
    ChannelEvent,
    ConsentNotice,
    Deletion,
    Delivery,
    Echo,
    Edit,
    IdentityChange,
    Ignored,
    InboundMessage,
    Pointer,
    Reaction,
)
from chalicelib.clock import Clock
from chalicelib.commerce.base import Shop
from chalicelib.commerce.facts import OrderFact
from chalicelib.commerce.keep_orders import OrderBook
from chalicelib.errors import ParseError, TemasError
from chalicelib.inbox.arrivals import Arrival, of_message
from chalicelib.inbox.asides import of_aside
from chalicelib.inbox.beside import Beside
from chalicelib.inbox.keep import Inbox, Kept
from chalicelib.listening import Listening, beside
from chalicelib.notices import Notice, Notices
from chalicelib.pointers import Followed

Told = ChannelEvent | OrderFact

AHEAD = timedelta(minutes=5)
"""How far a platform's clock may run ahead of ours and still be believed."""

SOURCE_OF_SNS = "ses"
"""Whose messages come into the queue without an envelope: AWS's own, by a subscription."""


class Carry(Protocol):
    """Keeps the files of a message whose bytes came with its delivery, or with the content that a
    pointer led to. Raises Unavailable."""

    def __call__(
        self, message: InboundMessage, delivery: Delivery, content: bytes | None
    ) -> None: ...


@dataclass(frozen=True)
class Parsed:
    """What a batch says, by the queue's message ids, and what became of it."""

    arrivals: dict[str, list[Arrival]] = field(default_factory=dict)
    facts: dict[str, tuple[str, list[OrderFact]]] = field(default_factory=dict)
    notices: dict[str, list[Notice]] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Works batches of `inbound`. `sources` by name; `listening` hears what
    short messages mean; `recognise` is told of two customers who share a message; `count` takes the
    tallies of a batch."""

    sources: Mapping[str, Channel | Shop]
    follow: Callable[[Pointer, Delivery], Followed]
    carry: Carry
    bodies: Callable[[], Bodies]
    inbox: Inbox
    beside: Beside
    orders: OrderBook
    notices: Notices
    listening: Listening
    recognise: Callable[[str, str], Any]
    bus: Callable[[], Bus]
    clock: Clock
    count: Callable[[Mapping[str, int]], None]

    def take(self, records: Sequence[SQSRecord]) -> Mapping[str, Exception]:
        """Keep everything the records say; returns the failures by message id."""
        parsed = Parsed()
        for record in records:
            self._guarded(parsed, record.message_id, partial(self._parse_one, record, parsed))
        self._keep_arrivals(parsed, list(parsed.arrivals))
        for message_id, (trace, facts) in parsed.facts.items():
            self._guarded(parsed, message_id, partial(self.orders.keep, facts, trace))
        for message_id, notices in parsed.notices.items():
            self._guarded(parsed, message_id, partial(self.notices.take, notices))
        parsed.counts["DeliveriesFailed"] += len(parsed.failures)
        self.count(parsed.counts)
        return parsed.failures

    def _parse_one(self, record: SQSRecord, parsed: Parsed) -> None:
        delivery = self._delivery(record)
        source = self.sources.get(delivery.source)
        if source is None:
            raise ParseError(f"no parser for the source {delivery.source!r}")
        told: list[Told] = []
        for one in source.parse(delivery):
            content = None
            found: Sequence[Told] = [one]
            if isinstance(one, Pointer):
                found, content = self.follow(one, delivery)
            for event in found:
                if isinstance(event, InboundMessage) and event.media:
                    self.carry(event, delivery, content)
            told += found
        self._sort(record.message_id, told, delivery, parsed)

    def _delivery(self, record: SQSRecord) -> Delivery:
        if envelope.is_bare(record.body):
            return Delivery(
                delivery_id=f"sns_{record.message_id}",
                source=SOURCE_OF_SNS,
                received_at=self.clock(),
                headers={},
                body=record.body.encode(),
            )
        sealed = envelope.unseal(record.body)
        body = sealed.inline
        if body is None:
            if sealed.s3_key is None:
                raise ParseError("the envelope holds neither a body nor where it lies")
            body = self.bodies().read(sealed.s3_key)
        return envelope.delivery(sealed, body)

    def _sort(
        self, message_id: str, told: Sequence[Told], delivery: Delivery, parsed: Parsed
    ) -> None:
        arrivals: list[Arrival] = []
        facts: list[OrderFact] = []
        notices: list[Notice] = []
        ignored: list[str] = []
        name = delivery.delivery_id
        for one in told:
            if isinstance(one, InboundMessage):
                arrivals.append(of_message(_in_time(one, delivery.received_at), delivery_id=name))
            elif isinstance(one, Ignored):
                ignored.append(one.what)
            elif isinstance(one, OrderFact):
                facts.append(one)
            elif isinstance(one, Echo | Reaction | Edit | Deletion):
                arrivals.append(of_aside(one, delivery_id=name))
            elif not isinstance(one, Pointer):
                if isinstance(one, ConsentNotice | IdentityChange):
                    arrivals.append(of_aside(one, delivery_id=name))
                notices.append(one)
        parsed.counts["EventsIgnored"] += len(ignored)
        if ignored:
            self.bodies().keep(delivery, ignored[0])
        if arrivals:
            parsed.arrivals[message_id] = arrivals
        if facts:
            parsed.facts[message_id] = (name, facts)
        if notices:
            parsed.notices[message_id] = notices

    def _keep_arrivals(self, parsed: Parsed, message_ids: Collection[str]) -> None:
        if not message_ids:
            return
        try:
            self._keep_together(parsed, {name: parsed.arrivals[name] for name in message_ids})
        except TemasError as error:
            parsed.failures.update(dict.fromkeys(message_ids, error))
        except Exception as error:  # noqa: BLE001
            # Wide on purpose, as below: a message that breaks the keeper breaks it alone.
            if len(message_ids) == 1:
                parsed.failures.update(dict.fromkeys(message_ids, error))
            else:
                for message_id in message_ids:
                    self._keep_arrivals(parsed, [message_id])

    def _keep_together(self, parsed: Parsed, arrivals: Mapping[str, Sequence[Arrival]]) -> None:
        every = [arrival for told in arrivals.values() for arrival in told]
        heard = self.listening.hear(every, _silenced(parsed))
        every = beside(every, heard)
        kept = self.inbox.keep(every)
        # After the turns: what is beside them may be about somebody they have just made known.
        self.beside.keep([arrival for arrival in every if arrival.beside], kept)
        self.bus().publish(kept.events)
        for guest, known in sorted(kept.doubles):
            self.recognise(guest, known)
        self.listening.act(one for key, one in heard.items() if key not in kept.failures)
        _tally(parsed.counts, kept)
        for message_id, told in arrivals.items():
            failed = (kept.failures.get(arrival.entry.key) for arrival in told)
            failure = next((error for error in failed if error), None)
            if failure:
                parsed.failures[message_id] = failure

    def _guarded(self, parsed: Parsed, message_id: str, work: Callable[[], Any]) -> None:
        # Wide on purpose: whatever one delivery does to its parser or keeper, the others go on.
        try:
            work()
        except Exception as error:  # noqa: BLE001
            parsed.failures.setdefault(message_id, error)


def _silenced(parsed: Parsed) -> set[tuple[str, str]]:
    """The addresses of which the platforms themselves tell in this batch what may go there."""
    told = (notice for notices in parsed.notices.values() for notice in notices)
    return {
        (notice.channel, notice.address)
        for notice in told
        if isinstance(notice, ConsentNotice) and notice.scope == "all"
    }


def _tally(counts: Counter[str], kept: Kept) -> None:
    counts["MessagesKept"] += len(kept.entries)
    counts["MessagesRepeated"] += len(kept.duplicates)
    counts["EventsOfStrangers"] += kept.strangers


def _in_time(message: InboundMessage, received_at: datetime) -> InboundMessage:
    """The message, not from the future: one dated far ahead would stay the last word for days."""
    if message.at <= received_at + AHEAD:
        return message
    return msgspec.structs.replace(message, at=received_at)
