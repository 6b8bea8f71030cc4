"""Devices and their alerts, written together."""

from collections.abc import Iterable, Sequence

from pynamodb.exceptions import PutError
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound
from chalicelib.store import keys
from chalicelib.store.device_records import Alert, DeviceRecord, Ownership
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import AlertItem, DeviceItem, Item
from chalicelib.store.models_fleet import GroupMemberItem, OwnershipItem
from chalicelib.store.plans import MAX_ACTIONS
from chalicelib.store.table import (
    CONDITION_FAILED,
    Key,
    Refused,
    Transaction,
    get_many,
    translated,
)


def device_from(found: Item) -> DeviceRecord:
    return record(DeviceRecord, found, id=found.pk.removeprefix("D#"))


def alert_from(found: Item) -> Alert:
    return record(
        Alert, found, id=found.sk.removeprefix("A#"), device_id=found.pk.removeprefix("D#")
    )


def get_many_devices(ids: Iterable[str]) -> dict[str, DeviceRecord]:
    """Those of these devices that are known, by id, in one request."""
    found = get_many(keys.device(device_id) for device_id in ids)
    return {device.id: device for device in map(device_from, found.values())}


def get(device_id: str) -> DeviceRecord:
    """Raises NotFound."""
    found = get_many_devices([device_id])
    if device_id not in found:
        raise NotFound(f"no device {device_id}: register it with PUT /v1/devices/{device_id}")
    return found[device_id]


Change = tuple[DeviceRecord, Sequence[Alert]]
"""A device to write, with those of its alerts that have changed."""


def fit(changes: Sequence[Change]) -> bool:
    """Whether one transaction takes them all."""
    return sum(1 + len(alerts) for _, alerts in changes) <= MAX_ACTIONS


def save(changes: Sequence[Change]) -> list[DeviceRecord]:
    """Write devices with their alerts, all or none; returns them as they are now.

    Raises Contention if a device was written by somebody else since it was read. A lone device may
    have more alerts than a transaction takes: those beyond it are written before the rest, and a
    repeat after a crash in between writes them once more.
    """
    if len(changes) == 1:
        return [_save_one(*changes[0])]
    transaction = Transaction()
    items = [_item(device) for device, _ in changes]
    for item, (_, alerts) in zip(items, changes, strict=True):
        transaction.put(f"device:{item.pk}", item)
        _put_alerts(transaction, alerts)
    _commit(transaction)
    return [device_from(item) for item in items]


def _save_one(device: DeviceRecord, alerts: Sequence[Alert]) -> DeviceRecord:
    if not alerts:
        return _save_alone(device)
    while len(alerts) >= MAX_ACTIONS:
        early = Transaction()
        _put_alerts(early, alerts[:MAX_ACTIONS])
        _commit(early)
        alerts = alerts[MAX_ACTIONS:]
    transaction, item = Transaction(), _item(device)
    transaction.put(f"device:{device.id}", item)
    _put_alerts(transaction, alerts)
    _commit(transaction)
    return device_from(item)


def _put_alerts(transaction: Transaction, alerts: Sequence[Alert]) -> None:
    for alert in alerts:
        row = AlertItem(*keys.alert(alert.device_id, alert.id))
        transaction.update(f"alert:{alert.id}", row, _as_judged(alert))


def _as_judged(alert: Alert) -> list[Action]:
    """What the rules say of an alert, and nothing of what staff have made of it. Whose it is, and
    what led to it, is said once."""
    status = "cleared" if alert.cleared_at else "open"
    actions: list[Action] = [
        Path("type").set("alert"),
        AlertItem.gsi2pk.set(f"A#{status}"),
        AlertItem.gsi2sk.set(keys.moment(alert.raised_at, alert.id)),
    ]
    attributes = AlertItem.get_attributes()
    for name in ("rule", "severity", "raised_at", "severity_at", "cleared_at", "evidence"):
        value = getattr(alert, name)
        actions.append(
            attributes[name].remove() if value in (None, {}) else attributes[name].set(value)
        )
    once = ("owner_id", "model", "recent", "cleared_by")
    actions += [attributes[name].set(v) for name in once if (v := getattr(alert, name))]
    return actions


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention("a device has just changed") from refused


def _save_alone(device: DeviceRecord) -> DeviceRecord:
    item = _item(device)
    try:
        with translated():
            item.save()
    except PutError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            raise Contention(f"device {device.id} has just changed") from error
        raise
    return device_from(item)


def _item(device: DeviceRecord) -> DeviceItem:
    pk, sk = keys.device(device.id)
    item = DeviceItem(pk=pk, sk=sk, **fields(device, "id"))
    if device.owner_id:
        item.gsi2pk, item.gsi2sk = keys.timeline(device.owner_id), pk
    return item


def get_alert(device_id: str, alert_id: str) -> Alert | None:
    """None if the device has no such alert."""
    key = keys.alert(device_id, alert_id)
    found = get_many([key]).get(key)
    return alert_from(found) if found else None


def transfer(device: DeviceRecord, ended: Ownership) -> DeviceRecord:
    """Write a device that is somebody else's now, and whose it was until then: both or neither.

    Raises Contention if the device was written by somebody else since it was read.
    """
    item = _item(device)
    period = OwnershipItem(*keys.ownership(device.id, ended.since), **fields(ended))
    if ended.owner_id:
        period.gsi2pk = keys.timeline(ended.owner_id)
        period.gsi2sk = f"OWNED#{keys.moment(ended.since, device.id)}"
    transaction = Transaction()
    transaction.put(f"device:{device.id}", item)
    transaction.put("ownership", period)
    _commit(transaction)
    return device_from(item)


def ownerships(device_id: str) -> list[Ownership]:
    """Whose a device was before, the newest first; at most 100."""
    pk, _ = keys.device(device_id)
    with translated():
        found = OwnershipItem.query(
            pk, OwnershipItem.sk.startswith("O#"), scan_index_forward=False, limit=100
        )
        return [Ownership(owner_id=one.owner_id, since=one.since, until=one.until) for one in found]


def set_groups(device_id: str, wanted: Iterable[str], before: Iterable[str]) -> None:
    """List a device in the groups that it is in, and no more in those that it was in."""
    joined, left = set(wanted), set(before) - set(wanted)
    transaction = Transaction()
    for group in sorted(joined):
        item = GroupMemberItem(*keys.group_member(group, device_id), group=group)
        transaction.put(f"group:{group}", item)
    for group in sorted(left):
        transaction.delete(f"left:{group}", GroupMemberItem(*keys.group_member(group, device_id)))
    if len(transaction):
        _commit(transaction)


def alerts_listed(
    status: str, *, limit: int, after: str | None = None
) -> tuple[list[Alert], str | None]:
    """Alerts that are "open" or "cleared", oldest first, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        found = list(Item.listing.query(f"A#{status}", bound, limit=limit, page_size=limit))
    order: list[Key] = [(row.pk, row.sk) for row in found]
    loaded = get_many(order, consistent=False)
    cursor = found[-1].gsi2sk if len(found) == limit else None
    return [alert_from(loaded[key]) for key in order if key in loaded], cursor


def of_customer(family: Sequence[str]) -> list[DeviceRecord]:
    """A customer's devices (at most 100 for each id under which they are kept)."""
    found: list[Key] = []
    with translated():
        for customer_id in family:
            query = Item.listing.query(
                keys.timeline(customer_id), Item.gsi2sk.startswith("D#"), limit=100
            )
            found += [(row.pk, row.sk) for row in query]
    return [device_from(item) for item in get_many(found).values()]
