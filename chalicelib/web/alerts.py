"""Staff API: alerts – what devices need."""

from collections.abc import Callable

import msgspec

from chalicelib.errors import InvalidRequest
from chalicelib.fleet.rules.rule import SEVERITIES
from chalicelib.store import alerts, devices, keys
from chalicelib.store.device_records import Alert
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import AlertPage

STATUS = Parameter(name="status", meaning='"open" (default) or "cleared"')
EITHER = Parameter(name="status", meaning='"open" or "cleared"; both by default')
SEVERITY = Parameter(name="severity", meaning=f"one of {', '.join(SEVERITIES)}; any by default")
DEVICE = Parameter(name="device_id", meaning="of this device alone")
ASSIGNEE = Parameter(name="assignee", meaning='those of this person or team; "-" for nobody\'s')

NOBODY = "-"

DEVICE_ALERTS = "/v1/devices/{device_id}/alerts"
ALERT = f"{DEVICE_ALERTS}/{{alert_id}}"


def list_alerts(call: Call) -> AlertPage:
    """Oldest first, without their comments. Where few fit what is asked for, a page may be short
    or empty although others follow: go on while there is a `next_cursor`."""
    status = _status(call, "open")
    fits = _fits(call)
    device_id = call.query.get("device_id")
    if device_id:
        found = [one for one in alerts.of_device(device_id) if _has(one, status)]
        fitting = [one for one in reversed(found) if fits is None or fits(one)]
        return _cut(call, fitting, lambda place, cursor: place > cursor)
    page, cursor = alerts.listed(status, fits=fits, limit=call.limit, after=call.cursor)
    return _page(page, cursor)


def list_device_alerts(call: Call) -> AlertPage:
    """All that a device ever needed, the latest first, without their comments."""
    device_id = call.path["device_id"]
    status, fits = _status(call, ""), _fits(call)
    devices.get(device_id)
    found = [
        one
        for one in alerts.of_device(device_id)
        if (not status or _has(one, status)) and (fits is None or fits(one))
    ]
    return _cut(call, found, lambda place, cursor: place < cursor)


def get_alert(call: Call) -> Alert:
    """One alert: the values that opened it, those before, and what staff have done about it."""
    return alerts.get(call.path["device_id"], call.path["alert_id"])


def _status(call: Call, default: str) -> str:
    status = call.query.get("status", default)
    if status not in ("open", "cleared", default):
        raise InvalidRequest('status must be "open" or "cleared"')
    return status


def _has(alert: Alert, status: str) -> bool:
    return (alert.cleared_at is None) == (status == "open")


def _fits(call: Call) -> Callable[[Alert], bool] | None:
    """What is asked of an alert besides its status; None for nothing."""
    severity, assignee = call.query.get("severity"), call.query.get("assignee")
    if severity and severity not in SEVERITIES:
        raise InvalidRequest(f"severity must be {SEVERITY.meaning}, not {severity[:40]!r}")
    if not severity and not assignee:
        return None

    def fits(alert: Alert) -> bool:
        whose = alert.assignee or NOBODY
        return severity in (None, "", alert.severity) and assignee in (None, "", whose)

    return fits


def _cut(call: Call, found: list[Alert], beyond: Callable[[str, str], bool]) -> AlertPage:
    """A page of alerts that are all there: those `beyond` the cursor, as many as are asked for."""
    places = [(keys.moment(one.raised_at, one.id), one) for one in found]
    cursor = call.cursor
    left = [(place, one) for place, one in places if cursor is None or beyond(place, cursor)]
    shown = left[: call.limit]
    following = shown[-1][0] if len(left) > len(shown) else None
    return _page([one for _, one in shown], following)


def _page(found: list[Alert], cursor: str | None) -> AlertPage:
    # A hundred alerts with all that was ever said about them may be more than an answer can hold.
    bare = [msgspec.structs.replace(one, comments=()) for one in found]
    return AlertPage(alerts=bare, next_cursor=cursor)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/alerts",
        scope="devices:read",
        summary="Alerts, oldest first",
        handle=list_alerts,
        returns=AlertPage,
        query=(STATUS, SEVERITY, DEVICE, ASSIGNEE, LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=DEVICE_ALERTS,
        scope="devices:read",
        summary="A device's alerts, latest first",
        handle=list_device_alerts,
        returns=AlertPage,
        query=(EITHER, SEVERITY, ASSIGNEE, LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path=ALERT,
        scope="devices:read",
        summary="One alert",
        handle=get_alert,
        returns=Alert,
    ),
)
