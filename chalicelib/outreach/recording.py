"""Record: an ending or another try, kept however the store falters, then told to the world."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.outreach.outcomes import Again, Ending
from chalicelib.outreach.schedule import Schedule
from chalicelib.store import notifications
from chalicelib.store.erasure_records import ERASED
from chalicelib.store.notification_records import OURSELVES, Notification
from chalicelib.store.table import Refused

ATTEMPTS = 4


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """Writes down what became of notifications. `pause` waits before attempt n + 1."""

    schedule: Callable[[], Schedule]
    bus: Callable[[], Bus]
    clock: Clock
    pause: Callable[[int], None]

    def keep(self, note: Notification, what: Again | Ending) -> str:
        """Record what follows for `note` as it was read; returns its status afterwards.

        Raises Unavailable to be called again with the same message.
        """
        return self._again(note, what) if isinstance(what, Again) else self._end(note, what)

    def wake(self, note: Notification) -> None:
        """Have it decided at its due time, if it is still waiting."""
        if note.status in notifications.WAITING:
            self.schedule().at_due_time(note, self.clock())

    def announce(self, note: Notification) -> None:
        """Tell the bus of a sent one. A repeat tells again, under the same event id. What went to
        our own people is nothing that happened to a customer."""
        if note.status != "sent" or note.customer_id in (ERASED, OURSELVES):
            return
        sent = events.NotificationSent(
            notification_id=note.id,
            customer_id=note.customer_id,
            purpose=note.purpose,
            kind=note.kind,
            channel=note.channel or "",
            order_key=note.order_key,
            campaign_id=note.campaign_id,
        )
        at = note.sent_at or self.clock()
        self.bus().publish([events.event(sent, note.id, at=at, trace=note.id)])

    def _again(self, note: Notification, again: Again) -> str:
        """The note comes first: a worker that dies before the wake-up is set leaves its message,
        whose repeat finds the note waiting and sets it."""
        kept = notifications.postpone(
            note, until=again.until, status=again.status, decision=again.decision
        )
        later = msgspec.structs.replace(
            note, status=again.status, due_at=again.until, attempt=note.attempt + 1
        )
        if not kept:
            # Changed by another worker, or by this very call, whose answer got lost.
            later = notifications.get(note.id)
        self.wake(later)
        return later.status

    def _end(self, note: Notification, ending: Ending) -> str:
        done = self._finished(note, ending)
        self.announce(done)
        return done.status

    def _finished(self, note: Notification, ending: Ending) -> Notification:
        """Stubborn: after a send, giving up here would make it uncertain."""
        for attempt in range(ATTEMPTS):
            try:
                done = self._finish(note, ending)
            except Unavailable:
                if attempt == ATTEMPTS - 1:
                    raise
                done = None
            if done:
                return done
            self.pause(attempt)
        raise Unavailable(f"the outcome of {note.id} could not be recorded")

    def _finish(
        self, note: Notification, ending: Ending, *, counted: bool = True
    ) -> Notification | None:
        """The note with its outcome; None if something passing stood in the way."""
        try:
            notifications.finish(
                note,
                outcome=ending.outcome,
                decision=ending.decision,
                sent=ending.said,
                counted=counted,
                values=dict(ending.values),
                survey=ending.asked,
            )
        except Refused as refused:
            found = notifications.get(note.id)
            if _state(found) != _state(note):
                # Decided elsewhere, or by this very call, whose answer got lost.
                return found
            if counted and any(
                r.tag == "conversation" and r.condition_failed for r in refused.refusals
            ):
                return self._finish(note, ending, counted=False)
            return None
        return msgspec.structs.replace(note, status=ending.outcome, **ending.values)


def _state(note: Notification) -> tuple[str, int, str | None]:
    return note.status, note.attempt, note.claim
