"""Who answers: what is known of them, what is theirs, what waits for their teams."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import NotFound
from chalicelib.store import keys
from chalicelib.store.mapping import record
from chalicelib.store.models import Item
from chalicelib.store.models_routing import AgentItem, HeldItem, WaitingItem
from chalicelib.store.routing_records import Agent, Presence, Waiting
from chalicelib.store.table import Key, get_many, translated, update_if

MOST = 1000
"""Agents that are looked at when one is to be chosen."""

LISTING = "AGENTS"
_PAGE = 100


def from_item(found: Item) -> Agent:
    return record(Agent, found, id=found.pk.removeprefix("AGENT#"))


def get(agent_id: str) -> Agent:
    """Raises NotFound."""
    key = keys.agent(agent_id)
    found = get_many([key]).get(key)
    if found is None:
        raise NotFound(f"no agent {agent_id!r}: PUT /v1/agents/{{agent_id}} makes one")
    return from_item(found)


def find(agent_id: str) -> Agent | None:
    key = keys.agent(agent_id)
    found = get_many([key]).get(key)
    return from_item(found) if found else None


def put(agent: Agent, *, at: datetime) -> Agent:
    """Make an agent, or change what is known of one; presence and count stay as they are."""
    actions: list[Action] = [
        AgentItem.type.set(AgentItem),
        Item.gsi2pk.set(LISTING),
        Item.gsi2sk.set(agent.id),
        AgentItem.name.set(agent.name),
        AgentItem.presence.set(AgentItem.presence | agent.presence),
        AgentItem.open.add(0),
        AgentItem.changed_at.set(at),
    ]
    attributes = AgentItem.get_attributes()
    for name in ("teams", "skills", "languages", "capacity"):
        value: Any = getattr(agent, name)
        empty = value is None or value == ()
        actions.append(attributes[name].remove() if empty else attributes[name].set(value))
    with translated():
        AgentItem(*keys.agent(agent.id)).update(actions=actions, add_version_condition=False)
    return get(agent.id)


def be(agent_id: str, presence: Presence, *, at: datetime) -> Agent:
    """Note that somebody came or went; nothing changes for who is so already. Raises NotFound."""
    other: Condition = AgentItem.presence != presence
    update_if(
        AgentItem(*keys.agent(agent_id)),
        [AgentItem.presence.set(presence), AgentItem.present_at.set(at)],
        AgentItem.pk.exists() & other,
    )
    return get(agent_id)


def listed(*, limit: int, after: str | None = None) -> tuple[list[Agent], str | None]:
    """Agents by id, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(Item.listing.query(LISTING, bound, limit=limit, page_size=limit))
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor


def everyone() -> list[Agent]:
    """All agents as they are now, at most a thousand; one made this second may be missing."""
    found: list[Agent] = []
    after: str | None = None
    while len(found) < MOST:
        page, after = listed(limit=_PAGE, after=after)
        found += page
        if after is None:
            break
    return found


def held(agent_id: str, *, limit: int = _PAGE) -> list[str]:
    """The ids of the open conversations that are an agent's, as they are now."""
    pk, _ = keys.agent(agent_id)
    with translated():
        rows = HeldItem.query(
            pk, HeldItem.sk.startswith("V#"), consistent_read=True, limit=limit, page_size=limit
        )
        return [row.conversation_id for row in rows]


def waiting(team: str, *, limit: int) -> list[Waiting]:
    """What waits for a team, the next first, as it is now."""
    pk, _ = keys.waiting(team, "")
    with translated():
        rows = list(WaitingItem.query(pk, consistent_read=True, limit=limit, page_size=limit))
    return [Waiting(team=team, place=row.sk, conversation_id=row.conversation_id) for row in rows]


def waiting_counts(most: Mapping[str, int]) -> dict[str, int]:
    """How many conversations wait for each of these teams, counted up to so many of each."""
    with translated():
        return {
            team: WaitingItem.count(keys.waiting(team, "")[0], limit=limit)
            for team, limit in most.items()
        }
