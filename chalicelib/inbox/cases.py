"""Cases: what is done with a conversation – resolve it, open it again, hurry."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import Conflict, Contention
from chalicelib.store import conversations, customers, entries, pauses
from chalicelib.store.records import OPEN, RESOLVED, Conversation, Entry
from chalicelib.store.table import Refused

MAX_ATTEMPTS = 4

HIGH = "high"
"""The priority of what cannot wait."""


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Commands on conversations. Repeating one changes nothing but tells the bus again.
    `pause_while` says what doesn't count as time taken."""

    bus: Callable[[], Bus]
    clock: Clock
    pause_while: Collection[str] = pauses.WHYS

    def resolve(
        self, conversation_id: str, by: str, reason: events.ResolvedReason = "solved"
    ) -> Conversation:
        """End a case: solved, or for another reason. Raises NotFound, or Unavailable (then repeat
        the call)."""
        case = conversations.get(conversation_id)
        if case.status == OPEN:
            line = self._line(case, f"resolved:{case.resolutions + 1}", by=by, reason=reason)
            try:
                conversations.resolve(
                    case,
                    at=line.at,
                    by=by,
                    reason=reason,
                    entry=line,
                    current_of=self._whose_current(case),
                )
            except Refused as refused:
                if conversations.get(conversation_id).status == OPEN:
                    raise Conflict("the conversation has just changed: repeat") from refused
            case = conversations.get(conversation_id)
        if case.status != RESOLVED:
            raise Conflict(f"conversation {conversation_id} was reopened at the same moment")
        resolved: dict[str, Any] = {
            "conversation_id": case.id,
            "customer_id": case.customer_id,
            "resolution": case.resolutions,
            "resolved_by": case.resolved_by or by,
            # What was kept, not what this call says: a repeat tells the bus the same.
            "reason": case.resolved_reason or "solved",
        }
        at = case.resolved_at or self.clock()
        resolved["paused"] = pauses.taken(case, at, self.pause_while)
        told = events.ConversationResolved(**resolved)
        self.bus().publish(
            [events.event(told, case.id, str(case.resolutions), at=at, trace=case.id)]
        )
        return case

    def reopen(self, conversation_id: str, by: str) -> Conversation:
        """Open a solved case again. Raises NotFound; Conflict if its customer has another open."""
        case = conversations.get(conversation_id)
        if case.status == RESOLVED:
            line = self._line(case, f"reopened:{case.resolutions}", by=by)
            try:
                conversations.reopen(
                    case, customer_id=customers.get(case.customer_id).id, entry=line
                )
            except Refused as refused:
                if conversations.get(conversation_id).status == RESOLVED:
                    raise Conflict(
                        f"customer {case.customer_id} has another open conversation: answer there"
                    ) from refused
            case = conversations.get(conversation_id)
        if case.resolutions:
            self._tell_reopened(case, by)
        return case

    def not_helped(
        self, conversation_id: str, *, resolution: int, survey_id: str, by: str = "survey"
    ) -> Conversation:
        """The customer says that the `resolution`th ending of this case was none: it is open again
        with high priority. If they have another one open by now, that one is the urgent one; if
        the case was ended once more since, nothing changes: that ending has a question of its own.

        One survey does this once, however often it is told. Returns the conversation that is to be
        looked after. Raises NotFound, or Contention (then repeat the call).
        """
        key = f"survey:{survey_id}:not_helped"
        for _ in range(MAX_ATTEMPTS):
            done = entries.get_entries([key]).get(key)
            if done is None and not self._hurry(conversation_id, resolution, key, by):
                continue
            where = done.conversation_id if done else None
            case = conversations.get(where or self._current(conversation_id))
            if case.id == conversation_id and case.status == OPEN:
                self._tell_reopened(case, by)
            return case
        raise Contention(f"conversation {conversation_id} kept changing: repeat the call")

    def _hurry(self, conversation_id: str, resolution: int, key: str, by: str) -> bool:
        """Whether what is to be done is done; False if the conversation has just changed."""
        case = conversations.get(self._current(conversation_id))
        if case.status == RESOLVED and case.resolutions != resolution:
            return True
        change = "hurried" if case.status == OPEN else "reopened"
        line = self._line(case, change, key=key, by=by, priority=HIGH)
        try:
            if case.status == OPEN:
                conversations.prioritise(case, priority=HIGH, entry=line)
            else:
                who = customers.get(case.customer_id).id
                conversations.reopen(case, customer_id=who, entry=line, priority=HIGH)
        except Refused:
            return False
        return True

    def _current(self, conversation_id: str) -> str:
        """The conversation that this one's customer has open, if any; else this one."""
        case = conversations.get(conversation_id)
        return customers.get(case.customer_id).open_conversation_id or case.id

    def _tell_reopened(self, case: Conversation, by: str) -> None:
        reopened = events.ConversationReopened(
            conversation_id=case.id,
            customer_id=case.customer_id,
            resolution=case.resolutions,
            reopened_by=by,
        )
        number = str(case.resolutions)
        self.bus().publish([events.event(reopened, case.id, number, at=self.clock())])

    def _whose_current(self, case: Conversation) -> str | None:
        """The customer whose next message would go to this case; None if it would go elsewhere."""
        customer = customers.get(case.customer_id)
        return customer.id if customer.open_conversation_id == case.id else None

    def _line(
        self, case: Conversation, change: str, *, key: str | None = None, **details: str
    ) -> Entry:
        """A change as a line of the timeline; `change` with its number names this one of it."""
        return Entry(
            key=key or f"conversation:{case.id}:{change}",
            at=self.clock(),
            kind="conversation",
            customer_id=case.customer_id,
            conversation_id=case.id,
            details={"change": change.partition(":")[0], **details},
        )
