"""Sweeping: looking at devices that say nothing, without a scan of the table.

Each device has its moment to be looked at. Reports never move it: who looks finds whether the
device has spoken since, and when to look again. So a report costs nothing here, and a device is
looked at about once in the time after which its silence would mean something.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.fleet import changes
from chalicelib.fleet.changes import Change
from chalicelib.fleet.rules.conditions import soonest
from chalicelib.fleet.state import watching
from chalicelib.fleet.state.foreseeing import next_thought
from chalicelib.fleet.watch import Watch
from chalicelib.store import devices, sweeps
from chalicelib.store.device_records import DeviceRecord

PAGE = 100
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)
"""Within these a device is looked at again: rules may change, and rhythms too."""
AGAIN = timedelta(minutes=5)
"""After so long, a device that could not be looked at."""


@dataclass(frozen=True)
class Swept:
    """How many devices were looked at, what that raised and cleared, and which of them failed.
    `more`: there are others due."""

    looked: int = 0
    raised: int = 0
    cleared: int = 0
    failures: Mapping[str, Exception] | None = None
    more: bool = False

    def plus(self, other: "Swept") -> "Swept":
        return Swept(
            looked=self.looked + other.looked,
            raised=self.raised + other.raised,
            cleared=self.cleared + other.cleared,
            failures={**(self.failures or {}), **(other.failures or {})},
            more=other.more,
        )


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Looks at devices for `watch`."""

    watch: Watch
    clock: Clock

    def sweep(self, shard: int, go_on: Callable[[], bool]) -> Swept:
        """Look at the devices of a shard that are due, page by page while `go_on()`."""
        swept = Swept(more=True)
        while swept.more and go_on():
            swept = swept.plus(self._page(shard))
        return swept

    def _page(self, shard: int) -> Swept:
        """About seven requests for 100 devices that are well: one to list them, one to read them,
        four or five to move them on."""
        now = self.clock()
        due = sweeps.due(shard, now, limit=PAGE)
        if not due:
            return Swept()
        known = devices.get_many_devices(due)
        makes = {i: self._looks(now) for i in due if i in known and known[i].registered_at}
        written = self.watch.writer.many(known, makes)
        moments = {i: self._next(written.changes.get(i), now) for i in due}
        sweeps.set_many(moments | dict.fromkeys(written.failures, now + AGAIN))
        changed = list(written.changes.values())
        return Swept(
            looked=len(due),
            raised=sum(change.raised for change in changed),
            cleared=sum(change.cleared for change in changed),
            failures=written.failures,
            more=len(due) == PAGE,
        )

    def _looks(self, now: datetime) -> Callable[[DeviceRecord], Change]:
        return lambda device: changes.ticked(device, self.watch.rules_of(device), now)

    def _next(self, change: Change | None, now: datetime) -> datetime:
        """When to look again: at the next moment at which time alone would change something."""
        latest = now + LATEST
        if change is None or change.seen is None:
            return latest
        device, seen = change.record, change.seen
        rules = self.watch.rules_of(device)
        moment = soonest(
            watching.deadline(seen.standing, rules.rules, seen.state.since, now),
            next_thought(seen.state, seen.standing, rules.plans, now),
        )
        if moment is None:
            return latest
        return min(max(moment, now + SOONEST), latest)
