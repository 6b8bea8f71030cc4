"""A `DeviceState` as plain JSON values for storage, and back.

Made small, since it is written with every report and DynamoDB bills by the kilobyte: the window
lies in columns, its times as steps in milliseconds, and what holds its default is left out. Times
keep milliseconds.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

from msgspec.structs import fields

from chalicelib.clock import iso, parse_iso
from chalicelib.fleet.state.device import AlertState, DeviceState, Reading, Standing

Record = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TIMES = ("at", "received_at", "maintained_at")
_PLAIN = (
    "status",
    "metrics",
    "counters",
    "firmware",
    "location",
    "baselines",
    "told",
)
_ALERT_TIMES = ("raised_at", "cleared_at", "severity_at")


def to_record(state: DeviceState) -> Record:
    """JSON-able and complete but for the id: `from_record` gives an equal DeviceState."""
    record: Record = {name: _plain(getattr(state, name)) for name in _PLAIN}
    record |= {name: _from_moment(getattr(state, name)) for name in _TIMES}
    record["errors"] = list(state.errors)
    record["withdrawn"] = list(state.withdrawn)
    record["window"] = _from_window(state.window)
    record["base"] = _from_standing(state.base)
    record["alerts"] = [_from_alert(alert) for alert in state.alerts]
    return _dense(record)


def from_record(record: Mapping[str, Any], device_id: str) -> DeviceState:
    """Undoes `to_record`; KeyError, TypeError or ParseError for a record that it didn't write."""
    given = {name: record[name] for name in _PLAIN if name in record}
    given |= {name: parse_iso(record[name]) for name in _TIMES if name in record}
    return DeviceState(
        device_id=device_id,
        **given,
        errors=tuple(record.get("errors", ())),
        withdrawn=tuple(record.get("withdrawn", ())),
        window=_to_window(record.get("window", {})),
        base=_to_standing(record.get("base", {})),
        alerts=tuple(_to_alert(alert) for alert in record.get("alerts", ())),
    )


def _from_window(window: Sequence[Reading]) -> Record:
    times = [(reading.at - _EPOCH) // _MILLISECOND for reading in window]
    return _dense(
        {
            "at": [time - before for before, time in pairwise([0, *times])],
            "rank": [reading.rank for reading in window],
            "mark": _sparse([reading.mark for reading in window]),
            "errors": _sparse([list(reading.errors) for reading in window]),
            "plans": _sparse([list(reading.plans) for reading in window]),
            "metrics": _columns([reading.metrics for reading in window]),
            "counters": _columns([reading.counters for reading in window]),
        }
    )


def _to_window(record: Mapping[str, Any]) -> tuple[Reading, ...]:
    times = accumulate(record.get("at", ()))
    mark, errors = record.get("mark", {}), record.get("errors", {})
    plans = record.get("plans", {})
    metrics, counters = record.get("metrics", {}), record.get("counters", {})
    return tuple(
        Reading(
            at=_EPOCH + time * _MILLISECOND,
            rank=record["rank"][index],
            metrics=_row(metrics, index),
            counters=_row(counters, index),
            mark=mark.get(str(index), ""),
            errors=tuple(errors.get(str(index), ())),
            plans=tuple(plans.get(str(index), ())),
        )
        for index, time in enumerate(times)
    )


def _sparse(values: Sequence[Any]) -> dict[str, Any]:
    """Index → value, of those that say something."""
    return {str(index): value for index, value in enumerate(values) if value}


def _columns(rows: Sequence[Mapping[str, float]]) -> dict[str, list[float | None]]:
    """Name → one value for each row, None where it has none."""
    names = sorted({name for row in rows for name in row})
    return {name: [row.get(name) for row in rows] for name in names}


def _row(columns: Mapping[str, Sequence[float | None]], index: int) -> dict[str, float]:
    values = ((name, column[index]) for name, column in columns.items())
    return {name: value for name, value in values if value is not None}


def _from_standing(standing: Standing) -> Record:
    return _dense(
        {
            "at": _from_moment(standing.at),
            "memory": {rule: dict(memory) for rule, memory in standing.memory.items()},
            "baselines": dict(standing.baselines),
            "maintained": {plan: iso(at) for plan, at in standing.maintained.items()},
            "last": dict(standing.last),
            "usage": {name: [list(day) for day in days] for name, days in standing.usage.items()},
        }
    )


def _to_standing(record: Mapping[str, Any]) -> Standing:
    return Standing(
        at=parse_iso(record["at"]) if "at" in record else None,
        memory=record.get("memory", {}),
        baselines=record.get("baselines", {}),
        maintained={plan: parse_iso(at) for plan, at in record.get("maintained", {}).items()},
        last=record.get("last", {}),
        usage={
            name: tuple((day, value) for day, value in days)
            for name, days in record.get("usage", {}).items()
        },
    )


def _from_alert(alert: AlertState) -> Record:
    record = {field.name: _plain(getattr(alert, field.name)) for field in fields(alert)}
    record |= {name: _from_moment(getattr(alert, name)) for name in _ALERT_TIMES}
    return _dense(record)


def _to_alert(record: Mapping[str, Any]) -> AlertState:
    times = {name: parse_iso(record[name]) for name in _ALERT_TIMES if name in record}
    return AlertState(**{**record, **times})


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _from_moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def _dense(record: Record) -> Record:
    return {name: value for name, value in record.items() if value not in (None, [], {})}
