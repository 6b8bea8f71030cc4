"""Where a device stands in its maintenance plans. Pure."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.fleet.changes import state_of
from chalicelib.fleet.state.expected import Expected, expected
from chalicelib.fleet.state.folding import fold
from chalicelib.fleet.state.foreseeing import cycle_of
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.store.device_records import DeviceRecord


def cycle(device: DeviceRecord, plan: MaintenancePlan) -> str | None:
    """What the plan counts from now, as `MaintenanceExpected.cycle` names it."""
    state = state_of(device)
    standing, _ = fold(state.base, state.window, (), state.since)
    return cycle_of(plan, state, standing)


def is_due(device: DeviceRecord, plan: str) -> bool:
    """Whether the plan's alert is open."""
    return any(one.rule == plan and one.cleared_at is None for one in state_of(device).alerts)


def soonest(
    device: DeviceRecord, plans: Sequence[MaintenancePlan], after: datetime
) -> Expected | None:
    """The next maintenance of these plans that is expected later than `after`."""
    state = state_of(device)
    standing, _ = fold(state.base, state.window, (), state.since)
    found = [expected(plan, standing, state.since) for plan in plans]
    return min(
        (one for one in found if one and one.at > after), key=lambda one: one.at, default=None
    )
