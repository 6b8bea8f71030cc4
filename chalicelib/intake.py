"""Intake: a batch of the queue `inbound`, parsed and handed to those who keep it.

One delivery may hold a thousand messages and one batch ten deliveries: all their messages are
kept together, which is what makes a message cheap; each delivery succeeds or fails for itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import envelope
from chalicelib.bus import Bus
from chalicelib.channels.base import ChannelEvent, Delivery, InboundMessage, StatusUpdate
from chalicelib.clock import Clock
from chalicelib.commerce.facts import OrderFact
from chalicelib.commerce.keep_orders import OrderBook
from chalicelib.errors import ParseError, TemasError
from chalicelib.inbox import arrivals
from chalicelib.inbox.keep import Inbox
from chalicelib.outreach import feedback
from chalicelib.store import entries, suppressions

Parser = Callable[[Delivery], Sequence[ChannelEvent | OrderFact]]


AHEAD = timedelta(minutes=5)
"""How far a platform's clock may run ahead of ours and still be believed."""


class ReadBody(Protocol):
    """Fetches a body that was too large for the queue, by its key."""

    def __call__(self, key: str) -> bytes: ...


@dataclass(frozen=True)
class Parsed:
    """What a batch says, and where each message came from."""

    messages: dict[str, list[tuple[InboundMessage, str]]] = field(default_factory=dict)
    facts: dict[str, tuple[str, list[OrderFact]]] = field(default_factory=dict)
    statuses: dict[str, list[StatusUpdate]] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Works batches of `inbound`. `parsers` by source; `count` takes the tallies of a batch."""

    parsers: Mapping[str, Parser]
    read_body: ReadBody
    inbox: Inbox
    orders: OrderBook
    bus: Callable[[], Bus]
    clock: Clock
    count: Callable[[Mapping[str, int]], None]

    def take(self, records: Sequence[SQSRecord]) -> Mapping[str, Exception]:
        """Keep everything the records say; returns the failures by message id."""
        parsed = self._parse(records)
        self._keep_messages(parsed, list(parsed.messages))
        for message_id, (trace, facts) in parsed.facts.items():
            self._guarded(parsed, message_id, partial(self.orders.keep, facts, trace))
        for message_id, statuses in parsed.statuses.items():
            self._guarded(parsed, message_id, partial(self._advance, statuses))
        for message_id, body in parsed.reports.items():
            self._guarded(parsed, message_id, partial(self._suppress, body))
        parsed.counts["DeliveriesFailed"] += len(parsed.failures)
        self.count(parsed.counts)
        return parsed.failures

    def _parse(self, records: Sequence[SQSRecord]) -> Parsed:
        parsed = Parsed()
        for record in records:
            self._guarded(parsed, record.message_id, partial(self._parse_one, record, parsed))
        return parsed

    def _parse_one(self, record: SQSRecord, parsed: Parsed) -> None:
        if feedback.is_feedback(record.body):
            parsed.reports[record.message_id] = record.body
            return
        sealed = envelope.unseal(record.body)
        body = sealed.inline
        if body is None:
            if sealed.s3_key is None:
                raise ParseError("the envelope holds neither a body nor where it lies")
            body = self.read_body(sealed.s3_key)
        parser = self.parsers.get(sealed.source)
        if parser is None:
            raise ParseError(f"no parser for the source {sealed.source!r}")
        self._sort(record.message_id, parser(envelope.delivery(sealed, body)), sealed, parsed)

    def _sort(
        self,
        message_id: str,
        told: Sequence[ChannelEvent | OrderFact],
        sealed: envelope.Envelope,
        parsed: Parsed,
    ) -> None:
        facts: list[OrderFact] = []
        for one in told:
            if isinstance(one, InboundMessage):
                pair = (_in_time(one, sealed.received_at), sealed.delivery_id)
                parsed.messages.setdefault(message_id, []).append(pair)
            elif isinstance(one, StatusUpdate):
                parsed.statuses.setdefault(message_id, []).append(one)
            elif isinstance(one, OrderFact):
                facts.append(one)
            else:
                parsed.counts["EventsIgnored"] += 1
        if facts:
            parsed.facts[message_id] = (sealed.delivery_id, facts)

    def _keep_messages(self, parsed: Parsed, message_ids: Collection[str]) -> None:
        if not message_ids:
            return
        try:
            self._keep_together(parsed, {name: parsed.messages[name] for name in message_ids})
        except TemasError as error:
            parsed.failures.update(dict.fromkeys(message_ids, error))
        except Exception as error:  # noqa: BLE001
            # Wide on purpose, as below: a message that breaks the keeper breaks it alone.
            if len(message_ids) == 1:
                parsed.failures.update(dict.fromkeys(message_ids, error))
            else:
                for message_id in message_ids:
                    self._keep_messages(parsed, [message_id])

    def _keep_together(
        self, parsed: Parsed, messages: Mapping[str, Sequence[tuple[InboundMessage, str]]]
    ) -> None:
        kept = self.inbox.keep(
            arrivals.of_message(message, delivery_id=delivery_id)
            for told in messages.values()
            for message, delivery_id in told
        )
        self.bus().publish(kept.events)
        parsed.counts["MessagesKept"] += len(kept.entries)
        parsed.counts["MessagesRepeated"] += len(kept.duplicates)
        for message_id, told in messages.items():
            failed = (kept.failures.get(message.key) for message, _ in told)
            failure = next((error for error in failed if error), None)
            if failure:
                parsed.failures[message_id] = failure

    def _advance(self, statuses: Sequence[StatusUpdate]) -> None:
        for status in statuses:
            error = None
            if status.error_code or status.error:
                error = {"code": status.error_code or "", "detail": status.error or ""}
            entries.advance_status(
                status.key, status=status.status, at=status.at, now=self.clock(), error=error
            )

    def _suppress(self, body: str) -> None:
        for suppression in feedback.suppressions(body, self.clock()):
            suppressions.put(suppression)

    def _guarded(self, parsed: Parsed, message_id: str, work: Callable[[], Any]) -> None:
        # Wide on purpose: whatever one delivery does to its parser or keeper, the others go on.
        try:
            work()
        except Exception as error:  # noqa: BLE001
            parsed.failures.setdefault(message_id, error)


def _in_time(message: InboundMessage, received_at: datetime) -> InboundMessage:
    """The message, not from the future: one dated far ahead would stay the last word for days."""
    if message.at <= received_at + AHEAD:
        return message
    return replace(message, at=received_at)
