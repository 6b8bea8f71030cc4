"""How many conversations are open: what is to be looked at now, and apart from it what is put
off."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.clock import iso
from chalicelib.store import places
from chalicelib.store.models import Item
from chalicelib.store.records import OPEN
from chalicelib.store.table import translated

MOST_COUNTED = 10_000


@dataclass(kw_only=True)
class Queue:
    """A team's open conversations that are to be looked at now: how many, how many nobody has, and
    how many each person has. Apart from them, how many are `snoozed`, put off until later."""

    open: int = 0
    snoozed: int = 0
    unassigned: int = 0
    assignees: Counter[str] = field(default_factory=Counter)


def counted(now: datetime) -> tuple[dict[str, Queue], bool]:
    """The open conversations of every team ("": of none), and whether there are more than were
    counted. By keys alone, about 6000 of them a request; what is put off as `asleep` says."""
    later = asleep(now)
    queues: dict[str, Queue] = {}
    number = 0
    with translated():
        rows = Item.listing.query(f"V#{OPEN}", limit=MOST_COUNTED + 1)
        for row in rows:
            number += 1
            if number > MOST_COUNTED:
                break
            team, assignee = places.whose(row.gsi2sk or "")
            _count(queues.setdefault(team, Queue()), assignee, later=row.pk in later)
    return queues, number > MOST_COUNTED


def _count(queue: Queue, assignee: str, *, later: bool) -> None:
    if later:
        queue.snoozed += 1
        return
    queue.open += 1
    queue.unassigned += not assignee
    if assignee:
        queue.assignees[assignee] += 1


def asleep(now: datetime) -> dict[str, str]:
    """What is put off until later than now, by its key, with the place in a team's queue where it
    waits ("": in none). The list holds whole conversations, and DynamoDB reads 1 MB of them a
    request, however little of each is asked for."""
    with translated():
        rows = Item.timeline.query(
            places.ASLEEP,
            Item.gsi1sk > f"{iso(now)}$",
            limit=MOST_COUNTED,
            attributes_to_get=["pk", "sk", "type", "queued"],
        )
        return {row.pk: getattr(row, "queued", None) or "" for row in rows}
