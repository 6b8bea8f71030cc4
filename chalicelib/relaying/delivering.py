"""One delivery: whether to call now, and what follows from the answer.

The next step is put on the queue before this one is written down, and what is written down is not
done again. So a worker that dies on the way costs the endpoint a call too many, never one too few.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from chalicelib.clock import Clock, to_millis
from chalicelib.relaying import schedule
from chalicelib.relaying.calling import Caller, Outcome
from chalicelib.relaying.messages import Sending
from chalicelib.relaying.outbox import Outbox
from chalicelib.relaying.standing import Standing, missed
from chalicelib.store import relay_deliveries, relays
from chalicelib.store.relay_records import (
    DEAD,
    DELIVERED,
    GONE,
    RelayDelivery,
    RelayEndpoint,
)

SHOWN_ATTEMPTS = 20
"""Of one delivery, the latest."""


@dataclass(frozen=True, kw_only=True)
class Deliverer:
    caller: Caller
    outbox: Outbox
    standing: Standing
    clock: Clock

    def deliver(self, sending: Sending) -> str:
        """Carry out one attempt; returns what it came to: delivered, failed, dead, waiting,
        tested, repeated or forgotten. Raises Unavailable to be called again."""
        now = to_millis(self.clock())
        endpoint, kept = relays.look(sending.endpoint_id, sending.event_id)
        if endpoint is None:
            return "forgotten"
        if kept is not None and kept.is_past(sending.round, sending.attempt):
            return "repeated"
        before = kept if kept is not None and kept.round == sending.round else None
        delivery = before or _fresh(sending, kept)
        if sending.test:
            return self._test(endpoint, delivery, sending, now)
        if not endpoint.enabled:
            if not missed(endpoint, sending):
                return "forgotten"
            return self._bury(delivery, "endpoint_off", now)
        if schedule.gives_up(sending.since, now):
            return self._bury(delivery, "too_old", now)
        if not self.standing.may_call(endpoint, now):
            return self._wait(endpoint, delivery, sending, now)
        return self._attempt(endpoint, delivery, sending, now)

    def _wait(
        self, endpoint: RelayEndpoint, delivery: RelayDelivery, sending: Sending, now: datetime
    ) -> str:
        """Until the endpoint may be called again. That costs no attempt."""
        until = endpoint.probe_at
        wait = max((until or now) - now, timedelta(seconds=1))
        self.outbox.put(sending, wait)
        if delivery.next_at is None:
            self._keep(delivery, now, next_at=now + wait)
        return "waiting"

    def _attempt(
        self, endpoint: RelayEndpoint, delivery: RelayDelivery, sending: Sending, now: datetime
    ) -> str:
        outcome = self.caller.call(endpoint, sending, now)
        if outcome.delivered:
            self.standing.note_success(endpoint)
            return self._finish(delivery, sending, outcome, DELIVERED, now)
        if outcome.gone:
            self.standing.switch_off(endpoint, GONE, now)
            return self._finish(delivery, sending, outcome, DEAD, now, reason=GONE)
        self.standing.note_failure(endpoint, now)
        return self._again(delivery, sending, outcome, now)

    def _again(
        self, delivery: RelayDelivery, sending: Sending, outcome: Outcome, now: datetime
    ) -> str:
        moment = schedule.next_attempt(
            sending.attempt,
            unique=f"{sending.endpoint_id}\x1f{sending.event_id}",
            since=sending.since,
            now=now,
            asked=outcome.asked,
        )
        if moment is None:
            return self._finish(delivery, sending, outcome, DEAD, now, reason="no_attempts_left")
        following = msgspec.structs.replace(sending, attempt=sending.attempt + 1)
        self.outbox.at(moment, following, now)
        self._keep(_tried(delivery, sending, outcome), now, next_at=to_millis(moment))
        return "failed"

    def _test(
        self, endpoint: RelayEndpoint, delivery: RelayDelivery, sending: Sending, now: datetime
    ) -> str:
        """One call, whatever state the endpoint is in, and without any consequence for it."""
        outcome = self.caller.call(endpoint, sending, now)
        status = DELIVERED if outcome.delivered else DEAD
        reason = None if outcome.delivered else "test"
        self._finish(delivery, sending, outcome, status, now, reason=reason)
        return "tested"

    def _bury(self, delivery: RelayDelivery, reason: str, now: datetime) -> str:
        self._keep(delivery, now, status=DEAD, reason=reason, finished_at=now, next_at=None)
        return DEAD

    def _finish(
        self,
        delivery: RelayDelivery,
        sending: Sending,
        outcome: Outcome,
        status: str,
        now: datetime,
        *,
        reason: str | None = None,
    ) -> str:
        tried = _tried(delivery, sending, outcome)
        self._keep(tried, now, status=status, reason=reason, finished_at=now, next_at=None)
        return status

    def _keep(self, delivery: RelayDelivery, now: datetime, **changes: object) -> None:
        relay_deliveries.put(msgspec.structs.replace(delivery, **changes), now)


def _fresh(sending: Sending, earlier: RelayDelivery | None) -> RelayDelivery:
    """A delivery that begins, perhaps not for the first time."""
    return RelayDelivery(
        endpoint_id=sending.endpoint_id,
        event_id=sending.event_id,
        event_type=sending.event_type,
        body=sending.body,
        first_at=earlier.first_at if earlier else to_millis(sending.since),
        round=sending.round,
        attempts=earlier.attempts if earlier else (),
        test=sending.test,
    )


def _tried(delivery: RelayDelivery, sending: Sending, outcome: Outcome) -> RelayDelivery:
    attempts = (*delivery.attempts, outcome.attempt)[-SHOWN_ATTEMPTS:]
    return msgspec.structs.replace(delivery, attempt=sending.attempt, attempts=attempts)
