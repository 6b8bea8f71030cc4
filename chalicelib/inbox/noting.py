"""Notes: what staff write for staff, and whom of them it is meant for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, to_millis
from chalicelib.errors import InvalidRequest
from chalicelib.inbox import mentioning
from chalicelib.store import agents, conversations, mentions
from chalicelib.store.records import Entry

NOTE = "note"
"""The kind of a line that is staff's own: it never goes to a customer."""


@dataclass(frozen=True, kw_only=True)
class Noting:
    """Keeps notes. Raises NotFound where there is no such conversation."""

    bus: Callable[[], Bus]
    clock: Clock

    def note(
        self, conversation_id: str, text: str, *, by: str, once: str, named: Sequence[str] = ()
    ) -> Entry:
        """Keep a note; `once` names this one of it. Agents whom it names, or who are `named` with
        it, find it among their mentions. A repeat keeps nothing more but tells the bus again.

        Raises InvalidRequest for a name that nobody has.
        """
        case = conversations.get(conversation_id)
        meant = self._meant(text, named)
        line = mentions.note(
            Entry(
                key=f"note:{case.id}:{once}",
                at=to_millis(self.clock()),
                kind=NOTE,
                customer_id=case.customer_id,
                conversation_id=case.id,
                text=text,
                details={"by": by, **({"mentions": list(meant)} if meant else {})},
            )
        )
        self._tell(line)
        return line

    def _meant(self, text: str, named: Sequence[str]) -> tuple[str, ...]:
        if not named and "@" not in text:
            return ()
        called = mentioning.names(agents.everyone())
        nobody = mentioning.unknown(named, called)
        if nobody is not None:
            fix = "write an agent's id or name, as GET /v1/agents lists them"
            raise InvalidRequest(f"mentions: no one agent is called {nobody[:60]!r}: {fix}")
        chosen = (called[mentioning.folded(one)] for one in named)
        found = dict.fromkeys((*chosen, *mentioning.mentioned(text, called)))
        return tuple(found)[: mentioning.MOST]

    def _tell(self, line: Entry) -> None:
        case_id, customer_id = line.conversation_id or "", line.customer_id or ""
        extended = events.TimelineExtended(
            entry_key=line.key,
            kind=NOTE,
            customer_id=customer_id,
            at=line.at,
            conversation_id=case_id,
        )
        found = [events.event(extended, line.key, at=line.at)]
        for agent_id in line.details.get("mentions", ()):
            named = events.AgentMentioned(
                agent_id=agent_id,
                conversation_id=case_id,
                customer_id=customer_id,
                note_key=line.key,
                by=line.details["by"],
                at=line.at,
            )
            found.append(events.event(named, line.key, agent_id, at=line.at, trace=case_id))
        self.bus().publish(found)
