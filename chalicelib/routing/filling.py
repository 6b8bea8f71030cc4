"""Fill: who has room gets what waits for their teams, the most urgent and oldest first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.ids import new_id
from chalicelib.routing import choosing, lines
from chalicelib.routing.giving import Giver, Giving
from chalicelib.routing_sections import MOST_CAPACITY, Team
from chalicelib.store import agents, conversations
from chalicelib.store.records import Conversation
from chalicelib.store.routing_records import Agent

LOOKED_AT = 25
"""Of each queue, when somebody has room: the first may be in languages that they don't speak."""


@dataclass(frozen=True, kw_only=True)
class Filler:
    giver: Giver
    pause: Callable[[int], None]

    def fill(self, agent_id: str) -> int:
        """Give an agent what waits, as long as they are there and have room; returns how many.

        What somebody else takes meanwhile is theirs. Raises Unavailable.
        """
        given = missed = 0
        while given + missed < MOST_CAPACITY:
            agent = agents.find(agent_id)
            next_one = next(self._for(agent), None) if agent else None
            if agent is None or next_one is None:
                break
            case, team = next_one
            key = lines.routed_key(case.id, new_id("queue"))
            giving = Giving(key=key, team=team, agent=agent, reason="queue")
            if self.giver.give(case, giving) == "done":
                given += 1
            else:
                missed += 1
                self.pause(missed)
        return given

    def _for(self, agent: Agent) -> Iterator[tuple[Conversation, Team]]:
        """What waits that the agent can answer now, in its order."""
        teams = [
            team
            for team in self.giver.desk.playbook.teams
            if choosing.fits(agent, team, language=None)
        ]
        waiting = [
            (one.place, one.conversation_id, team)
            for team in teams
            for one in agents.waiting(team.id, limit=LOOKED_AT)
        ]
        waiting.sort(key=lambda one: one[0])
        for start in range(0, len(waiting), LOOKED_AT):
            part = waiting[start : start + LOOKED_AT]
            cases = conversations.some([name for _, name, _ in part])
            for _, name, team in part:
                case = cases.get(name)
                if case is not None and choosing.fits(agent, team, case.language):
                    yield case, team
