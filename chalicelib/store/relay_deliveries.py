"""What became of each event at each endpoint: kept for 30 days, the dead letters in a list."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError

from chalicelib.clock import iso
from chalicelib.store import keys
from chalicelib.store.mapping import fields
from chalicelib.store.models import Item
from chalicelib.store.models_relay import RelayDeliveryItem
from chalicelib.store.relay_records import DEAD, PENDING, RelayDelivery
from chalicelib.store.relays import delivery_from
from chalicelib.store.table import CONDITION_FAILED, Key, get_many, translated

KEPT = timedelta(days=30)


def put(delivery: RelayDelivery, now: datetime) -> bool:
    """Keep how a delivery stands; False if more is known already. A later attempt is never
    overwritten by an earlier one that comes again."""
    item = _item(delivery, now)
    kind = RelayDeliveryItem
    news = (
        kind.pk.does_not_exist()
        | (kind.round < delivery.round)
        | ((kind.round == delivery.round) & (kind.attempt < delivery.attempt))
        | (
            (kind.round == delivery.round)
            & (kind.attempt == delivery.attempt)
            & (kind.status == PENDING)
        )
    )
    try:
        with translated():
            item.save(condition=news, add_version_condition=False)
    except PutError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            return False
        raise
    return True


def some(endpoint_id: str, event_ids: Iterable[str]) -> dict[str, RelayDelivery]:
    """Those of these deliveries (at most 100) that are kept, by event id."""
    found = get_many(keys.relay_delivery(endpoint_id, one) for one in event_ids)
    return {one.event_id: one for one in map(delivery_from, found.values())}


def listed(
    endpoint_id: str, *, limit: int, after: str | None = None
) -> tuple[list[RelayDelivery], str | None]:
    """All of an endpoint's deliveries, the newest first, and the cursor of the next page."""
    bound = Item.gsi2sk < after if after else None
    pk, _ = keys.relay_endpoint(endpoint_id)
    with translated():
        rows = list(
            Item.listing.query(pk, bound, limit=limit, page_size=limit, scan_index_forward=False)
        )
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [delivery_from(loaded[key]) for key in order if key in loaded], cursor


def dead(
    endpoint_id: str,
    *,
    limit: int,
    after: str | None = None,
    since: datetime | None = None,
) -> tuple[list[RelayDelivery], str | None]:
    """An endpoint's dead letters, those that died first first, and the cursor of the next page.
    `since` leaves out those that had died before."""
    start = after or (iso(since) if since else None)
    bound = RelayDeliveryItem.gsi1sk > start if start else None
    with translated():
        rows = list(
            RelayDeliveryItem.timeline.query(
                keys.dead_letters(endpoint_id), bound, limit=limit, page_size=limit
            )
        )
    cursor = rows[-1].gsi1sk if len(rows) == limit else None
    return [delivery_from(row) for row in rows], cursor


def _item(delivery: RelayDelivery, now: datetime) -> RelayDeliveryItem:
    pk, sk = keys.relay_delivery(delivery.endpoint_id, delivery.event_id)
    item = RelayDeliveryItem(pk=pk, sk=sk, **fields(delivery, "endpoint_id", "event_id"))
    item.gsi2pk, item.gsi2sk = pk, keys.moment(delivery.first_at, delivery.event_id)
    if delivery.status == DEAD and delivery.finished_at and not delivery.test:
        item.gsi1pk = keys.dead_letters(delivery.endpoint_id)
        item.gsi1sk = keys.moment(delivery.finished_at, delivery.event_id)
    item.expires_at = int((now + KEPT).timestamp())
    return item
