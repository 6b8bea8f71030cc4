"""Incidents, as they lie in the table: opened once, closed, listed."""

from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import NotFound
from chalicelib.store import keys
from chalicelib.store.incident_records import Incident, Pointer
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_incidents import IncidentItem, PointerItem
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated, update_if


def from_item(found: Item) -> Incident:
    return record(Incident, found, id=found.pk.removeprefix("INC#"))


def pointer_from(found: Item) -> Pointer:
    return record(Pointer, found)


def find(incident_id: str) -> Incident | None:
    key = keys.incident(incident_id)
    found = get_many([key]).get(key)
    return from_item(found) if found else None


def get(incident_id: str) -> Incident:
    """Raises NotFound."""
    found = find(incident_id)
    if found is None:
        raise NotFound(f"no incident {incident_id}")
    return found


def latest(model: str, rule: str) -> Pointer | None:
    """The latest incident of a model and rule, open or closed."""
    key = keys.latest_incident(model, rule)
    found = get_many([key]).get(key)
    return pointer_from(found) if found else None


def listed(
    status: str, *, limit: int, before: str | None = None
) -> tuple[list[Incident], str | None]:
    """Incidents that are "open" or "closed", latest first, and the cursor of the next page."""
    bound = Item.gsi2sk < before if before else None
    with translated():
        rows = list(
            Item.listing.query(
                f"INC#{status}", bound, scan_index_forward=False, limit=limit, page_size=limit
            )
        )
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor


def put_new(incident: Incident, *, opener: str, instead_of: Pointer | None) -> bool:
    """Open an incident, unless there is another one than `instead_of`, which must be closed."""
    pointer = PointerItem(*keys.latest_incident(incident.model, incident.rule))
    pointer.incident_id, pointer.severity, pointer.opener = incident.id, incident.severity, opener
    pointer.opened_at, pointer.since = incident.opened_at, incident.since
    before = PointerItem.incident_id
    free: Condition = before.does_not_exist()
    if instead_of is not None:
        pointer.after = instead_of.closed_at
        free = (before == instead_of.incident_id) & PointerItem.closed_at.exists()
    pk, sk = keys.incident(incident.id)
    item = IncidentItem(pk=pk, sk=sk, **fields(incident, "id", "told"))
    item.gsi2pk, item.gsi2sk = "INC#open", keys.moment(incident.opened_at, incident.id)
    transaction = Transaction()
    transaction.put("pointer", pointer, free)
    transaction.put("incident", item, IncidentItem.pk.does_not_exist())
    return _committed(transaction)


def make_ready(incident: Incident) -> None:
    """All that it began with is counted, and it has been told of."""
    row = PointerItem(*keys.latest_incident(incident.model, incident.rule))
    update_if(row, [PointerItem.ready.set(True)], PointerItem.incident_id == incident.id)


def regrade(incident: Incident, *, severity: str) -> bool:
    """Make it graver, and the pointer with it unless that is a later incident's by now; False if
    it has another severity meanwhile. Raises Refused where another writer was in the way."""
    row = IncidentItem(*keys.incident(incident.id))
    pointer = PointerItem(*keys.latest_incident(incident.model, incident.rule))
    transaction = Transaction()
    unchanged = IncidentItem.severity == incident.severity
    graver: list[Action] = [IncidentItem.severity.set(severity)]
    transaction.update("incident", row, graver, unchanged)
    own = PointerItem.incident_id == incident.id
    transaction.update("pointer", pointer, [PointerItem.severity.set(severity)], own)
    try:
        transaction.commit()
    except Refused as refused:
        failed = {one.tag for one in refused.refusals if one.condition_failed}
        if failed == {"pointer"}:  # which never comes back to an earlier incident
            return update_if(row, graver, unchanged)
        if failed:
            return False
        raise
    return True


def close(incident: Incident, *, at: datetime, by: str | None) -> bool:
    """End an open incident; False if it isn't open any more."""
    actions: list[Action] = [
        IncidentItem.status.set("closed"),
        IncidentItem.closed_at.set(at),
        Item.gsi2pk.set("INC#closed"),
    ]
    if by is not None:
        actions.append(IncidentItem.closed_by.set(by))
    return _moved(incident, actions, IncidentItem.status == "open", PointerItem.closed_at.set(at))


def reopen(incident: Incident) -> bool:
    """Have a closed incident go on; False if it does already, or there is another one by now."""
    actions: list[Action] = [
        IncidentItem.status.set("open"),
        IncidentItem.closed_at.remove(),
        IncidentItem.told.remove(),
        IncidentItem.openings.set(incident.openings + incident.told),
        Item.gsi2pk.set("INC#open"),
    ]
    same = IncidentItem.closed_at == incident.closed_at
    return _moved(incident, actions, same, PointerItem.closed_at.remove())


def _moved(
    incident: Incident, actions: list[Action], condition: Condition, pointing: Action
) -> bool:
    row = IncidentItem(*keys.incident(incident.id))
    pointer = PointerItem(*keys.latest_incident(incident.model, incident.rule))
    transaction = Transaction()
    transaction.update("incident", row, actions, condition)
    transaction.update("pointer", pointer, [pointing], PointerItem.incident_id == incident.id)
    return _committed(transaction)


def make_grown(incident: Incident, *, alerts: int) -> None:
    """That it has so many alerts is on the bus."""
    grown = IncidentItem.grown
    row = IncidentItem(*keys.incident(incident.id))
    update_if(row, [grown.set(alerts)], grown.does_not_exist() | (grown < alerts))


def make_told(incident: Incident, *, devices: int) -> None:
    """Its closing is on the bus."""
    actions: list[Action] = [IncidentItem.told.set(True), IncidentItem.devices.set(devices)]
    row = IncidentItem(*keys.incident(incident.id))
    update_if(row, actions, IncidentItem.closed_at == incident.closed_at)


def _committed(transaction: Transaction) -> bool:
    """Whether it was written; False where its conditions don't hold. Raises Refused where another
    writer was in the way."""
    try:
        transaction.commit()
    except Refused as refused:
        if any(one.condition_failed for one in refused.refusals):
            return False
        raise
    return True
