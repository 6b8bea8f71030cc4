"""Telling: the events in devices' outboxes onto the bus, and then out of the outboxes.

In this order, so that a worker that dies in between leaves them to whoever touches the device next,
at the latest to the redelivery of its own message. What is told twice keeps its event id.
"""

from collections.abc import Mapping, Sequence

import msgspec

from chalicelib.bus import Bus
from chalicelib.errors import Contention, TemasError
from chalicelib.events import Event
from chalicelib.store import devices
from chalicelib.store.device_records import DeviceRecord


def tell(waiting: Sequence[DeviceRecord], bus: Bus) -> Mapping[str, TemasError]:
    """Tell what these devices have to tell, together where that works; failures by device id."""
    try:
        _tell(waiting, bus)
    except TemasError as error:
        if len(waiting) == 1:
            return {waiting[0].id: error}
        failures: dict[str, TemasError] = {}
        for device in waiting:
            failures |= tell([device], bus)
        return failures
    return {}


def _tell(waiting: Sequence[DeviceRecord], bus: Bus) -> None:
    bus.publish(msgspec.convert(event, Event) for device in waiting for event in device.outbox)
    told = [(msgspec.structs.replace(device, outbox=()), ()) for device in waiting]
    try:
        devices.save(told)
    except Contention:
        # Whoever wrote the device meanwhile took its outbox along, and tells it once more.
        if len(told) > 1:
            raise
