"""Alerts as staff work on them. What the rules say of an alert is written by `devices` alone, and
what staff say by this module alone: neither ever overwrites the other's."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import Conflict, Contention, NotFound
from chalicelib.store import devices, entries, incidents, keys, notifications
from chalicelib.store.device_records import Alert
from chalicelib.store.devices import alert_from
from chalicelib.store.incident_records import Sight
from chalicelib.store.models import AlertItem
from chalicelib.store.records import Entry
from chalicelib.store.table import get_many, translated, update_if

MOST_COMMENTS = 50
MOST_BYTES = 200_000
"""Of all comments of an alert together: half of what an item holds."""

ATTEMPTS = 8
PAGE, MOST_PAGES = 100, 5
"""How much of the list is looked through in one call for alerts of a kind."""


def get(device_id: str, alert_id: str) -> Alert:
    """Raises NotFound."""
    found = devices.get_alert(device_id, alert_id)
    if found is None:
        raise NotFound(f"device {device_id} has no alert {alert_id}")
    return found


def of_device(device_id: str) -> list[Alert]:
    """All alerts of a device, the latest first. Reads all of them: a device has few, and rules that
    flap are damped."""
    pk, _ = keys.device(device_id)
    with translated():
        rows = list(AlertItem.query(pk, AlertItem.sk.startswith("A#"), consistent_read=True))
    return sorted(map(alert_from, rows), key=lambda one: (one.raised_at, one.id), reverse=True)


def listed(
    status: str, *, fits: Callable[[Alert], bool] | None, limit: int, after: str | None
) -> tuple[list[Alert], str | None]:
    """Alerts that are "open" or "cleared" and of which `fits` holds, oldest first, and the cursor
    of the next page. Where few fit, a page may have less than `limit`, or none, and others follow.
    """
    found: list[Alert] = []
    for _ in range(MOST_PAGES if fits else 1):
        page, cursor = devices.alerts_listed(status, limit=PAGE if fits else limit, after=after)
        for alert in page:
            if fits is None or fits(alert):
                found.append(alert)
            if len(found) == limit:
                return found, keys.moment(alert.raised_at, alert.id)
        if cursor is None:
            return found, None
        after = cursor
    return found, after


def look(
    device_id: str,
    alert_id: str,
    *,
    case: str,
    trouble: tuple[str, str] | None = None,
    notices: Iterable[str] = (),
) -> Sight:
    """An alert with what has come of it, in one request: the entry by which its `case` began, the
    latest incident of its model and rule (`trouble`), and notices by their ids."""
    pointer = keys.latest_incident(*trouble) if trouble else None
    wanted = [keys.alert(device_id, alert_id), keys.entry(case)]
    told = [keys.notification(name) for name in notices]
    found = get_many([*wanted, *told, *([pointer] if pointer else [])])
    alert, line = (found.get(key) for key in wanted)
    latest = found.get(pointer) if pointer else None
    return Sight(
        alert=alert_from(alert) if alert else None,
        case=entries.from_item(line) if line else None,
        pointer=incidents.pointer_from(latest) if latest else None,
        notices=tuple(notifications.from_item(found[key]) for key in told if key in found),
    )


def cases_of(incident_id: str, alerts: Iterable[tuple[str, str, str]]) -> dict[str, Entry]:
    """Of these alerts (alert, device, the entry by which its case would begin), those that are part
    of this incident and have a case: with those entries. One request for each 50 alerts."""
    wanted = {
        alert_id: (keys.alert(device_id, alert_id), keys.entry(case))
        for alert_id, device_id, case in alerts
    }
    found = get_many(key for pair in wanted.values() for key in pair)
    cases: dict[str, Entry] = {}
    for alert_id, (key, line) in wanted.items():
        alert = found.get(key)
        if alert is not None and line in found and alert_from(alert).incident_id == incident_id:
            cases[alert_id] = entries.from_item(found[line])
    return cases


def acknowledge(device_id: str, alert_id: str, *, by: str, at: datetime) -> Alert:
    """Note who has seen an alert first, and when. Raises NotFound."""
    actions: list[Action] = [
        AlertItem.acknowledged_at.set(at),
        AlertItem.acknowledged_by.set(by),
    ]
    _change(device_id, alert_id, actions, AlertItem.acknowledged_at.does_not_exist())
    return get(device_id, alert_id)


def assign(device_id: str, alert_id: str, assignee: str | None, *, by: str, at: datetime) -> Alert:
    """Make an alert somebody's, or nobody's; whose it is already it stays. Raises NotFound."""
    whose = AlertItem.assignee
    actions: list[Action] = [
        whose.set(assignee) if assignee else whose.remove(),
        AlertItem.assigned_at.set(at),
        AlertItem.assigned_by.set(by),
    ]
    other = (whose.does_not_exist() | (whose != assignee)) if assignee else whose.exists()
    _change(device_id, alert_id, actions, other)
    return get(device_id, alert_id)


def snooze(
    device_id: str, alert_id: str, until: datetime | None, *, by: str, at: datetime
) -> Alert:
    """Let its owner hear nothing of an open alert until then, or (None) again from now on.

    Raises NotFound; Conflict for one that is over.
    """
    ends = AlertItem.snoozed_until
    actions: list[Action] = [
        ends.set(until) if until else ends.remove(),
        AlertItem.snoozed_at.set(at),
        AlertItem.snoozed_by.set(by),
    ]
    other = (ends.does_not_exist() | (ends != until)) if until else ends.exists()
    _change(device_id, alert_id, actions, other & AlertItem.cleared_at.does_not_exist())
    found = get(device_id, alert_id)
    if found.cleared_at is not None:
        raise Conflict(f"alert {alert_id} is cleared: its owner is told nothing more of it")
    return found


def comment(device_id: str, alert_id: str, said: dict[str, Any]) -> Alert:
    """Add a comment {id, at, by, text}; one with an id that is there already changes nothing. The
    oldest give way where there are too many. Raises NotFound, or Contention: repeat the call."""
    for _ in range(ATTEMPTS):
        found = get(device_id, alert_id)
        if any(one["id"] == said["id"] for one in found.comments):
            return found
        kept = _kept([*found.comments, said])
        before = AlertItem.comments
        unchanged = before == found.comments if found.comments else before.does_not_exist()
        if _change(device_id, alert_id, [before.set(kept)], unchanged):
            return msgspec.structs.replace(found, comments=tuple(kept))
    raise Contention(f"alert {alert_id} keeps being commented on: repeat the call")


def _kept(comments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = comments[-MOST_COMMENTS:]
    while len(msgspec.json.encode(kept)) > MOST_BYTES:
        kept = kept[1:]
    return kept


def _change(device_id: str, alert_id: str, actions: list[Action], condition: Condition) -> bool:
    row = AlertItem(*keys.alert(device_id, alert_id))
    return update_if(row, actions, AlertItem.pk.exists() & condition)
