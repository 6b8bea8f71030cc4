"""Which maintenance is to be told ahead of, and when to think of it again. Pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from chalicelib.clock import iso
from chalicelib.events import Event
from chalicelib.fleet import news
from chalicelib.fleet.state.device import DeviceState, Standing
from chalicelib.fleet.state.expected import expected
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.store.device_records import DeviceRecord


def foreseen(
    device: DeviceRecord,
    state: DeviceState,
    standing: Standing,
    plans: Sequence[MaintenancePlan],
    now: datetime,
) -> tuple[DeviceState, list[Event]]:
    """The state that knows what it told, and what is to be told: each cycle of a plan once, from
    `plan.ahead` before the expected date. What is due already is an alert's to tell."""
    told: list[Event] = []
    # Nobody is there to be told, or nothing was looked at, such as a report that came twice.
    if device.owner_id is None or standing.at is None:
        return state, told
    for plan in plans:
        cycle = cycle_of(plan, state, standing)
        when = expected(plan, standing, state.since)
        if when is None or not now < when.at <= now + plan.ahead:
            continue
        if cycle is None or state.told.get(plan.name) == cycle:
            continue
        told.append(news.expected(device, plan, cycle, when, now))
        state = replace(state, told={**state.told, plan.name: cycle})
    return state, told


def cycle_of(plan: MaintenancePlan, state: DeviceState, standing: Standing) -> str | None:
    """What the plan counts from: its last maintenance, before the first the registration."""
    start = standing.maintained_at(plan.name) or state.since
    return iso(start) if start else None


def next_thought(
    state: DeviceState,
    standing: Standing,
    plans: Sequence[MaintenancePlan],
    now: datetime,
) -> datetime | None:
    """When the next plan may be to be told of, if no report comes first."""
    moments = [
        when.at - plan.ahead
        for plan in plans
        if (when := expected(plan, standing, state.since)) is not None
        and when.at > now
        and state.told.get(plan.name) != cycle_of(plan, state, standing)
    ]
    return min(moments, default=None)
