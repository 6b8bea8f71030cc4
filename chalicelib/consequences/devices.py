"""After an alert: a case for support, and a word to the owner."""

import msgspec

from chalicelib import events
from chalicelib.consequences import alert_cases
from chalicelib.consequences import alert_lines as lines
from chalicelib.consequences import alert_notices as notices
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.maintenance import remind_if_due, will_be_thanked
from chalicelib.fleet.incidents.incident import NO_MODEL
from chalicelib.fleet.rules.plans import is_maintenance
from chalicelib.playbook_values import Locale
from chalicelib.store import incident_owners, incidents
from chalicelib.store.erasure_records import ERASED
from chalicelib.store.incident_records import Sight
from chalicelib.store.records import Entry


def open_case_and_tell_owner(event: Happened, hands: Hands) -> None:
    """A device needs attention: a case for support, a notice for its owner. With many devices of
    its model at once it is part of an incident instead, and its owner hears only what is critical
    (or of the incident once, if the playbook says so).

    A device without an owner has nobody's timeline to open a case on; its alert is in the list.
    """
    raised: events.AlertRaised = event.data
    if remind_if_due(event, hands):
        return
    sight = alert_cases.look(raised, trouble=(raised.model or NO_MODEL, raised.rule))
    try:
        incident_id = _incident(raised, sight, hands)
    except Exception:
        if raised.severity == "critical" and raised.owner_id is not None:
            # It waits for nothing, least of all for a count that fails.
            notices.plan(hands, notices.of_alert(raised, raised.owner_id, hands), None)
        raise
    if raised.owner_id is None:
        return
    case = None
    if incident_id is None:
        case = alert_cases.open_case(event, raised, raised.owner_id, hands)
    if incident_id is None or _hears_of_it(raised, incident_id, hands):
        notices.plan(hands, notices.of_alert(raised, raised.owner_id, hands), case)


def _hears_of_it(raised: events.AlertRaised, incident_id: str, hands: Hands) -> bool:
    """Whether the owner of a device in an incident gets a notice of this alert."""
    first = _speaks_for_owner(raised, incident_id, hands)
    return raised.owner_id is not None and (raised.severity == "critical" or first)


def _speaks_for_owner(
    about: events.AlertRaised | events.AlertEscalated, incident_id: str, hands: Hands
) -> bool:
    """Whether the owner, who hears of an incident once, does so by this alert; always asked, so
    that whoever has heard by a critical one doesn't hear again."""
    if about.owner_id is None or hands.playbook.devices.incidents.owners != "once":
        return False
    return incident_owners.speaks_for(incident_id, about.owner_id, about.alert_id)


def _incident(raised: events.AlertRaised, sight: Sight, hands: Hands) -> str | None:
    """The incident that takes care of the alert. One that has a case keeps it; maintenance that is
    due for many at once is no incident."""
    if sight.case is not None:
        return None
    if is_maintenance(raised.rule, hands.rulebook().plans_for(raised.model)):
        return None
    return hands.gathering().attend(notices.as_raised(raised), sight, at=raised.raised_at)


def follow_severity(event: Happened, hands: Hands) -> None:
    """A line in the case; once it is critical, a notice for the owner that waits for nothing. An
    alert that has become graver gathers with the others of that moment, if no incident has it."""
    changed: events.AlertEscalated | events.AlertDeescalated = event.data
    locale = hands.playbook.brand.default_locale
    line = lines.regraded(changed.alert_id, changed.severity, changed.at, locale, was=changed.was)
    if isinstance(changed, events.AlertDeescalated):
        alert_cases.add(alert_cases.look(changed), line)
        return
    sight = alert_cases.look(changed, trouble=(changed.model or NO_MODEL, changed.rule))
    if changed.severity == "critical" and changed.owner_id is not None:
        # Before the incident, which may fail.
        case = alert_cases.conversation(sight, changed.owner_id)
        notices.plan(hands, notices.of_escalation(changed, changed.owner_id, hands), case)
    incident_id = _incident_of_graver(changed, sight, hands)
    part = None
    if incident_id is not None:
        _speaks_for_owner(changed, incident_id, hands)
        part = lines.part_of(changed.alert_id, incident_id, changed.at, locale)
    alert_cases.add(sight, line, *([part] if part else []))


def _incident_of_graver(changed: events.AlertEscalated, sight: Sight, hands: Hands) -> str | None:
    """The incident in which an alert is counted that has become graver, from now on or since."""
    alert = sight.alert
    if alert is None or is_maintenance(alert.rule, hands.rulebook().plans_for(alert.model)):
        return None
    if alert.model != changed.model:
        # The device is of another model by now; the alert gathers where it was raised.
        pointer = incidents.latest(alert.model or NO_MODEL, alert.rule)
        sight = msgspec.structs.replace(sight, pointer=pointer)
    graver = msgspec.structs.replace(alert, severity=changed.severity)
    return hands.gathering().attend(graver, sight, at=changed.at)


def end(event: Happened, hands: Hands) -> None:
    """What is over needs no warning: notices that wait are taken back, and an owner who had one is
    told that all is well again. A line in the case; an incident ends with its last alert."""
    over: events.AlertCleared = event.data
    sight = alert_cases.look(over, told=notices.ids(over.alert_id))
    locale = hands.playbook.brand.default_locale
    alert_cases.add(sight, lines.cleared(over.alert_id, over.cleared_at, over.cleared_by, locale))
    if sight.alert is not None:
        hands.gathering().counting.ending.cleared(sight.alert, over.cleared_at)
    told = notices.take_back(hands, sight.notices)
    if told is None or told.customer_id == ERASED or will_be_thanked(over, hands):
        return
    if over.cleared_by is None:
        # Whoever of the staff closes an alert knows more than that its values are fine again.
        case = alert_cases.conversation(sight, told.customer_id) or told.conversation_id
        notices.plan(hands, notices.of_end(over, told, hands), case)


def note_handling(event: Happened, hands: Hands) -> None:
    """What staff do with an alert is a line in its case; a notice that waited because staff had put
    it off is decided anew."""
    done: events.AlertAcknowledged | events.AlertAssigned | events.AlertSnoozed = event.data
    locale = hands.playbook.brand.default_locale
    told = notices.ids(done.alert_id) if isinstance(done, events.AlertSnoozed) else ()
    sight = alert_cases.look(done, told=told)
    alert_cases.add(sight, _of_handling(done, locale))
    for note in sight.notices:
        notices.think_again(hands, note)


def _of_handling(
    done: events.AlertAcknowledged | events.AlertAssigned | events.AlertSnoozed,
    locale: Locale,
) -> Entry:
    match done:
        case events.AlertAcknowledged():
            return lines.acknowledged(done.alert_id, done.at, done.by, locale)
        case events.AlertAssigned():
            return lines.assigned(done.alert_id, done.at, done.by, done.assignee, locale)
        case events.AlertSnoozed():
            return lines.snoozed(done.alert_id, done.at, done.by, done.until, locale)
