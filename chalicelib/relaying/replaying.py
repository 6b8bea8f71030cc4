"""Deliveries once more, page by page: named ones, or an endpoint's dead letters since some time."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chalicelib.clock import Clock, to_millis
from chalicelib.relaying.messages import Replay, Sending
from chalicelib.relaying.outbox import Outbox
from chalicelib.store import relay_deliveries
from chalicelib.store.relay_records import PENDING, RelayDelivery

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Replayer:
    outbox: Outbox
    clock: Clock

    def replay(self, wish: Replay) -> int:
        """Put a page of these deliveries on the queue, and the rest of the wish behind it; returns
        how many. Each begins another round, so that a repeat of this does nothing more."""
        if wish.event_ids:
            found = relay_deliveries.some(wish.endpoint_id, wish.event_ids)
            return self._begin(found.values())
        page, cursor = relay_deliveries.dead(
            wish.endpoint_id, limit=PAGE, after=wish.cursor, since=wish.since
        )
        until = wish.until
        wanted = [one for one in page if until is None or (one.finished_at or until) <= until]
        if cursor is not None and len(wanted) == len(page):
            self.outbox.put(msgspec.structs.replace(wish, cursor=cursor))
        return self._begin(wanted)

    def _begin(self, deliveries: Iterable[RelayDelivery]) -> int:
        """What is under way already goes on as it is."""
        now = to_millis(self.clock())
        waiting = [one for one in deliveries if one.status != PENDING and not one.test]
        self.outbox.put_all(
            [
                Sending(
                    endpoint_id=one.endpoint_id,
                    event_id=one.event_id,
                    event_type=one.event_type,
                    body=one.body,
                    since=now,
                    round=one.round + 1,
                )
                for one in waiting
            ]
        )
        for one in waiting:
            begun = msgspec.structs.replace(
                one,
                round=one.round + 1,
                attempt=0,
                status=PENDING,
                reason=None,
                finished_at=None,
                next_at=now,
            )
            relay_deliveries.put(begun, now)
        return len(waiting)
