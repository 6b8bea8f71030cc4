"""Snoozing: until when a conversation can wait, as staff say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, iso, to_millis
from chalicelib.errors import Contention
from chalicelib.store import conversations, pauses, waits
from chalicelib.store.records import Conversation, Entry

ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Snoozing:
    """Commands on when a conversation is looked at again. Repeating one changes nothing but tells
    the bus again. Raises NotFound where there is none."""

    bus: Callable[[], Bus]
    clock: Clock

    def snooze(self, conversation_id: str, until: datetime | None, *, by: str) -> Conversation:
        """Put a conversation off until then, or (None) no longer. It ends by itself at that moment,
        and when the customer writes. Raises Contention (then repeat the call)."""
        until = to_millis(until) if until else None
        for _ in range(ATTEMPTS):
            case = conversations.get(conversation_id)
            if case.snoozed_until == until:
                self._tell(case)
                return case
            at = to_millis(self.clock())
            paused = pauses.put_off(pauses.known(case), at, until)
            changes = {"snoozed_until": until, "pauses": paused}
            line = _line(case, at, until, by)
            if conversations.change(case.id, changes, condition=waits.unpaused(case), entry=line):
                # Told is what was written: the customer may have written since, which ends it.
                self._tell(replace(case, snoozed_until=until, pauses=paused))
                return conversations.get(case.id)
        raise Contention(f"conversation {conversation_id} keeps changing: repeat the call")

    def _tell(self, case: Conversation) -> None:
        """What staff last said of when to look again, if they ever did."""
        last, until = pauses.last_snooze(case.pauses), case.snoozed_until
        if last is None or (until is None and last.until != last.since):
            return
        told = events.ConversationSnoozed(
            conversation_id=case.id, customer_id=case.customer_id, at=last.since, until=until
        )
        parts = (iso(last.since), iso(until) if until else "")
        self.bus().publish([events.event(told, case.id, *parts, at=last.since, trace=case.id)])


def _line(case: Conversation, at: datetime, until: datetime | None, by: str) -> Entry:
    ends = {"until": iso(until)} if until else {}
    return Entry(
        key=f"conversation:{case.id}:snoozed:{iso(at)}:{ends.get('until', '')}",
        at=at,
        kind="conversation",
        customer_id=case.customer_id,
        conversation_id=case.id,
        details={"change": "snoozed", "by": by, **ends},
    )
