"""Staff API: who there is to answer, and who is there now."""

import re
from typing import Annotated

import msgspec

from chalicelib.errors import InvalidRequest
from chalicelib.playbook_values import LOCALES
from chalicelib.routing_sections import Capacity
from chalicelib.store import agents
from chalicelib.store.routing_records import Agent, Presence
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint
from chalicelib.web.views import View

_ID = re.compile(r"[A-Za-z0-9_.@-]{1,64}")

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Some = Annotated[tuple[Word, ...], msgspec.Meta(max_length=60)]


class AgentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is known of somebody who answers: the teams they are in, skills they have, languages
    they speak ("tr", "en"; none: all), how many open conversations they may have (left out: as
    their team's)."""

    name: Name
    teams: Some = ()
    skills: Some = ()
    languages: Some = ()
    capacity: Capacity | None = None


class PresenceRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`online` gets conversations; from who is `away` or `offline`, those that wait for an answer
    are given to others."""

    presence: Presence


class AgentPage(View, frozen=True, kw_only=True):
    agents: list[Agent]
    next_cursor: str | None = None


def list_agents(call: Call) -> AgentPage:
    page, cursor = agents.listed(limit=call.limit, after=call.cursor)
    return AgentPage(agents=page, next_cursor=cursor)


def get_agent(call: Call) -> Agent:
    return agents.get(call.path["agent_id"])


def put_agent(call: Call) -> Agent:
    """Make an agent, who is offline at first, or say what else is known of one. Leaving a team does
    not take conversations away."""
    wanted: AgentRequest = call.body
    agent_id = call.path["agent_id"]
    if not _ID.fullmatch(agent_id):
        raise InvalidRequest(
            f"{agent_id[:70]!r} is no id for an agent: write 1 to 64 letters without accents, "
            "digits, dots, dashes, underscores and @"
        )
    for language in wanted.languages:
        if language not in LOCALES:
            raise InvalidRequest(f"languages: {language!r} is not spoken here: write tr or en")
    given = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return call.wiring.staffing.put(Agent(id=agent_id, **given))


def put_presence(call: Call) -> Agent:
    wanted: PresenceRequest = call.body
    return call.wiring.staffing.be(call.path["agent_id"], wanted.presence)


AGENT = "/v1/agents/{agent_id}"

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/agents",
        scope="agents:read",
        summary="Those who answer, by id",
        handle=list_agents,
        returns=AgentPage,
        query=(LIMIT, CURSOR),
    ),
    Endpoint(
        method="PUT",
        path=AGENT,
        scope="agents:write",
        summary="Make or change an agent",
        handle=put_agent,
        returns=Agent,
        body=AgentRequest,
    ),
    Endpoint(
        method="GET",
        path=AGENT,
        scope="agents:read",
        summary="One agent",
        handle=get_agent,
        returns=Agent,
    ),
    Endpoint(
        method="PUT",
        path=f"{AGENT}/presence",
        scope="agents:write",
        summary="Say that an agent came or went",
        handle=put_presence,
        returns=Agent,
        body=PresenceRequest,
    ),
)
