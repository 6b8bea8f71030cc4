"""The quarantine: one item for each device that says what can't be taken as a report, for as long
as a month. It is bounded, so that no device can fill the table."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from chalicelib.errors import Contention
from chalicelib.store import keys
from chalicelib.store.device_records import Quarantine
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import DeviceItem, Item
from chalicelib.store.models_fleet import QuarantineItem
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated, update_if

LISTING = "QUARANTINE"
KEPT = timedelta(days=30)
HOURLY = timedelta(hours=1)
ATTEMPTS = 8

Make = Callable[[Quarantine | None], Quarantine]


def find(device_id: str) -> Quarantine | None:
    key = keys.quarantine(device_id)
    found = get_many([key]).get(key)
    return _from(found) if found else None


def keep(device_id: str, make: Make, *, strangers_only: bool, pause: Callable[[int], None]) -> bool:
    """Write what `make` makes of the device's quarantine; False if nothing was written because
    the device is registered by now and the rest is for `strangers_only`.

    Raises Contention if others keep writing to it.
    """
    for attempt in range(ATTEMPTS):
        before = find(device_id)
        transaction = Transaction()
        if strangers_only:
            unknown = DeviceItem.registered_at.does_not_exist()
            transaction.require("device", DeviceItem, keys.device(device_id), unknown)
        unchanged = (
            QuarantineItem.seen == before.seen if before else QuarantineItem.pk.does_not_exist()
        )
        transaction.put("quarantine", _item(make(before), before), unchanged)
        try:
            transaction.commit()
        except Refused as refused:
            if any(one.tag == "device" and one.condition_failed for one in refused.refusals):
                return False
            pause(attempt)
        else:
            return True
    raise Contention(f"the quarantine of {device_id} keeps changing")


def take_out(device_id: str, taken: Sequence[str], pause: Callable[[int], None]) -> None:
    """These wait no longer; what else waits goes on waiting.

    Raises Contention if others keep writing to it.
    """
    gone = set(taken)
    for attempt in range(ATTEMPTS):
        before = find(device_id)
        if before is None or gone.isdisjoint(before.waiting):
            return
        rest = [text for text in before.waiting if text not in gone]
        waits = QuarantineItem.waiting.set(rest) if rest else QuarantineItem.waiting.remove()
        row = QuarantineItem(*keys.quarantine(device_id))
        actions = [waits, QuarantineItem.seen.add(1)]
        if update_if(row, actions, QuarantineItem.seen == before.seen):
            return
        pause(attempt)
    raise Contention(f"the quarantine of {device_id} keeps changing")


def discard(device_id: str) -> None:
    """Forget all of it."""
    with translated():
        QuarantineItem(*keys.quarantine(device_id)).delete()


def listed(*, limit: int, after: str | None = None) -> tuple[list[Quarantine], str | None]:
    """Those heard of last come first, to the hour; and the cursor of the next page."""
    bound = Item.gsi2sk < after if after else None
    with translated():
        rows = list(
            Item.listing.query(
                LISTING, bound, limit=limit, page_size=limit, scan_index_forward=False
            )
        )
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [_from(loaded[key]) for key in order if key in loaded], cursor


def _item(made: Quarantine, before: Quarantine | None) -> QuarantineItem:
    pk, sk = keys.quarantine(made.device_id)
    item = QuarantineItem(pk=pk, sk=sk, **fields(made, "device_id", "seen", "listed_at"))
    item.seen = (before.seen or 0 if before else 0) + 1
    # Its place in the listing moves once an hour: that is one key for all, and a device that talks
    # on and on would make it hot.
    moves = before is None or before.listed_at is None or made.last_at - before.listed_at >= HOURLY
    item.listed_at = made.last_at if moves or before is None else before.listed_at
    item.gsi2pk, item.gsi2sk = LISTING, keys.moment(item.listed_at, made.device_id)
    item.expires_at = int((made.last_at + KEPT).timestamp())
    return item


def _from(item: Item) -> Quarantine:
    return record(Quarantine, item, device_id=item.pk.removeprefix("D#"))
