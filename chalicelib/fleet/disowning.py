"""A device whose owner is erased: it stays, and nothing in it says whose it was. Pure."""

import msgspec

from chalicelib.fleet.registering import FORMER_OWNERS
from chalicelib.store.device_records import DeviceRecord

_OWNERS = frozenset({"owner_id", "from_id", "to_id"})
"""Fields of devices' events that name a customer."""


def disowned(device: DeviceRecord) -> DeviceRecord:
    """The device as nobody's: without its name, which people give ("Ayşe's machine"), without where
    it was and what its owner was told; and what it has yet to tell names nobody."""
    document = {name: v for name, v in device.document.items() if name not in FORMER_OWNERS}
    outbox = tuple(
        {**told, "data": {k: v for k, v in told["data"].items() if k not in _OWNERS}}
        for told in device.outbox
    )
    return msgspec.structs.replace(
        device, owner_id=None, owned_since=None, name=None, document=document, outbox=outbox
    )
