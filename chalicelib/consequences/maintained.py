"""After a device's maintenance: the owner's timeline, and a word to who had been told of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.maintenance import Told, say, told_of
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.outreach import maintenance_keys as keys
from chalicelib.store import entries, notifications
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Entry

KIND = "maintenance"

LOOKED_THROUGH = 100
"""Of an owner's latest notifications, how many are looked at for what they were told."""

REACHED = ("sent", "uncertain", "claimed")


def close_maintenance(event: Happened, hands: Hands) -> None:
    """A line on the owner's timeline, reminders that wait taken back, and a word with the next
    expected date to an owner who had been told that it was due, or soon would be."""
    done: events.MaintenanceDone = event.data
    told = told_of(hands, done.device_id, done.owner_id)
    if told is None:
        return
    covered = [plan for plan in told.plans if not done.plans or plan.name in done.plans]
    line = keys.line(done.device_id, done.at)
    entries.keep_beside([_line(line, done, [plan.name for plan in covered])])
    latest, _ = notifications.listed(told.owner.family, limit=LOOKED_THROUGH)
    about = [n for n in latest if n.kind == KIND and n.device_id == done.device_id]
    for note in about:
        of = keys.plan_in(note.key, done.device_id)
        if note.status in notifications.WAITING and any(plan.name == of for plan in covered):
            hands.planner.cancel(note.key, "maintenance_done")
    own = keys.done(done.device_id, done.at)
    since = [note for note in about if note.key != own and note.status in REACHED]
    if any(_was_told(plan.name, since, done.device_id) for plan in covered):
        say(hands, told, own, _thanks(told, covered, hands.clock()))


def _thanks(told: Told, covered: Sequence[MaintenancePlan], now: datetime) -> str:
    from chalicelib.fleet.state.due import soonest  # the rules and all they bring

    coming = soonest(told.device, covered, now)
    when = told.wording.when(coming.at, coming.earliest, coming.latest, now) if coming else None
    return told.wording.of_done(when)


def _was_told(plan: str, latest: Iterable[Notification], device_id: str) -> bool:
    """Whether the newest word about a plan said that it was due, or would be: a confirmation of
    its maintenance ends that."""
    for note in latest:
        if keys.is_done(note.key):
            if plan in _covered_by(note.key):
                return False
        elif keys.plan_in(note.key, device_id) == plan:
            return True
    return False


def _covered_by(done_key: str) -> Sequence[str]:
    """The plans that a maintenance was for which was confirmed."""
    line = keys.line_of(done_key)
    found = entries.get_entries([line]).get(line)
    plans: Sequence[str] = found.details.get("plans", ()) if found else ()
    return plans


def _line(key: str, done: events.MaintenanceDone, plans: Sequence[str]) -> Entry:
    return Entry(
        key=key,
        at=done.at,
        kind="maintenance",
        customer_id=done.owner_id,
        details={"device_id": done.device_id, "plans": list(plans)},
    )
