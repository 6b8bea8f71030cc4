"""An alert's story as lines of a case, for the people who look after it. Pure.

Each line has a key of its own, so that whatever comes twice is one line.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.fleet.sparkline import sparkline
from chalicelib.playbook_values import Locale, Words
from chalicelib.store.device_records import Alert
from chalicelib.store.records import Entry

SEVERITY = {
    "info": Words(tr="bilgi", en="info"),
    "warning": Words(tr="uyarı", en="warning"),
    "critical": Words(tr="kritik", en="critical"),
}
RAISED = Words(tr="{device}: {rule} ({severity})", en="{device}: {rule} ({severity})")
GRAVER = Words(tr="Daha acil: artık {severity}", en="More urgent: now {severity}")
MILDER = Words(tr="Daha az acil: artık {severity}", en="Less urgent: now {severity}")
CHANGED = Words(tr="Önem derecesi artık {severity}", en="The severity is now {severity}")
CLEARED = Words(tr="Sorun geçti", en="The trouble is over")
CLOSED = Words(tr="Uyarıyı {by} kapattı", en="The alert was closed by {by}")
SEEN = Words(tr="Uyarıyı {by} gördü", en="The alert was seen by {by}")
ASSIGNED = Words(tr="Sorumlusu artık {assignee}", en="Now looked after by {assignee}")
NOBODY = Words(tr="Artık sorumlusu yok", en="Nobody's any more")
SNOOZED = Words(
    tr="Sahibine {until} kadar yazılmayacak", en="Its owner is left alone until {until}"
)
PART = Words(
    tr="Birçok cihazda aynı sorun var: {incident} olayının parçası",
    en="Many devices have the same trouble: part of incident {incident}",
)
AWAKE = Words(tr="Sahibine yeniden yazılacak", en="Its owner hears of it again")


def case_key(alert_id: str) -> str:
    """The entry with which an alert's case begins."""
    return f"alert:{alert_id}"


def opening(raised: events.AlertRaised, delivery_id: str, locale: Locale) -> Entry:
    """The line that opens a case: what happened, on what evidence, and how it came to it."""
    values = readings(raised.evidence, raised.recent)
    said = RAISED.in_(locale).format(
        device=raised.device_id,
        rule=raised.rule,
        severity=SEVERITY[raised.severity].in_(locale),
    )
    return Entry(
        key=case_key(raised.alert_id),
        at=raised.raised_at,
        kind="alert",
        delivery_id=delivery_id,
        text="\n".join([said, *(_reading(name, one) for name, one in values.items())]),
        details={
            "alert_id": raised.alert_id,
            "device_id": raised.device_id,
            "rule": raised.rule,
            "severity": raised.severity,
            **({"readings": values} if values else {}),
        },
    )


def subject(raised: events.AlertRaised) -> str:
    """What the case is called: its first reading is drawn beside it."""
    drawn = next((one["line"] for one in _values(raised) if one.get("line")), "")
    return f"{raised.device_id}: {raised.rule} {drawn}".rstrip()


def _values(raised: events.AlertRaised) -> Iterable[Mapping[str, Any]]:
    return readings(raised.evidence, raised.recent).values()


def readings(
    evidence: Mapping[str, float], recent: Mapping[str, Sequence[float]]
) -> dict[str, dict[str, Any]]:
    """Of each value that was looked at: what it was when the alert opened, and how it got there."""
    found: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys([*evidence, *recent]):
        one: dict[str, Any] = {}
        if name in evidence:
            one["value"] = evidence[name]
        if values := list(recent.get(name, ())):
            one |= {"recent": values, "line": sparkline(values)}
        found[name] = one
    return found


def _reading(name: str, one: Mapping[str, Any]) -> str:
    values = one.get("recent") or []
    number = one.get("value", values[-1] if values else None)
    shown = "" if number is None else f" {number:g}"
    return f"{name}{shown} {one.get('line', '')}".rstrip()


def regraded(
    alert_id: str, severity: str, at: datetime, locale: Locale, was: str | None = None
) -> Entry:
    """The alert is more or less urgent than before."""
    order = list(SEVERITY)
    words = CHANGED
    if was is not None:
        words = GRAVER if order.index(severity) > order.index(was) else MILDER
    text = words.in_(locale).format(severity=SEVERITY[severity].in_(locale))
    return _line(alert_id, f"{severity}:{iso(at)}", at, text, change="severity", severity=severity)


def cleared(alert_id: str, at: datetime, by: str | None, locale: Locale) -> Entry:
    text = CLOSED.in_(locale).format(by=by) if by else CLEARED.in_(locale)
    more = {"by": by} if by else {}
    return _line(alert_id, f"cleared:{iso(at)}", at, text, change="cleared", **more)


def acknowledged(alert_id: str, at: datetime, by: str, locale: Locale) -> Entry:
    text = SEEN.in_(locale).format(by=by)
    return _line(alert_id, "acknowledged", at, text, change="acknowledged", by=by)


def assigned(alert_id: str, at: datetime, by: str, assignee: str | None, locale: Locale) -> Entry:
    text = ASSIGNED.in_(locale).format(assignee=assignee) if assignee else NOBODY.in_(locale)
    more = {"assignee": assignee} if assignee else {}
    return _line(alert_id, f"assigned:{iso(at)}", at, text, change="assigned", by=by, **more)


def snoozed(alert_id: str, at: datetime, by: str, until: datetime | None, locale: Locale) -> Entry:
    text = AWAKE.in_(locale)
    if until is not None:
        text = SNOOZED.in_(locale).format(until=f"{until:%Y-%m-%d %H:%M} UTC")
    more = {"until": iso(until)} if until else {}
    return _line(alert_id, f"snoozed:{iso(at)}", at, text, change="snoozed", by=by, **more)


def part_of(alert_id: str, incident_id: str, at: datetime, locale: Locale) -> Entry:
    """The alert is one of many: whoever looks after it should know before they call anybody."""
    text = PART.in_(locale).format(incident=incident_id)
    return _line(alert_id, "incident", at, text, change="incident", incident_id=incident_id)


def so_far(alert: Alert, raised: events.AlertRaised, locale: Locale) -> list[Entry]:
    """What has become of an alert since it was raised, for a case that is only opened now."""
    found: list[Entry] = []
    if alert.incident_id is not None:
        found.append(part_of(alert.id, alert.incident_id, alert.raised_at, locale))
    if alert.severity != raised.severity:
        since = alert.severity_at or alert.raised_at
        found.append(regraded(alert.id, alert.severity, since, locale))
    if alert.acknowledged_at and alert.acknowledged_by:
        found.append(acknowledged(alert.id, alert.acknowledged_at, alert.acknowledged_by, locale))
    if alert.assigned_at and alert.assigned_by:
        who = alert.assignee
        found.append(assigned(alert.id, alert.assigned_at, alert.assigned_by, who, locale))
    if alert.snoozed_at and alert.snoozed_by:
        until = alert.snoozed_until
        found.append(snoozed(alert.id, alert.snoozed_at, alert.snoozed_by, until, locale))
    if alert.cleared_at:
        found.append(cleared(alert.id, alert.cleared_at, alert.cleared_by, locale))
    return found


def _line(alert_id: str, name: str, at: datetime, text: str, **details: Any) -> Entry:
    return Entry(
        key=f"{case_key(alert_id)}:{name}",
        at=at,
        kind="alert",
        text=text,
        details={"alert_id": alert_id, **details},
    )
