"""Cases: what staff do with a conversation – resolve it, open it again."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.errors import Conflict
from chalicelib.store import conversations, customers
from chalicelib.store.records import OPEN, RESOLVED, Conversation, Entry
from chalicelib.store.table import Refused


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Commands on conversations. Repeating one changes nothing but tells the bus again."""

    bus: Callable[[], Bus]
    clock: Clock

    def resolve(self, conversation_id: str, by: str) -> Conversation:
        """Mark a case as solved. Raises NotFound, or Unavailable (then repeat the call)."""
        case = conversations.get(conversation_id)
        if case.status == OPEN:
            line = self._line(case, f"resolved:{case.resolutions + 1}", by)
            try:
                conversations.resolve(
                    case, at=line.at, by=by, entry=line, current_of=self._whose_current(case)
                )
            except Refused as refused:
                if conversations.get(conversation_id).status == OPEN:
                    raise Conflict("the conversation has just changed: repeat") from refused
            case = conversations.get(conversation_id)
        if case.status != RESOLVED:
            raise Conflict(f"conversation {conversation_id} was reopened at the same moment")
        resolved = events.ConversationResolved(
            conversation_id=case.id,
            customer_id=case.customer_id,
            resolution=case.resolutions,
            resolved_by=case.resolved_by or by,
        )
        at = case.resolved_at or self.clock()
        number = str(case.resolutions)
        self.bus().publish([events.event(resolved, case.id, number, at=at, trace=case.id)])
        return case

    def reopen(self, conversation_id: str, by: str) -> Conversation:
        """Open a solved case again. Raises NotFound; Conflict if its customer has another open."""
        case = conversations.get(conversation_id)
        if case.status == RESOLVED:
            line = self._line(case, f"reopened:{case.resolutions}", by)
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
        if case.resolutions == 0:
            return case
        reopened = events.ConversationReopened(
            conversation_id=case.id,
            customer_id=case.customer_id,
            resolution=case.resolutions,
            reopened_by=by,
        )
        number = str(case.resolutions)
        self.bus().publish([events.event(reopened, case.id, number, at=self.clock())])
        return case

    def _whose_current(self, case: Conversation) -> str | None:
        """The customer whose next message would go to this case; None if it would go elsewhere."""
        customer = customers.get(case.customer_id)
        return customer.id if customer.open_conversation_id == case.id else None

    def _line(self, case: Conversation, what: str, by: str) -> Entry:
        return Entry(
            key=f"conversation:{case.id}:{what}",
            at=self.clock(),
            kind="conversation",
            customer_id=case.customer_id,
            conversation_id=case.id,
            details={"change": what.partition(":")[0], "by": by},
        )
