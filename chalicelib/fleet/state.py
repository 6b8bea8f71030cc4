"""What is known of a device, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

WINDOW = 32
"""How many readings a device's window holds: how far back a late report still counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One entry of the window: the part of a report that rules look at, or a maintenance.

    `rank` is the whole report's. In a maintenance, `counters` are those that count anew from
    here, with the values they have; none means all, as they stand at that time.
    """

    at: datetime
    rank: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    counters: Mapping[str, float] = field(default_factory=dict)
    maintenance: bool = False

    @property
    def order(self) -> tuple[datetime, bool]:
        """Where it stands in the window; two entries never share this."""
        return self.at, self.maintenance


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where the rules stand after all readings up to `at`: what the next reading is judged on.

    `opened`: rule → since when it is open. `baselines`: counter → value at the last maintenance.
    `last`: counter → its newest value.
    """

    at: datetime | None = None
    opened: Mapping[str, datetime] = field(default_factory=dict)
    baselines: Mapping[str, float] = field(default_factory=dict)
    last: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertState:
    """An alert: open while `cleared_at` is None.

    `alert_id` stays when a late report shifts the alert's times. `evidence` are the values that
    opened it, under their metric's or counter's name; for a counter also its `….baseline`.
    """

    alert_id: str
    rule: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceState:
    """A device as its reports tell; with `device_id` alone, one that has yet to report.

    `at` to `firmware` are the newest report's. `window` holds the last readings by time, `base`
    where the rules stood before them, `baselines` where they stand now. `alerts` are the open
    ones and those that closed within the window, at most one open for each rule.
    `maintained_at` is the newest maintenance.
    """

    device_id: str
    at: datetime | None = None
    received_at: datetime | None = None
    status: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    counters: Mapping[str, float] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    firmware: str | None = None
    window: tuple[Reading, ...] = ()
    base: Standing = field(default_factory=Standing)
    baselines: Mapping[str, float] = field(default_factory=dict)
    alerts: tuple[AlertState, ...] = ()
    maintained_at: datetime | None = None
