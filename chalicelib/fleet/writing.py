"""Changes of devices written and told: together as long as nothing is in the way, else each alone.

Whatever fails is done again device by device, so that no device ever costs another anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from chalicelib.bus import Bus
from chalicelib.errors import Contention, TemasError
from chalicelib.fleet.changes import Change
from chalicelib.fleet.telling import tell
from chalicelib.store import devices
from chalicelib.store.device_records import DeviceRecord

MAX_ATTEMPTS = 8

Make = Callable[[DeviceRecord], Change]
"""What is to be made of a device, as it stands now."""


@dataclass(frozen=True)
class Written:
    """The changes that are written, by device id, and which devices failed and why."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes devices with their alerts, and tells what is in their outboxes."""

    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def many(self, known: Mapping[str, DeviceRecord], makes: Mapping[str, Make]) -> Written:
        """Change devices as read in `known`. With nothing to tell that is one request for up to
        100 devices."""
        failures: dict[str, Exception] = {}
        made: dict[str, Change] = {}
        for device_id, make in makes.items():
            try:
                made[device_id] = make(known.get(device_id, DeviceRecord(id=device_id)))
            except Exception as error:  # noqa: BLE001  a device's own boundary: see the module
                failures[device_id] = error
        written = self._together(made) or self._apart(made, makes, failures)
        failures |= self._tell([change.record for change in written.values()])
        return Written(changes=written, failures=failures)

    def one(self, device_id: str, make: Make) -> Change:
        """Change one device, read now. Raises what stands in the way; Unavailable to be called
        again."""
        written = self._write(device_id, make)
        for error in self._tell([written.record]).values():
            raise error
        return written

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
        makes: Mapping[str, Make],
        failures: dict[str, Exception],
    ) -> Mapping[str, Change]:
        """Each change on its own."""
        written: dict[str, Change] = {}
        for device_id in made:
            try:
                written[device_id] = self._write(device_id, makes[device_id])
            except Exception as error:  # noqa: BLE001  a device's own boundary: see the module
                failures[device_id] = error
        return written

    def _write(self, device_id: str, make: Make) -> Change:
        """Write one device's change, made anew whenever somebody else was first."""
        for attempt in range(MAX_ATTEMPTS):
            device = devices.get_many_devices([device_id]).get(device_id)
            change = make(device or DeviceRecord(id=device_id))
            if not change.dirty:
                return change
            try:
                record = _saved(change)
            except Contention:
                self.pause(attempt)
            else:
                return replace(change, record=record)
        raise Contention(f"device {device_id} kept changing")

    def _tell(self, written: Sequence[DeviceRecord]) -> Mapping[str, TemasError]:
        waiting = [device for device in written if device.outbox]
        return tell(waiting, self.bus()) if waiting else {}


def _saved(change: Change) -> DeviceRecord:
    """A device that changes hands has no alert that does: those keep the owner they were for."""
    if change.ended is not None:
        return devices.transfer(change.record, change.ended)
    (record,) = devices.save([(change.record, change.alerts)])
    return record
