"""Route: find the team and the person for a conversation, or let it wait for the next who is free.

A change that is refused is made anew from what is there now. After a conversation was put into a
queue, who has room is looked at once more, and who gets room looks at the queue: whichever comes
second sees the first, so that nothing waits for somebody who is free.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.errors import Contention, NotFound
from chalicelib.routing import choosing, lines
from chalicelib.routing.choosing import Choice
from chalicelib.routing.desk import place
from chalicelib.routing.filling import Filler
from chalicelib.routing.giving import Giver, Giving, found
from chalicelib.routing_sections import Team
from chalicelib.store import agents, conversations, customers, entries
from chalicelib.store.records import OPEN, Conversation, Customer
from chalicelib.store.routing_records import Agent

ATTEMPTS = 8

STAYING = frozenset({"agent_away", "unassigned", "regraded"})
"""Reasons for which somebody else of the same team is to be found."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One routing: `name` says which, so that it happens once. `team` is given where staff chose
    it; `avoid` is who shall not get it; `moves` says that it leaves even somebody of another team
    who has it and is there; `changes` are noted with it."""

    name: str
    reason: str
    team: Team | None = None
    avoid: str | None = None
    moves: bool = False
    by: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Router:
    """Gives conversations to teams and agents. Raises Unavailable: then repeat the call."""

    giver: Giver
    filler: Filler
    pause: Callable[[int], None]

    def route(self, conversation_id: str, wanted: Wanted) -> Conversation | None:
        """Find the team and somebody of it; the conversation as it is then. None if it is gone."""
        key = lines.routed_key(conversation_id, wanted.name)
        for attempt in range(ATTEMPTS):
            if done := entries.get_entries([key]).get(key):
                self.giver.tell(done)
                return found(conversation_id)
            case = found(conversation_id)
            if case is None or case.status != OPEN:
                return case
            if self._once(case, wanted, key):
                return found(conversation_id)
            self.pause(attempt)
        raise Contention(f"conversation {conversation_id} kept changing: repeat the call")

    def _once(self, case: Conversation, wanted: Wanted, key: str) -> bool:
        choice = self._choice(case, wanted)
        everyone = agents.everyone() if choice else []
        if choice is None or self._may_stay(case, choice.team, wanted, everyone):
            return self._note(case, wanted)
        team = choice.team
        before = case.held_by or case.assignee
        agent = choosing.choose_agent(
            everyone, team, case.language, prefer=before, avoid=wanted.avoid
        )
        after = msgspec.structs.replace(case, **wanted.changes)
        if agent is None and case.queued == place(after, team.id).name:
            return self._note(case, wanted)
        giving = Giving(
            key=key,
            team=team,
            agent=agent,
            reason=wanted.reason,
            why=choice.why,
            by=wanted.by,
            changes=wanted.changes,
        )
        if self.giver.give(case, giving) != "done":
            return False
        self._settle(case, team, agent, wanted.avoid)
        return True

    def _settle(
        self, case: Conversation, team: Team, agent: Agent | None, avoid: str | None
    ) -> None:
        """Whoever has got room meanwhile is found in the queue, and the one who had it has room."""
        if agent is None:
            late = choosing.choose_agent(agents.everyone(), team, case.language, avoid=avoid)
            if late is not None:
                self.filler.fill(late.id)
        if case.held_by and case.held_by not in (avoid, agent.id if agent else None):
            self.filler.fill(case.held_by)

    def _choice(self, case: Conversation, wanted: Wanted) -> Choice | None:
        if wanted.team is not None:
            return Choice(team=wanted.team, why=wanted.reason)
        desk = self.giver.desk
        present = desk.team(case.team)
        if wanted.reason in STAYING and present is not None:
            return Choice(team=present, why=wanted.reason)
        customer = _customer(case) if desk.playbook.tiers else None
        return desk.choose(case, customer, wanted.reason, self.giver.clock())

    def _may_stay(
        self, case: Conversation, team: Team, wanted: Wanted, everyone: list[Agent]
    ) -> bool:
        """Whether somebody who is there has it, and may keep it."""
        holder = next((one for one in everyone if one.id == case.held_by), None)
        if holder is None or holder.presence != "online" or holder.id == wanted.avoid:
            return False
        return not wanted.moves or case.team == team.id

    def _note(self, case: Conversation, wanted: Wanted) -> bool:
        """It stays where it is; what came with the wish is kept."""
        changes = self.giver.desk.changes(case, wanted.changes, case.team, case.assignee)
        new = {name: value for name, value in changes.items() if getattr(case, name) != value}
        if new:
            conversations.change(case.id, new)
        return True

    def leave(self, agent_id: str, *, name: str) -> int:
        """Somebody has gone: what is theirs and waits for an answer goes to others of its team, or
        waits for them. Where it is the customer's turn, it stays theirs. How many moved."""
        moved = 0
        for case in conversations.some(agents.held(agent_id)).values():
            if case.held_by == agent_id and case.waiting_since is not None:
                wanted = Wanted(name=name, reason="agent_away", avoid=agent_id)
                self.route(case.id, wanted)
                moved += 1
        return moved


def _customer(case: Conversation) -> Customer | None:
    try:
        return customers.get(case.customer_id)
    except NotFound:
        return None
