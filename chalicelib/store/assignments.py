"""Giving a conversation to a team and one of it, or to its queue: all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from chalicelib.store import entries, holding, keys, places
from chalicelib.store.models import ConversationItem
from chalicelib.store.records import OPEN, Conversation, Entry
from chalicelib.store.routing_records import Waiting
from chalicelib.store.table import Refused, Transaction

Outcome = Literal["done", "repeated", "full", "changed"]
"""It was written; its line was there already; the agent has as many as they may; the conversation
is not what it was any more (or another writer was in the way)."""


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Whose a conversation shall be. `assignee` (an agent's id) may have fewer than `most` others;
    with `waiting` it stands in that queue; with neither it is nobody's. `changes` are further
    fields, `entry` the line that says so."""

    team: str | None
    assignee: str | None = None
    most: int = 0
    waiting: Waiting | None = None
    at: datetime
    changes: Mapping[str, Any] = field(default_factory=dict)
    entry: Entry


def write(case: Conversation, wanted: Assignment) -> Outcome:
    """Carry it out for an open conversation as it was read."""
    transaction = Transaction()
    fields: dict[str, Any] = {
        **holding.let_go(transaction, case, keep=wanted.assignee, stay=wanted.waiting),
        **wanted.changes,
        "team": wanted.team,
        "assignee": wanted.assignee,
        "assigned_at": wanted.at if wanted.assignee else None,
    }
    if wanted.assignee:
        holding.hand_to(transaction, case, wanted.assignee, most=wanted.most, at=wanted.at)
        fields["held_by"] = wanted.assignee
    if wanted.waiting:
        fields |= holding.queue(transaction, case, wanted.waiting)
    moved = msgspec.structs.replace(case, team=wanted.team, assignee=wanted.assignee)
    actions = [*holding.setting(fields), ConversationItem.gsi2sk.set(places.place(moved))]
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(case.id)),
        actions,
        (ConversationItem.status == OPEN) & holding.as_read(case) & places.unmoved(case),
    )
    entries.put_once(transaction, wanted.entry)
    try:
        transaction.commit()
    except Refused as refused:
        failed = {refusal.tag for refusal in refused.refusals if refusal.condition_failed}
        if f"entry:{wanted.entry.key}" in failed:
            return "repeated"
        return "full" if failed == {holding.AGENT} else "changed"
    return "done"
