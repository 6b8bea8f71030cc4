"""The alerts of incidents: gathered by model and rule, counted when raised and when cleared."""

from datetime import datetime, timedelta

from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.store import keys
from chalicelib.store.incident_records import IncidentMember
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import AlertItem, Item
from chalicelib.store.models_incidents import (
    IncidentCountItem,
    IncidentMemberItem,
    TroubleItem,
)
from chalicelib.store.records import Alert
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated

REMEMBERED = timedelta(days=7)
"""How long an alert is kept among those of its model and rule: far longer than any incident takes
to show."""

MOST_AROUND = 500


def gather(alert: Alert, model: str, *, now: datetime) -> None:
    """Put an alert among those of its model and rule; again changes nothing."""
    item = TroubleItem(*keys.troubled(model, alert.rule, alert.raised_at, alert.device_id))
    item.alert_id = alert.id
    item.expires_at = int((now + REMEMBERED).timestamp())
    with translated():
        item.save()


def around(
    model: str, rule: str, moment: datetime, within: timedelta, *, after: datetime | None
) -> list[tuple[str, str, datetime]]:
    """Alerts of a model and rule raised up to so long before or after a moment, and later than
    `after`: (alert, device, raised_at), the first 500 of them, in one request."""
    earliest, latest_ = moment - within, moment + within
    start = f"A#{keys.moment(earliest, '')}"
    if after is not None and after >= earliest:
        start = f"A#{keys.moment(after, '')}~"
    end = f"A#{keys.moment(latest_, '')}~"
    if start > end:
        return []
    with translated():
        rows = list(
            TroubleItem.query(
                keys.trouble(model, rule),
                TroubleItem.sk.between(start, end),
                consistent_read=True,
                limit=MOST_AROUND,
            )
        )
    return [_trouble(row) for row in rows]


def _trouble(row: TroubleItem) -> tuple[str, str, datetime]:
    at, _, device_id = row.sk.removeprefix("A#").partition("#")
    return row.alert_id, device_id, datetime.fromisoformat(at)


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
    shards = range(keys.INCIDENT_SHARDS)
    rows = get_many(keys.incident_count(incident_id, shard) for shard in shards).values()
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
