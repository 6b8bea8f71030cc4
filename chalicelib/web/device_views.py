"""Devices, their models and their quarantine as the API shows them."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.device_sections import encode
from chalicelib.fleet.changes import state_of
from chalicelib.fleet.rules.rulebook import RuleSet
from chalicelib.fleet.state import watching
from chalicelib.fleet.state.expected import expected
from chalicelib.store.device_records import DeviceModel, DeviceRecord, Ownership, Quarantine
from chalicelib.web.views import View

_REPORTED = ("status", "metrics", "counters", "errors", "firmware", "location", "alerts")


class Maintenance(View, frozen=True, kw_only=True):
    """When a plan is due: in four of five cases between `earliest` and `latest` (null: perhaps
    never); null where there is nothing to tell it from yet. `remaining` of its counter."""

    plan: str
    expected_at: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    by: str | None = None
    remaining: float | None = None


class DeviceView(View, frozen=True, kw_only=True):
    """`last_at` is the newest report's time by the device's clock, `received_at` by ours.
    `problems`: overrides that don't fit the model any more, and so don't hold."""

    id: str
    owner_id: str | None = None
    owned_since: datetime | None = None
    name: str | None = None
    model: str | None = None
    groups: list[str] = []
    overrides: dict[str, Any] = {}
    registered_at: datetime | None = None
    last_at: datetime | None = None
    received_at: datetime | None = None
    maintained_at: datetime | None = None
    status: str | None = None
    metrics: dict[str, float] = {}
    counters: dict[str, float] = {}
    errors: list[str] = []
    firmware: str | None = None
    location: dict[str, float] = {}
    alerts: list[dict[str, Any]] = []
    maintenance: list[Maintenance] = []
    problems: list[str] = []

    @classmethod
    def of(cls, device: DeviceRecord, rules: RuleSet) -> "DeviceView":
        known = {name: device.document[name] for name in _REPORTED if name in device.document}
        state = state_of(device)
        return cls(
            id=device.id,
            owner_id=device.owner_id,
            owned_since=device.owned_since,
            name=device.name,
            model=device.model,
            groups=list(device.groups),
            overrides=device.overrides,
            registered_at=device.registered_at,
            last_at=device.last_at,
            received_at=state.received_at,
            maintained_at=state.maintained_at,
            maintenance=_maintenance(device, rules),
            problems=list(rules.problems),
            **known,
        )


def _maintenance(device: DeviceRecord, rules: RuleSet) -> list[Maintenance]:
    state = state_of(device)
    standing = watching.rejudged(state, rules.rules).standing
    found: list[Maintenance] = []
    for plan in rules.plans:
        when = expected(plan, standing, state.since)
        found.append(
            Maintenance(plan=plan.name)
            if when is None
            else Maintenance(
                plan=plan.name,
                expected_at=when.at,
                earliest=when.earliest,
                latest=when.latest,
                by=when.by,
                remaining=when.remaining,
            )
        )
    return found


class DeviceList(View, frozen=True, kw_only=True):
    devices: list[DeviceView]


class DevicePage(View, frozen=True, kw_only=True):
    devices: list[DeviceView]
    next_cursor: str | None = None


class OwnershipList(View, frozen=True, kw_only=True):
    owners: list[Ownership]


class DeviceModelView(View, frozen=True, kw_only=True):
    """What holds for all devices of a model, in which version, by whom and when."""

    name: str
    version: int
    changed_at: datetime
    changed_by: str | None = None
    plan: dict[str, Any]

    @classmethod
    def of(cls, model: DeviceModel) -> "DeviceModelView":
        return cls(
            name=model.name,
            version=model.version,
            changed_at=model.changed_at,
            changed_by=model.changed_by,
            plan=msgspec.to_builtins(model.plan, enc_hook=encode),
        )


class DeviceModelPage(View, frozen=True, kw_only=True):
    models: list[DeviceModelView]
    next_cursor: str | None = None


class QuarantineView(View, frozen=True, kw_only=True):
    """What reached us from a device and does not count: `waiting` reports until it is registered,
    and what was `refused` and why. "?" is the device of what names none."""

    device_id: str
    first_at: datetime
    last_at: datetime
    total: int
    waiting: list[str]
    refused: list[dict[str, Any]]

    @classmethod
    def of(cls, kept: Quarantine) -> "QuarantineView":
        return cls(
            device_id=kept.device_id,
            first_at=kept.first_at,
            last_at=kept.last_at,
            total=kept.total,
            waiting=list(kept.waiting),
            refused=list(kept.refused),
        )


class QuarantinePage(View, frozen=True, kw_only=True):
    devices: list[QuarantineView]
    next_cursor: str | None = None
