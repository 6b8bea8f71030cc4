"""Incidents as they are kept: frozen values, as in `records`."""

from datetime import datetime

from chalicelib.store.device_records import Alert
from chalicelib.store.notification_records import Notification
from chalicelib.store.records import Entry, Record


class Incident(Record, frozen=True, kw_only=True):
    """One trouble of many devices of a model: open until `closed_at`.

    `severity` is the gravest that any of its alerts had. `since`: when the first of the alerts it
    began with was raised. `devices`: how many it began with, and, once it is closed, how many there
    were in all. `closed_by` is who of the staff closed it; None where every alert was cleared.
    `told`: its closing is on the bus. `openings` counts how often it was opened: again when an
    alert from while it lasted is only told after its end. `grown`: the last number of its alerts (a
    power of ten) that was told, 0 for none.
    """

    id: str
    model: str
    rule: str
    severity: str
    opened_at: datetime
    since: datetime
    devices: int
    status: str = "open"
    closed_at: datetime | None = None
    closed_by: str | None = None
    told: bool = False
    openings: int = 1
    grown: int = 0


class Pointer(Record, frozen=True, kw_only=True):
    """The latest incident of a model and rule, as everybody needs it who sees another such alert.

    `opener` is the alert that opened it; alerts up to `after` were of the one before it. Until it
    is `ready`, alerts that were raised shortly before may not be counted yet, nor may it have been
    told of.
    """

    incident_id: str
    severity: str
    opened_at: datetime
    since: datetime
    opener: str
    after: datetime | None = None
    ready: bool = False
    closed_at: datetime | None = None


class Standing(Record, frozen=True, kw_only=True):
    """An incident as it stands: itself, the latest incident of its model and rule, and how many
    alerts it has had."""

    incident: Incident | None = None
    latest: Pointer | None = None
    raised: int = 0


class IncidentMember(Record, frozen=True, kw_only=True):
    """An alert that is part of an incident."""

    alert_id: str
    device_id: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None


class Sight(Record, frozen=True, kw_only=True):
    """What there is about an alert: itself, the line with which its case began, the latest incident
    of its model and rule, and notices to its owner; None for what there isn't."""

    alert: Alert | None = None
    case: Entry | None = None
    pointer: Pointer | None = None
    notices: tuple[Notification, ...] = ()
