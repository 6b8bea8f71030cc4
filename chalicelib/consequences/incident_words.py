"""What the team reads of an incident: each step of it is a mail with a key of its own. Pure."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from chalicelib import events
from chalicelib.consequences.alert_lines import SEVERITY
from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale, Words
from chalicelib.store.incident_records import Incident

Told = events.IncidentOpened | events.IncidentGrew | events.IncidentClosed

MOST_OPENINGS = 5
"""How many openings of one incident are looked up; it goes on after its end once, if ever."""

OPENED = Words(
    tr="{devices} cihazda aynı sorun: {rule}",
    en="{devices} devices have the same trouble: {rule}",
)
AGAIN = Words(tr="Olay sürüyor: {rule}", en="An incident goes on: {rule}")
GREW = Words(
    tr="Olay büyüyor, {alerts} uyarıyı geçti: {rule}",
    en="An incident has grown to {alerts} alerts: {rule}",
)
CLOSED = Words(
    tr="Olay bitti, {devices} cihazı etkiledi: {rule}",
    en="An incident is over, it was on {devices} devices: {rule}",
)
BY_HAND = Words(
    tr="Olayı {by} kapattı, {devices} cihazı etkiledi: {rule}",
    en="An incident was closed by {by}, it was on {devices} devices: {rule}",
)
MODEL = Words(tr="Model: {model}", en="Model: {model}")
GRAVE = Words(tr="Önem derecesi: {severity}", en="Severity: {severity}")
WHEN = Words(tr="Saat: {when}", en="Time: {when}")
WHICH = Words(tr="Olay: {incident}", en="Incident: {incident}")
NO_CASES = {
    "critical": Words(
        tr="Sonraki uyarılar için ayrı vaka açılmaz; sahiplerine yalnızca kritik olanlar yazılır.",
        en="Later alerts open no cases of their own; their owners hear only what is critical.",
    ),
    "once": Words(
        tr="Sonraki uyarılar için ayrı vaka açılmaz; her cihaz sahibine bir kez yazılır.",
        en="Later alerts open no cases of their own; each owner hears of it once.",
    ),
}


def bare(addresses: Iterable[str]) -> list[str]:
    """The addresses without names, each once."""
    return list(dict.fromkeys(parseaddr(one)[1] for one in addresses))


def keys(incident: Incident, tell: Iterable[str], alerts: int) -> list[str]:
    """The keys of all mails that may have been sent to these about an incident with so many
    alerts."""
    addresses = bare(tell)
    return [
        key_of(incident.id, one, address)
        for one in _steps(incident, alerts)
        for address in addresses
    ]


def key(told: Told, address: str) -> str:
    return key_of(told.incident_id, _step(told), address)


def key_of(incident_id: str, step: str, address: str) -> str:
    return f"incident:{incident_id}:{step}:{address}"


def _step(told: Told) -> str:
    match told:
        case events.IncidentOpened():
            return f"opened:{told.opening}"
        case events.IncidentGrew():
            return f"grew:{told.alerts}"
        case events.IncidentClosed():
            return f"closed:{told.opening}"


def _steps(incident: Incident, alerts: int) -> list[str]:
    openings = range(1, min(incident.openings, MOST_OPENINGS) + 1)
    grown = [10**power for power in range(1, len(str(max(alerts, 1))))]
    return [
        *(f"opened:{number}" for number in openings),
        *(f"grew:{number}" for number in grown),
        *(f"closed:{number}" for number in openings),
    ]


def text(told: Told, playbook: Playbook) -> str:
    """The mail's words in the brand's language; the first line is what it is about."""
    locale, lines = playbook.brand.default_locale, [_title(told, playbook.brand.default_locale)]
    lines.append(MODEL.in_(locale).format(model=told.model))
    if not isinstance(told, events.IncidentClosed):
        severity = SEVERITY[told.severity].in_(locale)
        lines.append(GRAVE.in_(locale).format(severity=severity))
    when = _moment(told).astimezone(playbook.brand.zone)
    lines.append(
        WHEN.in_(locale).format(when=f"{when:%Y-%m-%d %H:%M} ({playbook.brand.time_zone})")
    )
    lines.append(WHICH.in_(locale).format(incident=told.incident_id))
    if isinstance(told, events.IncidentOpened):
        lines.append(NO_CASES[playbook.devices.incidents.owners].in_(locale))
    return "\n".join(lines)


def _title(told: Told, locale: Locale) -> str:
    match told:
        case events.IncidentOpened():
            words = OPENED if told.opening == 1 else AGAIN
            return words.in_(locale).format(devices=told.devices, rule=told.rule)
        case events.IncidentGrew():
            return GREW.in_(locale).format(alerts=told.alerts, rule=told.rule)
        case events.IncidentClosed():
            words = BY_HAND if told.closed_by else CLOSED
            by = told.closed_by
            return words.in_(locale).format(devices=told.devices, rule=told.rule, by=by)


def _moment(told: Told) -> datetime:
    match told:
        case events.IncidentOpened():
            return told.opened_at
        case events.IncidentGrew():
            return told.at
        case events.IncidentClosed():
            return told.closed_at
