"""Watch: reports added to their devices, alerts raised and cleared, each told once.

A batch is read together, written together and told together, as long as nothing is in the way;
whatever then fails is done again device by device, so that no device ever costs another anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.bus import Bus
from chalicelib.errors import Contention, TemasError
from chalicelib.fleet import changes
from chalicelib.fleet.changes import Change
from chalicelib.fleet.reports import Report
from chalicelib.fleet.rules import Rule
from chalicelib.fleet.telling import tell
from chalicelib.store import devices
from chalicelib.store.records import DeviceRecord

MAX_ATTEMPTS = 8

Make = Callable[[DeviceRecord], Change]
"""What is to be made of a device, as it stands now."""


@dataclass(frozen=True)
class Watched:
    """What became of a batch: how much of it counted, and which devices failed and why."""

    kept: int = 0
    late: int = 0
    raised: int = 0
    cleared: int = 0
    failures: dict[str, Exception] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Keeps the fleet. `rules` are the playbook's."""

    rules: Sequence[Rule]
    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def observe(self, reports: Sequence[Report]) -> Watched:
        """Add reports to their devices. A batch with nothing to raise costs two requests.

        Raises Unavailable if nothing could be read; any other failure is in the result.
        """
        told: dict[str, list[Report]] = {}
        for report in reports:
            told.setdefault(report.device_id, []).append(report)
        known = devices.get_many_devices(told)
        failures: dict[str, Exception] = {}
        made: dict[str, Change] = {}
        for device_id, own in told.items():
            device = known.get(device_id, DeviceRecord(id=device_id))
            try:
                made[device_id] = changes.reported(device, own, self.rules)
            except Exception as error:  # noqa: BLE001  a device's own boundary: see the module
                failures[device_id] = error
        written = self._together(made) or self._apart(made, told, failures)
        failures |= self._tell([change.record for change in written.values()])
        return _tallied(written, failures)

    def maintained(
        self, device_id: str, *, at: datetime, counters: Mapping[str, float] | None
    ) -> DeviceRecord:
        """Record a maintenance: usage counts anew from it, and what it was due for is cleared.

        Raises NotFound for a device nobody has heard of; Unavailable to be called again.
        """
        devices.get(device_id)
        return self._do(device_id, lambda d: changes.maintained(d, counters, at, self.rules))

    def register(
        self,
        device_id: str,
        *,
        owner_id: str | None,
        name: str | None,
        model: str | None,
        at: datetime,
    ) -> DeviceRecord:
        """Name a device and its owner, who hears of all later alerts; what it reported stays."""
        return self._do(
            device_id,
            lambda d: changes.registered(d, owner_id=owner_id, name=name, model=model, at=at),
        )

    def _do(self, device_id: str, make: Make) -> DeviceRecord:
        written = self._write(device_id, make)
        for error in self._tell([written.record]).values():
            raise error
        return written.record

    def _together(self, made: Mapping[str, Change]) -> Mapping[str, Change]:
        """All changes in one transaction; nothing if they don't fit or somebody is in the way."""
        dirty = {device_id: change for device_id, change in made.items() if change.dirty}
        if not dirty:
            return made
        pairs = [(change.record, change.alerts) for change in dirty.values()]
        if not devices.fit(pairs):
            return {}
        try:
            saved = devices.save(pairs)
        except TemasError:
            return {}
        records = dict(zip(dirty, saved, strict=True))
        return {i: replace(c, record=records[i]) if i in records else c for i, c in made.items()}

    def _apart(
        self,
        made: Mapping[str, Change],
        told: Mapping[str, Sequence[Report]],
        failures: dict[str, Exception],
    ) -> Mapping[str, Change]:
        """Each change on its own."""
        written: dict[str, Change] = {}
        for device_id in made:
            own = told[device_id]
            try:
                written[device_id] = self._write(device_id, self._adds(own))
            except Exception as error:  # noqa: BLE001  a device's own boundary: see the module
                failures[device_id] = error
        return written

    def _adds(self, reports: Sequence[Report]) -> Make:
        return lambda device: changes.reported(device, reports, self.rules)

    def _write(self, device_id: str, make: Make) -> Change:
        """Write one device's change, made anew whenever somebody else was first."""
        for attempt in range(MAX_ATTEMPTS):
            device = devices.get_many_devices([device_id]).get(device_id)
            change = make(device or DeviceRecord(id=device_id))
            if not change.dirty:
                return change
            try:
                (record,) = devices.save([(change.record, change.alerts)])
            except Contention:
                self.pause(attempt)
            else:
                return replace(change, record=record)
        raise Contention(f"device {device_id} kept changing")

    def _tell(self, written: Sequence[DeviceRecord]) -> Mapping[str, TemasError]:
        waiting = [device for device in written if device.outbox]
        return tell(waiting, self.bus()) if waiting else {}


def _tallied(written: Mapping[str, Change], failures: dict[str, Exception]) -> Watched:
    return Watched(
        kept=sum(change.kept for change in written.values()),
        late=sum(change.late for change in written.values()),
        raised=sum(change.raised for change in written.values()),
        cleared=sum(change.cleared for change in written.values()),
        failures=failures,
    )
