"""Endpoints of outgoing webhooks, as they lie in the table."""

from datetime import datetime
from typing import Any

import msgspec
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.errors import Conflict, NotFound
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_relay import RelayDeliveryItem, RelayEndpointItem
from chalicelib.store.relay_records import RelayDelivery, RelayEndpoint
from chalicelib.store.table import Key, get_many, translated, update_if

LISTING = "HOOKS"
MOST = 50
"""Endpoints of one stage: each event is looked at for each of them."""


def from_item(found: Item) -> RelayEndpoint:
    return record(RelayEndpoint, found, id=found.pk.removeprefix("HOOK#"))


def get(endpoint_id: str) -> RelayEndpoint:
    """Raises NotFound."""
    found, _ = look(endpoint_id, None)
    if found is None:
        raise NotFound(
            f"no webhook endpoint {endpoint_id}: GET /v1/webhook-endpoints lists those there are"
        )
    return found


def look(
    endpoint_id: str, event_id: str | None
) -> tuple[RelayEndpoint | None, RelayDelivery | None]:
    """An endpoint, and what became of an event there, in one request."""
    wanted: list[Key] = [keys.relay_endpoint(endpoint_id)]
    if event_id is not None:
        wanted.append(keys.relay_delivery(endpoint_id, event_id))
    found = get_many(wanted)
    endpoint = found.get(wanted[0])
    kept = found.get(wanted[1]) if event_id is not None else None
    return (from_item(endpoint) if endpoint else None, delivery_from(kept) if kept else None)


def every() -> list[RelayEndpoint]:
    """All endpoints, the oldest first; as they were a moment ago."""
    with translated():
        rows = list(Item.listing.query(LISTING, limit=MOST, page_size=MOST))
    loaded = get_many([(row.pk, row.sk) for row in rows], consistent=False)
    return sorted(map(from_item, loaded.values()), key=lambda one: (one.created_at, one.id))


def add(endpoint: RelayEndpoint) -> None:
    """Keep a new endpoint. Raises Conflict if there are as many as can be."""
    if len(every()) >= MOST:
        raise Conflict(f"there are {MOST} webhook endpoints, and there can't be more: delete one")
    pk, sk = keys.relay_endpoint(endpoint.id)
    item = RelayEndpointItem(pk=pk, sk=sk, **fields(endpoint, "id"))
    item.gsi2pk, item.gsi2sk = LISTING, pk
    with translated():
        item.save()


def change(endpoint: RelayEndpoint, changes: dict[str, Any]) -> RelayEndpoint:
    """The endpoint with these fields set (None: removed), as another version. Raises Conflict if it
    has changed since it was read. What its calls come to is counted beside this."""
    attributes = RelayEndpointItem.get_attributes()
    actions: list[Action] = [
        attributes[name].remove() if value is None else attributes[name].set(value)
        for name, value in changes.items()
    ]
    actions.append(RelayEndpointItem.version.set(endpoint.version + 1))
    row = RelayEndpointItem(*keys.relay_endpoint(endpoint.id))
    if not update_if(row, actions, RelayEndpointItem.version == endpoint.version):
        raise Conflict(f"webhook endpoint {endpoint.id} has just changed: read it and try again")
    return msgspec.structs.replace(endpoint, **_plain(changes), version=endpoint.version + 1)


def remove(endpoint_id: str) -> None:
    """Forget an endpoint; what is known of its deliveries goes with time."""
    with translated():
        RelayEndpointItem(*keys.relay_endpoint(endpoint_id)).delete()


def note_success(endpoint_id: str) -> None:
    """A call got through: what failed before counts no more."""
    actions = [
        RelayEndpointItem.failures.remove(),
        RelayEndpointItem.failing_since.remove(),
        RelayEndpointItem.probe_at.remove(),
    ]
    update_if(_row(endpoint_id), actions, RelayEndpointItem.pk.exists())


def note_failure(endpoint_id: str, now: datetime) -> RelayEndpoint | None:
    """A call failed; the endpoint as it is now, or None if it is gone."""
    row = _row(endpoint_id)
    since = RelayEndpointItem.failing_since
    try:
        with translated():
            row.update(
                actions=[RelayEndpointItem.failures.add(1), since.set(since | now)],
                condition=RelayEndpointItem.pk.exists(),
                add_version_condition=False,
            )
    except UpdateError:
        return None
    return from_item(row)


def leave_alone(endpoint_id: str, until: datetime, *, after: datetime | None) -> bool:
    """Have an endpoint left alone until then; False if somebody has moved that moment since it was
    `after`, and has the one call that was to be made then."""
    moment = RelayEndpointItem.probe_at
    known = moment.does_not_exist() if after is None else moment == after
    there = RelayEndpointItem.pk.exists()
    return update_if(_row(endpoint_id), [moment.set(until)], there & known)


def switch_off(endpoint: RelayEndpoint, reason: str, at: datetime) -> bool:
    """False if it is off already, gone, or was changed by staff since it was read."""
    row = _row(endpoint.id)
    current = (RelayEndpointItem.version == endpoint.version) & (
        RelayEndpointItem.enabled == True  # noqa: E712
    )
    actions = [
        RelayEndpointItem.enabled.set(False),
        RelayEndpointItem.reason.set(reason),
        RelayEndpointItem.disabled_at.set(at),
        RelayEndpointItem.version.set(endpoint.version + 1),
    ]
    return update_if(row, actions, current)


def _row(endpoint_id: str) -> RelayEndpointItem:
    return RelayEndpointItem(*keys.relay_endpoint(endpoint_id))


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as the record holds them: what is removed is its default."""
    defaults = {field.name: field.default for field in msgspec.structs.fields(RelayEndpoint)}
    return {name: defaults[name] if value is None else value for name, value in changes.items()}


def delivery_from(found: Item) -> RelayDelivery:
    ids = {
        "endpoint_id": found.pk.removeprefix("HOOK#"),
        "event_id": found.sk.removeprefix("D#"),
    }
    assert isinstance(found, RelayDeliveryItem)
    return record(RelayDelivery, found, **ids)
