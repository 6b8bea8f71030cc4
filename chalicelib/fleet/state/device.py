"""What is known of a device, as values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

WINDOW = 32
"""How many entries a device's window holds: how far back a late report still counts."""

MAINTENANCE, TICK, CLEAR = "maintenance", "tick", "clear:"

Memory = Mapping[str, Any]
"""What a rule remembers from one entry to the next: JSON values, times in Unix milliseconds."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the window, in the order of time.

    `mark` says what it is: "" a report, of which the values and error codes that rules look at are
    kept; "maintenance"; "tick", time alone that passed; "clear:RULE", a person who closed the
    rule's alert. `rank` is the whole report's. In a maintenance, `counters` are those that count
    anew from here with their values (none: all, as they stand), `plans` those it was done for
    (none: all).
    """

    at: datetime
    mark: str = ""
    rank: str = ""
    metrics: Mapping[str, float] = msgspec.field(default_factory=dict)
    counters: Mapping[str, float] = msgspec.field(default_factory=dict)
    errors: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[datetime, str]:
        """Where it stands in the window; two entries never share this."""
        return self.at, self.mark

    @property
    def reported(self) -> bool:
        """Whether the device said this, and not a person or the clock."""
        return not self.mark


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where the rules stand after all entries up to `at`: what the next one is judged on.

    `memory`: what each rule remembers. `baselines`: counter → value at the last maintenance, with
    "PLAN/counter" for one that was of this plan alone. `maintained`: plan → its last maintenance,
    with "" for all plans. `last`: counter → newest value. `usage`: counter → (day, value at its
    end) of the last days, days as ordinals in UTC.
    """

    at: datetime | None = None
    memory: Mapping[str, Memory] = msgspec.field(default_factory=dict)
    baselines: Mapping[str, float] = msgspec.field(default_factory=dict)
    maintained: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    last: Mapping[str, float] = msgspec.field(default_factory=dict)
    usage: Mapping[str, tuple[tuple[int, float], ...]] = msgspec.field(default_factory=dict)

    def baseline(self, counter: str, plan: str = "") -> float:
        """Where `counter` counts from for `plan`; 0 before any maintenance."""
        general = self.baselines.get(counter, 0.0)
        return self.baselines.get(f"{plan}/{counter}", general) if plan else general

    def maintained_at(self, plan: str = "") -> datetime | None:
        """The newest maintenance that was for `plan`, alone or among all."""
        known = [self.maintained[name] for name in {"", plan} if name in self.maintained]
        return max(known, default=None)


class AlertState(msgspec.Struct, frozen=True, kw_only=True):
    """An alert: open while `cleared_at` is None.

    `alert_id` stays when a late report shifts the alert's times. `severity` holds since
    `severity_at`. `evidence` are the values that opened it, under their metric's or counter's
    name; for a counter also its `….baseline`.
    """

    alert_id: str
    rule: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None
    severity_at: datetime | None = None
    evidence: Mapping[str, float] = msgspec.field(default_factory=dict)


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """A device as its reports tell; with `device_id` alone, one that has yet to report.

    `at` to `location` are the newest report's. `since` is the device's registration. `window`
    holds the last entries by time, `base` where the rules stood before them, `standing` where they
    stand now (made anew from both, never stored). `alerts` are the open ones and those that closed
    within the window, at most one open for each rule. `maintained_at` is the newest maintenance.
    `withdrawn`: alerts that a late report has undone, the last of them. `told`: maintenance plan →
    the cycle (the maintenance it counts from) of which the owner was told ahead.
    """

    device_id: str
    since: datetime | None = None
    at: datetime | None = None
    received_at: datetime | None = None
    status: str | None = None
    metrics: Mapping[str, float] = msgspec.field(default_factory=dict)
    counters: Mapping[str, float] = msgspec.field(default_factory=dict)
    errors: tuple[str, ...] = ()
    firmware: str | None = None
    location: Mapping[str, float] = msgspec.field(default_factory=dict)
    window: tuple[Reading, ...] = ()
    base: Standing = msgspec.field(default_factory=Standing)
    baselines: Mapping[str, float] = msgspec.field(default_factory=dict)
    alerts: tuple[AlertState, ...] = ()
    maintained_at: datetime | None = None
    told: Mapping[str, str] = msgspec.field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()
