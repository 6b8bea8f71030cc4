"""Give: a conversation to a team and one of it, or to its queue, and tell the bus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, iso, to_millis
from chalicelib.errors import NotFound
from chalicelib.routing import choosing, lines
from chalicelib.routing.desk import Desk, place
from chalicelib.routing_sections import Team
from chalicelib.store import assignments, conversations
from chalicelib.store.assignments import Assignment, Outcome
from chalicelib.store.records import Conversation, Entry
from chalicelib.store.routing_records import Agent


@dataclass(frozen=True, kw_only=True)
class Giving:
    """Whose a conversation shall be, and how that is told. Without an `agent` it waits in the
    team's queue, without a `team` it is nobody's. `key` names the line that says so, which makes it
    happen once (None: as often as it is wished). `changes` are made with it."""

    team: Team | None
    agent: Agent | None
    reason: str
    key: str | None = None
    why: str = ""
    by: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Giver:
    desk: Desk
    bus: Callable[[], Bus]
    clock: Clock

    def give(self, case: Conversation, giving: Giving) -> Outcome:
        """Make it so, and tell, if the conversation is as it was read and the agent has room."""
        at = to_millis(self.clock())
        team, agent = giving.team, giving.agent
        team_id, agent_id = (team.id if team else None), (agent.id if agent else None)
        changes = self.desk.changes(case, giving.changes, team_id, agent_id)
        after = msgspec.structs.replace(case, **giving.changes)
        locale = self.desk.playbook.brand.default_locale
        line = lines.routed(
            case,
            giving.key or key_at(case.id, at, team_id, agent_id),
            at,
            team=team_id,
            called=team.name.in_(locale) if team else None,
            assignee=agent_id,
            agent=agent.name if agent else None,
            reason=giving.reason,
            why=giving.why,
            locale=locale,
            by=giving.by,
        )
        outcome = assignments.write(
            case,
            Assignment(
                team=team_id,
                assignee=agent_id,
                most=choosing.most(agent, team) if agent else 0,
                waiting=place(after, team_id) if team_id and not agent_id else None,
                at=at,
                changes=changes,
                entry=line,
            ),
        )
        if outcome == "done":
            self.tell(line)
        return outcome

    def tell(self, line: Entry) -> None:
        """Tell the bus what a line says of whose the conversation is."""
        said = line.details
        routed = events.ConversationRouted(
            conversation_id=line.conversation_id or "",
            customer_id=line.customer_id or "",
            at=line.at,
            reason=said.get("reason", ""),
            team=said.get("team"),
            assignee=said.get("assignee"),
        )
        trace = line.conversation_id
        self.bus().publish([events.event(routed, line.key, at=line.at, trace=trace)])


def key_at(conversation_id: str, at: datetime, team: str | None, assignee: str | None) -> str:
    """The line of what was given at a moment."""
    return lines.routed_key(conversation_id, ":".join((iso(at), team or "", assignee or "")))


def found(conversation_id: str) -> Conversation | None:
    """None for one that is gone, with its customer."""
    try:
        return conversations.get(conversation_id)
    except NotFound:
        return None
