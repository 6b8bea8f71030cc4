"""What reports, time, staff or a maintenance make of a device: the record to write. Pure.

A changed device carries the events of its change in its outbox: they are written with it, so that
no crash can come between the change and the intention to tell of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib.events import Event
from chalicelib.fleet import news
from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.rulebook import RuleSet
from chalicelib.fleet.state import records, watching
from chalicelib.fleet.state.device import DeviceState
from chalicelib.fleet.state.foreseeing import foreseen
from chalicelib.fleet.state.watching import Observed
from chalicelib.store.device_records import Alert, DeviceRecord, Ownership


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A device as it is to be, and its alerts that differ from those kept.

    `dirty` if there is anything to write. `seen` is what was found. `ended` is the time in which it
    was somebody else's, if that ends with this change.
    The tallies count reports and alerts.
    """

    record: DeviceRecord
    alerts: tuple[Alert, ...] = ()
    dirty: bool = True
    seen: Observed | None = None
    ended: Ownership | None = None
    kept: int = 0
    late: int = 0
    raised: int = 0
    cleared: int = 0


def reported(
    device: DeviceRecord, reports: Sequence[Report], rules: RuleSet, now: datetime
) -> Change:
    """The device with these reports added, whatever their order."""
    return _change(device, watching.observe_all(state_of(device), reports, rules.rules), rules, now)


def maintained(
    device: DeviceRecord,
    *,
    counters: Mapping[str, float] | None,
    plans: Sequence[str],
    at: datetime,
    rules: RuleSet,
    now: datetime,
) -> Change:
    """The device after a maintenance at `at` (`watching.maintained` tells what that does)."""
    seen = watching.maintained(state_of(device), counters, at, rules.rules, plans)
    told = [news.maintained(device, seen.state.maintained_at or at, plans)] if seen.changed else []
    return _change(device, seen, rules, now, told)


def ticked(device: DeviceRecord, rules: RuleSet, now: datetime) -> Change:
    """The device with the passing of time taken note of; not dirty if it changes nothing."""
    return _change(device, watching.ticked(state_of(device), now, rules.rules), rules, now)


def cleared(device: DeviceRecord, rule: str, rules: RuleSet, *, by: str, now: datetime) -> Change:
    """The device after a person closed the open alert of `rule`; not dirty if none is open."""
    seen = watching.cleared(state_of(device), rule, now, rules.rules)
    return _change(device, seen, rules, now, by=by)


def state_of(device: DeviceRecord) -> DeviceState:
    """Raises KeyError, TypeError or ParseError for a record that Temas didn't write."""
    if not device.document:
        return DeviceState(device_id=device.id, since=device.registered_at)
    return replace(records.from_record(device.document, device.id), since=device.registered_at)


def _change(
    device: DeviceRecord,
    seen: Observed,
    rules: RuleSet,
    now: datetime,
    told: Sequence[Event] = (),
    by: str | None = None,
) -> Change:
    state, ahead = foreseen(device, seen.state, seen.standing, rules.plans, now)
    dirty = seen.changed or bool(ahead)
    recent = {
        alert.alert_id: news.recent(alert, seen.state.window, rules.rules) for alert in seen.raised
    }
    record = device
    if dirty:
        record = msgspec.structs.replace(
            device,
            document=records.to_record(state),
            last_at=state.at,
            outbox=outbox(device, [*told, *_told(device, seen, recent, by), *ahead]),
        )
    over = {alert.alert_id for alert in seen.cleared}
    touched = (*seen.raised, *seen.cleared, *seen.moved, *seen.regraded)
    return Change(
        record=record,
        alerts=tuple(
            news.listed(
                device,
                alert,
                recent=recent.get(alert.alert_id),
                cleared_by=by if alert.alert_id in over else None,
            )
            for alert in {alert.alert_id: alert for alert in touched}.values()
        ),
        dirty=dirty,
        seen=replace(seen, state=state),
        kept=seen.kept,
        late=seen.late,
        raised=len(seen.raised),
        cleared=len(seen.cleared),
    )


def _told(
    device: DeviceRecord,
    seen: Observed,
    recent: Mapping[str, Mapping[str, list[float]]],
    by: str | None,
) -> list[Event]:
    before = {alert.alert_id: alert for alert in state_of(device).alerts}
    return [
        *(news.raised(device, alert, recent[alert.alert_id]) for alert in seen.raised),
        *(news.regraded(device, alert, before[alert.alert_id].severity) for alert in seen.regraded),
        *(news.cleared(device, alert, by) for alert in seen.cleared),
    ]


def outbox(device: DeviceRecord, told: Sequence[Event]) -> tuple[dict[str, Any], ...]:
    """What the device has still to tell, with this."""
    waiting = [*device.outbox, *(msgspec.to_builtins(event) for event in told)]
    return tuple({event["id"]: event for event in waiting}.values())
