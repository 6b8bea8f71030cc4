"""Registering: whose a device is, what it is called, which rules of its own it has.

Each step is safe to repeat, and the device itself is written after what follows from how it was: a
call that failed half-way is mended by calling again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.fleet import changes, news
from chalicelib.fleet.changes import Change
from chalicelib.fleet.reports import strangers
from chalicelib.fleet.watch import Watch
from chalicelib.store import devices, quarantine, sweeps
from chalicelib.store.device_records import DeviceRecord, Ownership

FIRST_LOOK = timedelta(minutes=15)
"""How long after its registration a device is first looked at for silence."""


FORMER_OWNERS = ("location", "told")
"""Parts of a device's document that do not pass to a new owner."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A device as whoever registers it wants it."""

    owner_id: str | None = None
    name: str | None = None
    model: str | None = None
    groups: tuple[str, ...] = ()
    overrides: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Registers devices for `watch`."""

    watch: Watch

    def register(self, device_id: str, wanted: Wanted, *, at: datetime) -> DeviceRecord:
        """The device as wanted, watched from now on; what it said before counts now.

        Raises InvalidRequest for overrides that its model can't follow.
        """
        self.watch.rulebook.check(wanted.model, wanted.overrides)
        before = devices.get_many_devices([device_id]).get(device_id)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        devices.set_groups(device_id, wanted.groups, before.groups if before else ())
        if before is None or before.registered_at is None:
            sweeps.start(device_id, at + FIRST_LOOK)
        done = self.watch.writer.one(device_id, lambda device: registered(device, wanted, at))
        return self._released(device_id) or done.record

    def _released(self, device_id: str) -> DeviceRecord | None:
        """What waited in the quarantine, added; None if nothing did.

        It ends: of a device that is registered nothing is put there to wait any more, and each
        round takes out what it has added.
        """
        record: DeviceRecord | None = None
        while (found := quarantine.find(device_id)) is not None and found.waiting:
            reports = strangers.from_texts(found.waiting, found.last_at)
            if reports:
                record = self.watch.add(device_id, reports).record
            quarantine.take_out(device_id, found.waiting, self.watch.pause)
        return record


def registered(device: DeviceRecord, wanted: Wanted, at: datetime) -> Change:
    """The device as wanted. Since when it is registered never changes; with another owner, the
    place where it was is forgotten: it was the former owner's; and what the former owner was told
    ahead of, nobody has told the new one. The former owner's time ends in the very moment in which
    the new one's begins."""
    moved = device.registered_at is not None and device.owner_id != wanted.owner_id
    new = device.registered_at is None
    named = msgspec.structs.replace(
        device,
        owner_id=wanted.owner_id,
        owned_since=at if new or moved else device.owned_since,
        name=wanted.name,
        model=wanted.model,
        groups=wanted.groups,
        overrides=dict(wanted.overrides),
        registered_at=device.registered_at or at,
    )
    if moved:
        document = {name: v for name, v in device.document.items() if name not in FORMER_OWNERS}
        told = [news.transferred(named, device.owner_id, at)]
        named = msgspec.structs.replace(
            named, document=document, outbox=changes.outbox(device, told)
        )
    ended = _ended(device, at) if moved else None
    return Change(record=named, dirty=named != device, ended=ended)


def _ended(device: DeviceRecord, at: datetime) -> Ownership | None:
    """The time in which the device was its former owner's; None if it was nobody's."""
    if device.owner_id is None:
        return None
    since = device.owned_since or device.registered_at or at
    return Ownership(owner_id=device.owner_id, since=since, until=at)
