"""How a conversation stands with its promises: what is due by when, or since when it stands still.
Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.routing import targets
from chalicelib.routing.desk import Desk
from chalicelib.store import pauses
from chalicelib.store.records import Conversation


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`due_at` by target, of those that have a moment by now; `paused_since` since when the time
    for a solution has stood still, and `paused_because` of what."""

    due_at: Mapping[str, datetime] = field(default_factory=dict)
    paused_since: datetime | None = None
    paused_because: tuple[str, ...] = ()


def standing(case: Conversation, desk: Desk, now: datetime) -> Standing:
    sla = desk.playbook.sla
    if sla is None:
        return Standing()
    due_at: dict[str, datetime] = {
        one.target: one.due_at for one in targets.dues(case, sla, desk.hours(case.team))
    }
    if not targets.has_resolution(case, sla):
        return Standing(due_at=due_at)
    stops = targets.stops(case, sla)
    why = dict.fromkeys(sorted(one.why for one in stops if pauses.holds(one, now)))
    since = pauses.stopped_since(targets.began(case), stops, now)
    return Standing(due_at=due_at, paused_since=since, paused_because=tuple(why))
