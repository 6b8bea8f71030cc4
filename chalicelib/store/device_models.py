"""Device models: what holds for all devices of one, with every version it ever had."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.device_sections import ModelPlan, decode, encode
from chalicelib.errors import Contention, NotFound
from chalicelib.store import keys
from chalicelib.store.device_records import DeviceModel
from chalicelib.store.models import Item
from chalicelib.store.models_fleet import DeviceModelItem, DeviceModelVersionItem
from chalicelib.store.table import Refused, Transaction, get_many, translated

LISTING = "MODELS"


def find(name: str) -> DeviceModel | None:
    """The model's newest version, or None where nobody has said anything about it."""
    found = get_many([keys.device_model(name)]).get(keys.device_model(name))
    return _from(found) if found else None


def get(name: str) -> DeviceModel:
    """Raises NotFound."""
    found = find(name)
    if found is None:
        raise NotFound(f"no device model {name}: set it with PUT /v1/device-models/{name}")
    return found


def version(name: str, number: int) -> DeviceModel:
    """One of its versions, counted from 1. Raises NotFound."""
    key = keys.device_model_version(name, number)
    found = get_many([key]).get(key)
    if found is None:
        raise NotFound(f"device model {name} has no version {number}")
    return _from(found)


def listed(*, limit: int, after: str | None = None) -> tuple[list[DeviceModel], str | None]:
    """Models by name, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(Item.listing.query(LISTING, bound, limit=limit, page_size=limit))
    loaded = get_many([(row.pk, row.sk) for row in rows], consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [_from(loaded[key]) for row in rows if (key := (row.pk, row.sk)) in loaded], cursor


def put(name: str, plan: ModelPlan, *, at: datetime, by: str | None) -> DeviceModel:
    """The model with this plan, as a new version if it is another than the newest.

    Raises Contention if somebody else changes it at the same time.
    """
    before = find(name)
    if before is not None and before.plan == plan:
        return before
    number = before.version + 1 if before else 1
    document = msgspec.to_builtins(plan, enc_hook=encode)
    said = {"version": number, "document": document, "changed_at": at, "changed_by": by}
    pk, sk = keys.device_model(name)
    current = DeviceModelItem(pk=pk, sk=sk, gsi2pk=LISTING, gsi2sk=pk, **said)
    unchanged = (
        DeviceModelItem.version == before.version if before else DeviceModelItem.pk.does_not_exist()
    )
    transaction = Transaction()
    transaction.put("model", current, unchanged)
    transaction.put(
        "version", DeviceModelVersionItem(*keys.device_model_version(name, number), **said)
    )
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"device model {name} has just changed: repeat the call") from refused
    return DeviceModel(name=name, version=number, plan=plan, changed_at=at, changed_by=by)


def _from(item: Any) -> DeviceModel:
    return DeviceModel(
        name=item.pk.removeprefix("M#"),
        version=int(item.version),
        plan=msgspec.convert(item.document, ModelPlan, dec_hook=decode),
        changed_at=item.changed_at,
        changed_by=item.changed_by,
    )


def of_group(
    group: str, *, limit: int, after: str | None = None
) -> tuple[Sequence[str], str | None]:
    """The ids of the devices in a group, and the cursor of the next page."""
    pk, _ = keys.group_member(group, "")
    bound = Item.sk > after if after else None
    with translated():
        rows = list(Item.query(pk, bound, limit=limit, page_size=limit, consistent_read=True))
    cursor = rows[-1].sk if len(rows) == limit else None
    return [row.sk.removeprefix("D#") for row in rows], cursor
