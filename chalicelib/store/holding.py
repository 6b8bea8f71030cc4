"""Whose a conversation is, kept exact: an agent's count of open ones, what is theirs, and a team's
queue change in the one transaction that changes the conversation.

So, at any moment, an agent's `open` is how many open conversations name them in `held_by`, and an
open conversation stands in one queue or none, as its `queued` says.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.store import keys
from chalicelib.store.models import ConversationItem
from chalicelib.store.models_routing import AgentItem, HeldItem, WaitingItem
from chalicelib.store.records import Conversation
from chalicelib.store.routing_records import Waiting
from chalicelib.store.table import Transaction

AGENT = "agent"
"""The tag of the one who gets a conversation; a refusal of it says: not there, or full."""


def let_go(
    transaction: Transaction,
    case: Conversation,
    keep: str | None = None,
    stay: Waiting | None = None,
) -> dict[str, Any]:
    """Take a conversation from whom it is with (unless that is `keep`) and out of its queue (unless
    it is to `stay` there); what this changes of it is returned, to go with `as_read`."""
    changes: dict[str, Any] = {}
    if case.held_by and case.held_by != keep:
        transaction.update(
            "former",
            AgentItem(*keys.agent(case.held_by)),
            [AgentItem.open.add(-1)],
            AgentItem.pk.exists(),
        )
        transaction.delete("held", HeldItem(*keys.held(case.held_by, case.id)))
        changes["held_by"] = None
    if case.queued and case.queued != (stay.name if stay else None):
        team, _, place = case.queued.partition("#")
        transaction.delete("place", WaitingItem(*keys.waiting(team, place)))
        changes["queued"] = None
    return changes


def hand_to(
    transaction: Transaction, case: Conversation, agent_id: str, *, most: int, at: datetime
) -> None:
    """Make it an agent's who has fewer than `most` open; nothing if it is theirs already."""
    if case.held_by == agent_id:
        return
    transaction.update(
        AGENT,
        AgentItem(*keys.agent(agent_id)),
        [AgentItem.open.add(1), AgentItem.assigned_at.set(at)],
        AgentItem.pk.exists() & (AgentItem.open < most),
    )
    row = HeldItem(*keys.held(agent_id, case.id))
    row.conversation_id = case.id
    transaction.put("holding", row)


def queue(transaction: Transaction, case: Conversation, waiting: Waiting) -> dict[str, Any]:
    """Put it into a team's queue; what this changes of it is returned."""
    if case.queued == waiting.name:
        return {}
    row = WaitingItem(*keys.waiting(waiting.team, waiting.place))
    row.conversation_id = case.id
    transaction.put("waiting", row)
    return {"queued": waiting.name}


def setting(changes: Mapping[str, Any]) -> list[Action]:
    """Changes of a conversation as they are written: what is None or empty is removed."""
    attributes = ConversationItem.get_attributes()
    return [
        attributes[name].remove()
        if value is None or value in ("", (), {}, [])
        else attributes[name].set(value)
        for name, value in changes.items()
    ]


def as_read(case: Conversation) -> Condition:
    """Whose it is, and where it waits, is as it was read."""
    condition: Condition = ConversationItem.pk.exists()
    for attribute, known in (
        (ConversationItem.held_by, case.held_by),
        (ConversationItem.queued, case.queued),
    ):
        condition &= attribute == known if known else attribute.does_not_exist()
    return condition
