"""What devices report, and what follows from it."""

from datetime import datetime
from typing import Literal

from chalicelib.events.base import Data

Severity = Literal["info", "warning", "critical"]
"""From the mildest to the gravest."""


class AlertRaised(Data, frozen=True, kw_only=True):
    """A device needs attention. `evidence` are the values that opened the alert, `recent` the
    latest values of what its rule looks at, oldest first."""

    alert_id: str
    device_id: str
    rule: str
    severity: Severity
    raised_at: datetime
    owner_id: str | None = None
    model: str | None = None
    evidence: dict[str, float] = {}
    recent: dict[str, list[float]] = {}


class AlertEscalated(Data, frozen=True, kw_only=True):
    """What a device needs has become more urgent: `severity` now, `was` before."""

    alert_id: str
    device_id: str
    rule: str
    severity: Severity
    was: Severity
    at: datetime
    owner_id: str | None = None
    model: str | None = None


class AlertDeescalated(Data, frozen=True, kw_only=True):
    """What a device needs has become less urgent: `severity` now, `was` before."""

    alert_id: str
    device_id: str
    rule: str
    severity: Severity
    was: Severity
    at: datetime
    owner_id: str | None = None
    model: str | None = None


class AlertCleared(Data, frozen=True, kw_only=True):
    """What a device needed is over: by itself, or (`cleared_by`) because staff closed the alert."""

    alert_id: str
    device_id: str
    rule: str
    cleared_at: datetime
    owner_id: str | None = None
    model: str | None = None
    cleared_by: str | None = None


class AlertAcknowledged(Data, frozen=True, kw_only=True):
    """Somebody of the staff has seen an alert."""

    alert_id: str
    device_id: str
    at: datetime
    by: str


class AlertAssigned(Data, frozen=True, kw_only=True):
    """An alert is this person's or team's now; `assignee` None: nobody's."""

    alert_id: str
    device_id: str
    at: datetime
    by: str
    assignee: str | None = None


class AlertSnoozed(Data, frozen=True, kw_only=True):
    """The owner hears nothing of an alert `until` then; None: again from now on."""

    alert_id: str
    device_id: str
    at: datetime
    by: str
    until: datetime | None = None


class AlertCommented(Data, frozen=True, kw_only=True):
    """Staff wrote a comment on an alert; its text is in the alert."""

    alert_id: str
    device_id: str
    at: datetime
    by: str
    comment_id: str


class IncidentOpened(Data, frozen=True, kw_only=True):
    """Many devices of one model have the same alert: one incident, instead of a case for each.
    `opening` is 2 and more where it goes on after its end."""

    incident_id: str
    model: str
    rule: str
    severity: Severity
    opened_at: datetime
    devices: int
    opening: int = 1


class IncidentGrew(Data, frozen=True, kw_only=True):
    """An incident has so many alerts, or more, by now: 10, 100, 1,000 and so on, each told once."""

    incident_id: str
    model: str
    rule: str
    severity: Severity
    at: datetime
    alerts: int


class IncidentClosed(Data, frozen=True, kw_only=True):
    """An incident is over: every alert of it is cleared, or (`closed_by`) staff closed it."""

    incident_id: str
    model: str
    rule: str
    closed_at: datetime
    devices: int
    closed_by: str | None = None
    opening: int = 1


class MaintenanceExpected(Data, frozen=True, kw_only=True):
    """A device will soon be due for maintenance: `expected_at`, in four of five cases between
    `earliest` and `latest` (None: perhaps later than anyone can say). `cycle` names what it counts
    from: one cycle is told once."""

    device_id: str
    plan: str
    cycle: str
    expected_at: datetime
    earliest: datetime
    latest: datetime | None = None
    owner_id: str | None = None


class MaintenanceDone(Data, frozen=True, kw_only=True):
    """A device was maintained; `plans` it was done for, none meaning all."""

    device_id: str
    at: datetime
    plans: list[str] = []
    owner_id: str | None = None


class DeviceTransferred(Data, frozen=True, kw_only=True):
    """A device has another owner; what it reported before stays the former owner's history."""

    device_id: str
    at: datetime
    from_id: str | None = None
    to_id: str | None = None


class StoreEntered(Data, frozen=True, kw_only=True):
    """A customer who agreed to the use of their location has come near a store of the playbook's.
    Where exactly they are is not told."""

    customer_id: str
    store_id: str
    at: datetime
