"""Devices as they are after a week of a report each minute: a full window, warm baselines."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from math import sin
from random import Random
from typing import Any

from msgspec.structs import replace

from chalicelib import playbook
from chalicelib.clock import iso
from chalicelib.device_sections import ModelPlan
from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.rulebook import Rulebook, RuleSet
from chalicelib.fleet.state import folding, records, watching
from chalicelib.fleet.state.device import DeviceState, Reading
from chalicelib.store.device_records import DeviceRecord
from tests.support.fleet import SAID, model

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
REGISTERED = timedelta(days=8)
BIG = "Boğaz 10"
"""A model with ten rules of its own; devices of no model have the playbook's."""


def _rule(name: str, **when: Any) -> dict[str, Any]:
    return {"name": name, "severity": "warning", "message": SAID, "when": when}


_HOT = {"kind": "threshold", "metric": "boiler_c", "raise_above": 130, "clear_below": 120}
_LOW = {"kind": "threshold", "metric": "pressure_bar", "raise_below": 6, "clear_above": 8}

TEN_RULES: Sequence[dict[str, Any]] = (
    _rule("hot", **_HOT),
    _rule("pressure", **_LOW, **{"for": "5m"}),
    _rule("power", kind="threshold", metric="power_w", raise_above=3200),
    _rule("odd_heat", kind="deviation", metric="boiler_c"),
    _rule("odd_shaking", kind="deviation", metric="vibration_mm_s", direction="above"),
    _rule("heating_up", kind="rate", metric="boiler_c", raise_above=60, within="20m"),
    _rule("losing", kind="rate", metric="pressure_bar", raise_below=-12, within="20m"),
    _rule("silent", kind="silence", factor=5, at_least="1h"),
    _rule("faults", kind="count", of={"kind": "error", "codes": ["*"]}, at_least=3, within="1h"),
    _rule("dry", kind="all", of=[_HOT, _LOW]),
)


def plans() -> dict[str | None, ModelPlan]:
    """By model: the playbook's, and that of ten rules with a maintenance plan."""
    own = playbook.load("prod").devices
    descaling = {"name": "descaling", "message": SAID, "counter": "brews", "every": 1_000_000}
    return {
        None: ModelPlan(rules=own.rules, maintenance=own.maintenance),
        BIG: model(rules=TEN_RULES, maintenance=[descaling]),
    }


def rules_of(name: str | None, now: datetime) -> RuleSet:
    """What holds for devices of this model."""
    held = plans()
    zone = playbook.load("prod").brand.zone
    book = Rulebook(defaults=held[None], read=held.get, zone=zone, clock=lambda: now)
    return book.rules_for(name, {})


def said(device_id: str, at: datetime, number: int) -> dict[str, Any]:
    """What a device says with its report of this number, as the IoT rule hands it over: six values
    that wander within what is usual."""
    noise = Random(number)
    return {
        "temas_device_id": device_id,
        "temas_received_at": int(at.timestamp() * 1000),
        "at": iso(at),
        "status": "ready",
        "metrics": {
            "boiler_c": round(92 + 3 * sin(number / 229) + noise.gauss(0, 0.4), 1),
            "pressure_bar": round(9 + noise.gauss(0, 0.05), 2),
            "vibration_mm_s": round(1.8 + noise.gauss(0, 0.1), 2),
            "power_w": round(1400 + noise.gauss(0, 30)),
        },
        "counters": {"brews": number // 200, "hours": number // 60},
        "firmware": "4.2.1",
    }


def device(
    device_id: str, name: str | None, last: datetime, *, owner: str | None = None
) -> DeviceRecord:
    """A device of a model whose last report was at `last`, as it is kept."""
    state = _aged(name, last)
    return DeviceRecord(
        id=device_id,
        owner_id=owner,
        name="Boğaz 3, giriş",
        model=name,
        registered_at=last - REGISTERED,
        owned_since=last - REGISTERED if owner else None,
        last_at=last,
        document=records.to_record(replace(state, device_id=device_id)),
        version=1,
    )


@cache
def _aged(name: str | None, last: datetime) -> DeviceState:
    """After a week. What lies before the window is only counted through, as it is folded into the
    base by and by."""
    rules, since = rules_of(name, last), last - REGISTERED
    reports = list(_reports(last))
    state = DeviceState(device_id="d", since=since)
    base = state.base
    for report in reports[:-40]:
        reading = Reading(
            at=report.at, rank=report.rank, metrics=report.metrics, counters=report.counters
        )
        base = folding.advance(base, reading, rules.rules, since)
    state = replace(state, base=base)
    for report in reports[-40:]:
        observed = watching.observe(state, report, rules.rules)
        state = observed.state
    assert not state.alerts, f"{name}: {state.alerts} in what should be usual"
    return state


def _reports(last: datetime) -> Iterator[Report]:
    count = WEEK // MINUTE
    for number in range(1, count + 1):
        at = last - (count - number) * MINUTE
        given = said("d", at, number)
        yield Report(
            device_id="d",
            at=at,
            received_at=at,
            status=given["status"],
            metrics=given["metrics"],
            counters=given["counters"],
            firmware=given["firmware"],
        )


NEXT = WEEK // MINUTE + 1
"""The number of the report that comes after `device`'s last."""

__all__ = ["BIG", "MINUTE", "NEXT", "device", "plans", "rules_of", "said"]
