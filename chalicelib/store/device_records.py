"""Devices, their models and owners, what they raise, and what is set aside of what they say."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.device_sections import ModelPlan
from chalicelib.store.records import Record


class DeviceRecord(Record, frozen=True, kw_only=True):
    """A device: who owns it (since when), what it is called, the groups it is in, its own changes
    to its model's rules, and fleet's own form of its state.

    `overrides`: rule → what differs in it, None for a rule that doesn't hold for this device.
    """

    id: str
    owner_id: str | None = None
    owned_since: datetime | None = None
    name: str | None = None
    model: str | None = None
    groups: tuple[str, ...] = ()
    overrides: dict[str, Any] = {}
    registered_at: datetime | None = None
    last_at: datetime | None = None
    document: dict[str, Any] = {}
    outbox: tuple[dict[str, Any], ...] = ()
    """Events of the last change that may not be on the bus yet."""
    version: int | None = None


class DeviceModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of devices in its `version`: what holds for all of them, who said so and when."""

    name: str
    version: int
    plan: ModelPlan
    changed_at: datetime
    changed_by: str | None = None


class Ownership(Record, frozen=True, kw_only=True):
    """A time in which a device was somebody else's than now."""

    owner_id: str | None = None
    since: datetime
    until: datetime


class Quarantine(Record, frozen=True, kw_only=True):
    """What reached us from a device and could not be taken as a report of a known one.

    `waiting`: the newest reports of a device nobody has registered, as JSON texts, kept for when
    somebody does. `refused`: {at, reason, excerpt} of the newest that were not readable or not
    believable. `total`: how many there were in all since `first_at` (a repeat may count again).
    """

    device_id: str
    first_at: datetime
    last_at: datetime
    total: int = 0
    waiting: tuple[str, ...] = ()
    refused: tuple[dict[str, Any], ...] = ()
    seen: int | None = None
    listed_at: datetime | None = None


class Alert(Record, frozen=True, kw_only=True):
    """Something a device needs; open until `cleared_at`. One open alert per device and rule.

    Down to `cleared_by` it is as the rules (and whoever closed it) have it; the rest is the
    staff's own. `recent`: the latest values of what its rule looks at. `comments`: {id, at, by,
    text}, oldest first.
    """

    id: str
    device_id: str
    rule: str
    severity: str
    raised_at: datetime
    severity_at: datetime | None = None
    cleared_at: datetime | None = None
    owner_id: str | None = None
    model: str | None = None
    evidence: dict[str, Any] = {}
    recent: dict[str, list[float]] = {}
    cleared_by: str | None = None
    incident_id: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    assignee: str | None = None
    assigned_at: datetime | None = None
    assigned_by: str | None = None
    snoozed_until: datetime | None = None
    snoozed_at: datetime | None = None
    snoozed_by: str | None = None
    comments: tuple[dict[str, Any], ...] = ()
