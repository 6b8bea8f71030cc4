"""What reports, a maintenance or a registration make of a device: the record to write. Pure.

A changed device carries the events of its change in its outbox: they are written with it, so that
no crash can come between the change and the intention to tell of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.events import Event
from chalicelib.fleet import news, records, watching
from chalicelib.fleet.reports import Report
from chalicelib.fleet.rules import Rule
from chalicelib.fleet.state import AlertState, DeviceState
from chalicelib.fleet.watching import Observed
from chalicelib.store.records import Alert, DeviceRecord


@dataclass(frozen=True, kw_only=True)
class Change:
    """A device as it is to be, and its alerts that differ from those kept.

    `dirty` if there is anything to write. The tallies count reports and alerts.
    """

    record: DeviceRecord
    alerts: tuple[Alert, ...] = ()
    dirty: bool = True
    kept: int = 0
    late: int = 0
    raised: int = 0
    cleared: int = 0


def reported(device: DeviceRecord, reports: Sequence[Report], rules: Sequence[Rule]) -> Change:
    """The device with these reports added, whatever their order."""
    state = state_of(device)
    seen: list[Observed] = []
    for report in sorted(reports, key=lambda r: (r.at, r.rank)):
        observed = watching.observe(state, report, rules)
        state = observed.state
        seen.append(observed)
    return _change(device, state, seen)


def maintained(
    device: DeviceRecord,
    counters: Mapping[str, float] | None,
    at: datetime,
    rules: Sequence[Rule],
) -> Change:
    """The device after a maintenance at `at` (`watching.maintained` tells what that does)."""
    observed = watching.maintained(state_of(device), counters, at, rules)
    return _change(device, observed.state, [observed])


def registered(
    device: DeviceRecord,
    *,
    owner_id: str | None,
    name: str | None,
    model: str | None,
    at: datetime,
) -> Change:
    """The device with an owner and names; since when it is registered never changes."""
    since = device.registered_at or at
    named = msgspec.structs.replace(
        device, owner_id=owner_id, name=name, model=model, registered_at=since
    )
    return Change(record=named, dirty=named != device)


def state_of(device: DeviceRecord) -> DeviceState:
    """Raises KeyError, TypeError or ParseError for a record that Temas didn't write."""
    if not device.document:
        return DeviceState(device_id=device.id)
    return records.from_record(device.document)


def _change(device: DeviceRecord, state: DeviceState, seen: Sequence[Observed]) -> Change:
    raised = _ids(alert for observed in seen for alert in observed.raised)
    cleared = _ids(alert for observed in seen for alert in observed.cleared)
    touched = _touched(seen, state)
    told = [news.raised(device, touched[alert_id]) for alert_id in raised]
    # One that a later report of the same batch opened again is not over.
    told += [news.cleared(device, touched[i]) for i in cleared if touched[i].cleared_at]
    dirty = any(observed.changed for observed in seen)
    record = device
    if dirty:
        record = msgspec.structs.replace(
            device,
            document=records.to_record(state),
            last_at=state.at,
            outbox=_outbox(device, told),
        )
    return Change(
        record=record,
        alerts=tuple(news.listed(device, alert) for alert in touched.values()),
        dirty=dirty,
        kept=sum(observed.changed for observed in seen),
        late=sum(observed.late for observed in seen),
        raised=len(raised),
        cleared=len(cleared),
    )


def _ids(alerts: Any) -> list[str]:
    return list(dict.fromkeys(alert.alert_id for alert in alerts))


def _touched(seen: Sequence[Observed], state: DeviceState) -> dict[str, AlertState]:
    """Every alert that is news, as it stands after all of it."""
    final = {alert.alert_id: alert for alert in state.alerts}
    touched = {
        alert.alert_id: alert
        for observed in seen
        for alert in (*observed.raised, *observed.cleared, *observed.moved)
    }
    return {alert_id: final.get(alert_id, alert) for alert_id, alert in touched.items()}


def _outbox(device: DeviceRecord, told: Sequence[Event]) -> tuple[dict[str, Any], ...]:
    waiting = [*device.outbox, *(msgspec.to_builtins(event) for event in told)]
    return tuple({event["id"]: event for event in waiting}.values())
