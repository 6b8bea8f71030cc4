"""Owners who have heard of an incident, each by one of their alerts."""

from pynamodb.expressions.operand import Path

from chalicelib.store import keys
from chalicelib.store.models_incidents import IncidentOwnerItem
from chalicelib.store.table import update_if


def speaks_for(incident_id: str, owner_id: str, alert_id: str) -> bool:
    """Whether an owner hears of an incident by this alert: by the first that asks, however often it
    does, and by no other."""
    alert = IncidentOwnerItem.alert_id
    row = IncidentOwnerItem(*keys.incident_owner(incident_id, owner_id))
    actions = [Path("type").set("incident_owner"), alert.set(alert_id)]
    return update_if(row, actions, alert.does_not_exist() | (alert == alert_id))
