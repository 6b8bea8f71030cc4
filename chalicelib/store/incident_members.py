"""The alerts of incidents: counted when raised and when cleared, listed, summed up."""

from collections.abc import Iterable
from datetime import datetime

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.store import incidents, keys
from chalicelib.store.incident_records import IncidentMember, Standing
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import AlertItem, Item
from chalicelib.store.models_incidents import IncidentCountItem, IncidentMemberItem
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated


def join(incident_id: str, member: IncidentMember, *, recorded: bool) -> bool:
    """Count an alert in; False if it has been before, in this incident. In the same moment the
    alert gets to know its incident, and must be open or cleared as `member` says (unless it isn't
    `recorded` at all). Raises Refused, tag `alert`, where it is not so, or is another incident's.
    """
    key = keys.incident_member(incident_id, member.device_id, member.alert_id)
    item = IncidentMemberItem(*key, **fields(member))
    item.gsi2pk, item.gsi2sk = (
        keys.incident(incident_id)[0],
        keys.moment(member.raised_at, member.alert_id),
    )
    counts: list[Action] = [Path("type").set("incident_count"), IncidentCountItem.raised.add(1)]
    if member.cleared_at is not None:
        counts.append(IncidentCountItem.cleared.add(1))
    transaction = Transaction()
    transaction.put("member", item, IncidentMemberItem.pk.does_not_exist())
    transaction.update("count", _count(incident_id, member.alert_id), counts)
    if recorded:
        row = AlertItem(*keys.alert(member.device_id, member.alert_id))
        cleared = AlertItem.cleared_at
        same = cleared.exists() if member.cleared_at else cleared.does_not_exist()
        known = AlertItem.pk.exists() & AlertItem.incident_id.does_not_exist() & same
        transaction.update("alert", row, [AlertItem.incident_id.set(incident_id)], known)
    try:
        transaction.commit()
    except Refused as refused:
        if _failed(refused, "member"):
            return False
        raise
    return True


def clear(incident_id: str, *, device_id: str, alert_id: str, at: datetime) -> bool:
    """Count an alert of an incident as over; False if it is no alert of it, or has been counted.
    Raises Refused if another writer was in the way."""
    row = IncidentMemberItem(*keys.incident_member(incident_id, device_id, alert_id))
    open_ = IncidentMemberItem.pk.exists() & IncidentMemberItem.cleared_at.does_not_exist()
    transaction = Transaction()
    transaction.update("member", row, [IncidentMemberItem.cleared_at.set(at)], open_)
    transaction.update("count", _count(incident_id, alert_id), [IncidentCountItem.cleared.add(1)])
    try:
        transaction.commit()
    except Refused as refused:
        if _failed(refused, "member"):
            return False
        raise
    return True


def counts(incident_id: str) -> tuple[int, int]:
    """How many alerts an incident has had, and how many are over, in one request."""
    return _sums(get_many(_counters(incident_id)).values())


def standing(incident_id: str, model: str, rule: str) -> Standing:
    """An incident of a model and rule as it stands, in one request."""
    own, latest = keys.incident(incident_id), keys.latest_incident(model, rule)
    found = get_many([own, latest, *_counters(incident_id)])
    incident, pointer = found.get(own), found.get(latest)
    return Standing(
        incident=incidents.from_item(incident) if incident else None,
        latest=incidents.pointer_from(pointer) if pointer else None,
        raised=_sums(found.values())[0],
    )


def _counters(incident_id: str) -> list[Key]:
    return [keys.incident_count(incident_id, shard) for shard in range(keys.INCIDENT_SHARDS)]


def _sums(rows: Iterable[Item]) -> tuple[int, int]:
    kept = [row for row in rows if isinstance(row, IncidentCountItem)]
    return sum(int(row.raised or 0) for row in kept), sum(int(row.cleared or 0) for row in kept)


def devices_in(incident_id: str) -> int:
    """How many different devices had alerts of it: reads the keys of all of them."""
    found: set[str] = set()
    for shard in range(keys.INCIDENT_SHARDS):
        with translated():
            rows = IncidentMemberItem.query(
                keys.incident_part(incident_id, shard),
                IncidentMemberItem.sk.startswith("A#"),
                consistent_read=True,
                attributes_to_get=["pk", "sk", "type", "device_id"],
            )
            found.update(row.device_id for row in rows)
    return len(found)


def members(
    incident_id: str, *, limit: int, after: str | None = None, last: bool = False
) -> tuple[list[IncidentMember], str | None]:
    """An incident's alerts by time, oldest first (with `last` the newest first), and the cursor of
    the next page."""
    pk, _ = keys.incident(incident_id)
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(
            Item.listing.query(pk, bound, scan_index_forward=not last, limit=limit, page_size=limit)
        )
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [record(IncidentMember, loaded[key]) for key in order if key in loaded], cursor


def _count(incident_id: str, alert_id: str) -> IncidentCountItem:
    # An alert's beginning and its end are counted in one item, which is so never out of step.
    return IncidentCountItem(*keys.incident_count(incident_id, keys.incident_shard(alert_id)))


def _failed(refused: Refused, tag: str) -> bool:
    return any(one.tag == tag and one.condition_failed for one in refused.refusals)
