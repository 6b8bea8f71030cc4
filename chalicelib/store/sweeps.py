"""When to look at devices that say nothing: one small item a device, in the order of time.

Reports never touch it. Whoever looks finds that the device has spoken since, and moves it on.
"""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.clock import iso
from chalicelib.store import keys
from chalicelib.store.models import Item
from chalicelib.store.models_fleet import SweepItem
from chalicelib.store.table import translated


def due(shard: int, now: datetime, *, limit: int) -> list[str]:
    """The ids of devices to look at by now, the longest due first; one request for 100."""
    # "~" is behind every device id.
    bound = Item.gsi2sk <= f"{iso(now)}~"
    with translated():
        rows = Item.listing.query(keys.sweeps(shard), bound, limit=limit, page_size=limit)
        return [row.pk.removeprefix("D#") for row in rows]


def set_many(checks: Mapping[str, datetime]) -> None:
    """Look at each device again at its moment; one request for 25."""
    with translated(), SweepItem.batch_write() as batch:
        for device_id, check_at in checks.items():
            batch.save(_item(device_id, check_at))


def start(device_id: str, check_at: datetime) -> None:
    """Look at a device for the first time at this moment; a repeat only moves the moment."""
    with translated():
        _item(device_id, check_at).save()


def _item(device_id: str, check_at: datetime) -> SweepItem:
    pk, sk = keys.sweep(device_id)
    item = SweepItem(pk=pk, sk=sk, check_at=check_at)
    item.gsi2pk = keys.sweeps(keys.sweep_shard(device_id))
    item.gsi2sk = keys.moment(check_at, device_id)
    return item
