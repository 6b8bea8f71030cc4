"""Staff: who there is to answer and who is there now, and what staff give to whom by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock, iso, to_millis
from chalicelib.errors import Conflict, Contention, InvalidRequest
from chalicelib.routing import choosing
from chalicelib.routing.giving import Giving, key_at
from chalicelib.routing.router import ATTEMPTS, Router, Wanted
from chalicelib.routing_sections import Team
from chalicelib.store import agents, conversations, entries
from chalicelib.store.records import OPEN, Conversation
from chalicelib.store.routing_records import Agent, Presence


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Commands of the staff API. Raise NotFound, Conflict, InvalidRequest, or Unavailable: then
    repeat the call."""

    router: Router
    bus: Callable[[], Bus]
    clock: Clock

    def put(self, agent: Agent) -> Agent:
        """Make an agent, or change what is known of one."""
        for team in agent.teams:
            self.team(team)
        kept = agents.put(agent, at=to_millis(self.clock()))
        self._tell(kept, "known", iso(kept.changed_at or self.clock()))
        return kept

    def be(self, agent_id: str, presence: Presence) -> Agent:
        """Say that somebody came or went."""
        kept = agents.be(agent_id, presence, at=to_millis(self.clock()))
        self._tell(kept, kept.presence, iso(kept.present_at or self.clock()))
        return kept

    def _tell(self, agent: Agent, *what: str) -> None:
        at = to_millis(self.clock())
        changed = events.AgentChanged(agent_id=agent.id, presence=agent.presence, at=at)
        self.bus().publish([events.event(changed, agent.id, *what, at=at)])

    def team(self, team_id: str) -> Team:
        """Raises InvalidRequest."""
        found = self.router.giver.desk.team(team_id)
        if found is None:
            names = [one.id for one in self.router.giver.desk.playbook.teams]
            fix = f"write one of {', '.join(names)}" if names else "the playbook has no [[teams]]"
            raise InvalidRequest(f"there is no team {team_id!r}: {fix}")
        return found

    def assign(
        self, conversation_id: str, team: str | None, assignee: str | None, *, by: str
    ) -> Conversation:
        """Give an open conversation to somebody; to a team, of which who has room gets it; or to
        nobody of its team any more, where it waits for another."""
        if assignee is None:
            return self._to_team(conversation_id, team, by)
        for attempt in range(ATTEMPTS):
            case, agent = self._open(conversation_id), agents.get(assignee)
            theirs = self._team_of(case, agent, team)
            if (case.held_by, case.team) == (agent.id, theirs.id if theirs else None):
                self._tell_again(case)
                return case
            giving = Giving(team=theirs, agent=agent, reason="assigned", by=by)
            outcome = self.router.giver.give(case, giving)
            if outcome == "full":
                room = choosing.most(agent, theirs)
                raise Conflict(
                    f"{agent.name} has {agent.open} open conversations and may have {room}: choose "
                    f"somebody else, or raise the capacity with PUT /v1/agents/{agent.id}"
                )
            if outcome == "done":
                if case.held_by and case.held_by != agent.id:
                    self.router.filler.fill(case.held_by)
                return conversations.get(conversation_id)
            self.router.pause(attempt)
        raise Contention(f"conversation {conversation_id} kept changing: repeat the call")

    def _to_team(self, conversation_id: str, team: str | None, by: str) -> Conversation:
        case = self._open(conversation_id)
        named = team or case.team
        wanted_team = self.team(named) if named else None
        reason = "assigned" if team and team != case.team else "unassigned"
        if wanted_team is None:
            return self._to_nobody(case, by)
        if reason == "unassigned" and case.held_by is None and case.queued:
            self._tell_again(case)
            return case
        name = f"{wanted_team.id}:{iso(self.clock())}"
        avoid = case.held_by if reason == "unassigned" else None
        wanted = Wanted(name=name, reason=reason, team=wanted_team, avoid=avoid, moves=True, by=by)
        self.router.route(conversation_id, wanted)
        return conversations.get(conversation_id)

    def _to_nobody(self, case: Conversation, by: str) -> Conversation:
        giving = Giving(team=None, agent=None, reason="unassigned", by=by)
        if self.router.giver.give(case, giving) != "done":
            raise Contention(f"conversation {case.id} has just changed: repeat the call")
        if case.held_by:
            self.router.filler.fill(case.held_by)
        return conversations.get(case.id)

    def _team_of(self, case: Conversation, agent: Agent, team: str | None) -> Team | None:
        """As which team's it becomes somebody's."""
        if team is not None:
            named = self.team(team)
            if agent.teams and named.id not in agent.teams:
                theirs = ", ".join(agent.teams)
                raise Conflict(f"{agent.name} is not in the team {team!r}: write one of {theirs}")
            return named
        desk = self.router.giver.desk
        own = [case.team] if case.team in agent.teams or not agent.teams else []
        return next((one for one in map(desk.team, [*own, *agent.teams]) if one), None)

    def _open(self, conversation_id: str) -> Conversation:
        case = conversations.get(conversation_id)
        if case.status != OPEN:
            raise Conflict(f"conversation {case.id} is resolved: reopen it to assign it")
        return case

    def _tell_again(self, case: Conversation) -> None:
        """A repeat changes nothing; what it may have failed to tell is told."""
        if case.assigned_at is None:
            return
        key = key_at(case.id, case.assigned_at, case.team, case.assignee)
        if line := entries.get_entries([key]).get(key):
            self.router.giver.tell(line)
