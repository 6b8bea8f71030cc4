"""Staff API: the teams, and what each has to do now."""

from collections import Counter

from chalicelib.playbook_values import Words
from chalicelib.routing.choosing import most
from chalicelib.routing_sections import Team
from chalicelib.store import agents, case_counts
from chalicelib.store.routing_records import Agent
from chalicelib.web.endpoints import Call, Endpoint
from chalicelib.web.views import View

MOST_WAITING = 1000
"""Conversations that are counted of a team's, apart from what is put off."""


class TeamView(View, frozen=True, kw_only=True):
    """A team now: `open` conversations are with its people, `waiting` for them (up to 1000 are
    counted); apart from those `snoozed` ones, which wait but are put off until later (10 000 of all
    teams are counted; what is put off beyond that counts as waiting). `room` is how many more those
    who are online may get."""

    id: str
    name: Words
    default: bool = False
    skills: tuple[str, ...] = ()
    open_now: bool = False
    agents: int = 0
    online: int = 0
    open: int = 0
    room: int = 0
    waiting: int = 0
    snoozed: int = 0


class TeamList(View, frozen=True, kw_only=True):
    teams: list[TeamView]


def list_teams(call: Call) -> TeamList:
    """The playbook's teams, with what they have to do now. Somebody of two teams counts in both."""
    playbook = call.wiring.playbook
    everyone = agents.everyone() if playbook.teams else []
    now, brand = call.wiring.clock(), playbook.hours
    queues = case_counts.asleep(now).values() if playbook.teams else ()
    later = Counter(queue.partition("#")[0] for queue in queues)
    # So many more, as those that are put off stand in the same queue and are taken off again.
    waiting = agents.waiting_counts({t.id: MOST_WAITING + later[t.id] for t in playbook.teams})
    return TeamList(
        teams=[
            _team(
                team,
                everyone,
                waiting[team.id],
                later[team.id],
                team.open_hours(brand).open_at(now),
            )
            for team in playbook.teams
        ]
    )


def _team(
    team: Team, everyone: list[Agent], waiting: int, snoozed: int, open_now: bool
) -> TeamView:
    theirs = [one for one in everyone if team.id in one.teams]
    online = [one for one in theirs if one.presence == "online"]
    return TeamView(
        id=team.id,
        name=team.name,
        default=team.default,
        skills=team.skills,
        open_now=open_now,
        agents=len(theirs),
        online=len(online),
        open=sum(one.open for one in theirs),
        room=sum(max(most(one, team) - one.open, 0) for one in online),
        waiting=max(waiting - snoozed, 0),
        snoozed=snoozed,
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/teams",
        scope="agents:read",
        summary="The teams, and what each has to do now",
        handle=list_teams,
        returns=TeamList,
    ),
)
