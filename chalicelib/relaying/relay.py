"""A batch of the queue `relay`: events are handed to those who want them, deliveries are made.

However slow one endpoint is, the others go on: it gets a share of a batch's time, and what it has
left over goes back to the queue, for another worker. One that keeps failing is left alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.errors import TemasError
from chalicelib.relaying.choosing import wanting
from chalicelib.relaying.delivering import Deliverer
from chalicelib.relaying.messages import Replay, Sending, Told, parse
from chalicelib.relaying.outbox import Outbox
from chalicelib.relaying.replaying import Replayer
from chalicelib.store import relays
from chalicelib.store.relay_records import RelayEndpoint

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

KNOWN_SECONDS = 30.0
"""How long the list of endpoints is remembered: so long a new one may miss events."""
SHARE_SECONDS = 10.0
"""Of a batch, for one endpoint; a call that has begun ends."""
BATCH_SECONDS = 60.0
"""After which deliveries go back to the queue."""


@dataclass(frozen=True, kw_only=True)
class Relay:
    deliverer: Deliverer
    replayer: Replayer
    outbox: Outbox
    monotonic: Callable[[], float]
    count: Callable[[Mapping[str, int]], None]
    _known: list[tuple[float, list[RelayEndpoint]]] = field(default_factory=list)

    def work(self, records: Sequence["SQSRecord"]) -> Mapping[str, Exception]:
        """Returns the failures by message id."""
        batch = _Batch(began=self.monotonic())
        failures: dict[str, Exception] = {}
        # Events first: they take no time, and nobody should wait for them.
        for record in sorted(records, key=lambda one: '"type":"sending"' in one.body[:40]):
            try:
                self._one(record.body, batch)
            except Exception as error:  # noqa: BLE001  one message costs the others nothing
                failures[record.message_id] = error
        self.count({f"Relay{name}": number for name, number in batch.came_to.items()})
        return failures

    def _one(self, body: str, batch: "_Batch") -> None:
        match parse(body):
            case Told() as told:
                batch.note("events", self.hand_out(told))
            case Replay() as wish:
                batch.note("replayed", self.replayer.replay(wish))
            case Sending() as sending:
                self._send(sending, batch)

    def hand_out(self, told: Told) -> int:
        """A message for each endpoint that wants the event; returns how many."""
        chosen = wanting(self._endpoints(), told.type, told.data)
        if not chosen:
            return 0
        body = told.body()
        now = self.deliverer.clock()
        self.outbox.put_all(
            [
                Sending(
                    endpoint_id=one.id,
                    event_id=told.id,
                    event_type=told.type,
                    body=body,
                    since=now,
                )
                for one in chosen
            ]
        )
        return len(chosen)

    def _send(self, sending: Sending, batch: "_Batch") -> None:
        began = self.monotonic()
        if not batch.has_time(sending.endpoint_id, began):
            self.outbox.put(sending)
            batch.note("handed_over", 1)
            return
        try:
            batch.note(self.deliverer.deliver(sending), 1)
        except TemasError:
            batch.note("unable", 1)
            raise
        finally:
            batch.spend(sending.endpoint_id, self.monotonic() - began)

    def _endpoints(self) -> list[RelayEndpoint]:
        now = self.monotonic()
        if not self._known or now - self._known[-1][0] >= KNOWN_SECONDS:
            self._known[:] = [(now, relays.every())]
        return self._known[-1][1]


@dataclass(kw_only=True)
class _Batch:
    """The time a batch has spent, and what its messages came to."""

    began: float
    spent: dict[str, float] = field(default_factory=dict)
    came_to: dict[str, int] = field(default_factory=dict)

    def has_time(self, endpoint_id: str, now: float) -> bool:
        """Whether this endpoint may be called in this batch."""
        mine = self.spent.get(endpoint_id, 0.0)
        return mine < SHARE_SECONDS and now - self.began < BATCH_SECONDS

    def spend(self, endpoint_id: str, seconds: float) -> None:
        self.spent[endpoint_id] = self.spent.get(endpoint_id, 0.0) + seconds

    def note(self, what: str, number: int) -> None:
        name = what.replace("_", " ").title().replace(" ", "")
        self.came_to[name] = self.came_to.get(name, 0) + number
