"""Watch: reports added to their devices, alerts raised and cleared, each told once.

Only registered devices are watched: what anybody else says, and what nobody can believe, waits in
the quarantine for somebody to look.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.fleet import changes
from chalicelib.fleet.changes import Change
from chalicelib.fleet.reports import strangers
from chalicelib.fleet.reports.plausible import sorted_out
from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.rulebook import Rulebook, RuleSet
from chalicelib.fleet.writing import Make, Writer
from chalicelib.store import devices, quarantine
from chalicelib.store.device_records import Alert, DeviceRecord, Quarantine


@dataclass(frozen=True)
class Refusal:
    """A message, or a part of it, that can't be taken as a report, and why."""

    device_id: str
    reason: str
    body: str


@dataclass(frozen=True)
class Watched:
    """What became of a batch: how much of it counted, and which devices failed and why.

    `quarantined` counts the reports of unknown devices and whatever was refused.
    """

    kept: int = 0
    late: int = 0
    raised: int = 0
    cleared: int = 0
    quarantined: int = 0
    failures: dict[str, Exception] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Keeps the fleet by the rules of `rulebook`."""

    rulebook: Rulebook
    writer: Writer
    clock: Clock
    pause: Callable[[int], None]

    def observe(self, reports: Sequence[Report], refused: Sequence[Refusal] = ()) -> Watched:
        """Add reports to their devices. A batch with nothing to raise costs two requests.

        Raises Unavailable if nothing could be read; any other failure is in the result.
        """
        told: dict[str, list[Report]] = {}
        for report in reports:
            told.setdefault(report.device_id, []).append(report)
        known = devices.get_many_devices(told)
        notes = [*refused]
        makes: dict[str, Make] = {}
        unknown: dict[str, list[Report]] = {}
        for device_id, own in told.items():
            device = known.get(device_id)
            if device is None or device.registered_at is None:
                unknown[device_id] = own
            else:
                makes[device_id] = self._adds(device, own, notes)
        written = self.writer.many(known, makes)
        failures = written.failures
        for device_id, own in unknown.items():
            self._set_aside(device_id, own, failures)
        self._note(notes, failures)
        return Watched(
            **_tallies(list(written.changes.values())),
            quarantined=len(notes) + sum(map(len, unknown.values())),
            failures=failures,
        )

    def maintained(
        self,
        device_id: str,
        *,
        at: datetime,
        counters: Mapping[str, float] | None = None,
        plans: Sequence[str] = (),
    ) -> DeviceRecord:
        """Record a maintenance: usage counts anew from it, and what it was due for is cleared.

        Raises NotFound for a device nobody has heard of; Unavailable to be called again.
        """
        devices.get(device_id)
        now = self.clock()
        done = self.writer.one(
            device_id,
            lambda device: changes.maintained(
                device, counters=counters, plans=plans, at=at, rules=self.rules_of(device), now=now
            ),
        )
        return done.record

    def clear(self, device_id: str, alert_id: str, *, by: str, at: datetime) -> Alert:
        """Close an alert for good, until its trouble has been over for once; one that is closed
        stays as it is.

        Raises NotFound; Conflict for an alert that the device itself knows nothing of any more.
        """
        alert = devices.get_alert(device_id, alert_id)
        if alert is None:
            raise NotFound(f"device {device_id} has no alert {alert_id}")
        if alert.cleared_at is not None:
            return alert
        done = self.writer.one(
            device_id,
            lambda device: changes.cleared(
                device, alert.rule, self.rules_of(device), by=by, now=at
            ),
        )
        after = devices.get_alert(device_id, alert_id)
        if after is None or (after.cleared_at is None and not done.dirty):
            raise Conflict(f"alert {alert_id} is not open on its device: wait for its next report")
        return after

    def rules_of(self, device: DeviceRecord) -> RuleSet:
        return self.rulebook.rules_for(device.model, device.overrides)

    def _adds(self, device: DeviceRecord, reports: Sequence[Report], notes: list[Refusal]) -> Make:
        rules = self.rules_of(device)
        counted: list[Report] = []
        for report in reports:
            believable, problems = sorted_out(report, rules)
            counted.append(believable)
            notes += [Refusal(device.id, one, strangers.to_text(report)) for one in problems]
        now = self.clock()
        return lambda device: changes.reported(device, counted, self.rules_of(device), now)

    def _set_aside(
        self, device_id: str, reports: Sequence[Report], failures: dict[str, Exception]
    ) -> None:
        """Keep what an unknown device says; if it was registered meanwhile, it counts after all."""

        def make(before: Quarantine | None) -> Quarantine:
            return strangers.waiting(before, device_id, reports, self.clock())

        try:
            if not quarantine.keep(device_id, make, strangers_only=True, pause=self.pause):
                self.add(device_id, reports)
        except Exception as error:  # noqa: BLE001  a device's own boundary
            failures[device_id] = error

    def add(self, device_id: str, reports: Sequence[Report]) -> Change:
        """Add reports of one device that is registered."""
        notes: list[Refusal] = []
        adds = self._adds(devices.get(device_id), reports, notes)
        change = self.writer.one(device_id, adds)
        failures: dict[str, Exception] = {}
        self._note(notes, failures)
        for failure in failures.values():
            raise failure
        return change

    def _note(self, notes: Sequence[Refusal], failures: dict[str, Exception]) -> None:
        by_device: dict[str, list[tuple[str, str]]] = {}
        for note in notes:
            by_device.setdefault(note.device_id, []).append((note.reason, note.body))
        for device_id, reasons in by_device.items():
            try:
                quarantine.keep(
                    device_id,
                    self._refusing(device_id, reasons),
                    strangers_only=False,
                    pause=self.pause,
                )
            except Exception as error:  # noqa: BLE001  a device's own boundary
                failures[device_id] = error

    def _refusing(
        self, device_id: str, reasons: Sequence[tuple[str, str]]
    ) -> Callable[[Quarantine | None], Quarantine]:
        return lambda before: strangers.refused(before, device_id, reasons, self.clock())


def _tallies(written: Sequence[Change]) -> dict[str, int]:
    return {
        name: sum(getattr(change, name) for change in written)
        for name in ("kept", "late", "raised", "cleared")
    }
