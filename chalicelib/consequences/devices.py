"""After an alert: a case for support, and a word to the owner."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from chalicelib import events
from chalicelib.consequences import alert_lines as lines
from chalicelib.consequences import alert_notices as notices
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.consequences.maintenance import remind_if_due, will_be_thanked
from chalicelib.errors import NotFound
from chalicelib.fleet.incidents.incident import NO_MODEL
from chalicelib.fleet.rules.plans import is_maintenance
from chalicelib.inbox.arrivals import Arrival
from chalicelib.playbook_values import Locale
from chalicelib.store import alerts, devices, entries
from chalicelib.store.incident_records import Sight
from chalicelib.store.records import Entry


def open_case_and_tell_owner(event: Happened, hands: Hands) -> None:
    """A device needs attention: a case for support, a notice for its owner. With many devices of
    its model at once it is part of an incident instead, and its owner hears only what is critical.

    A device without an owner has nobody's timeline to open a case on; its alert is in the list.
    """
    raised: events.AlertRaised = event.data
    if remind_if_due(event, hands):
        return
    sight = _look(raised, trouble=(raised.model or NO_MODEL, raised.rule))
    incident_id = _incident(raised, sight, hands)
    if raised.owner_id is None:
        return
    case = None
    if incident_id is None:
        case = _open_case(event, raised, raised.owner_id, hands)
    if incident_id is None or raised.severity == "critical":
        notices.plan(hands, notices.of_alert(raised, raised.owner_id, hands), case)


def _incident(raised: events.AlertRaised, sight: Sight, hands: Hands) -> str | None:
    """The incident that takes care of the alert. One that has a case keeps it; maintenance that is
    due for many at once is no incident."""
    if sight.case is not None:
        return None
    if is_maintenance(raised.rule, hands.rulebook().plans_for(raised.model)):
        return None
    return hands.gathering().attend(notices.as_raised(raised), sight)


def _open_case(
    event: Happened, raised: events.AlertRaised, owner_id: str, hands: Hands
) -> str | None:
    locale = hands.playbook.brand.default_locale
    line = lines.opening(raised, event.id, locale)
    arrival = Arrival(
        entry=line, opened_by="alert", customer_id=owner_id, subject=lines.subject(raised)
    )
    kept = hands.inbox.keep([arrival])
    failure = kept.failures.get(line.key)
    if isinstance(failure, NotFound):  # the owner was erased meanwhile
        return None
    if failure is not None:
        raise failure
    hands.bus().publish(kept.events)
    case = kept.placed.get(line.key)
    # Read after the case is there: what came before it found none to be noted in.
    now = devices.get_alert(raised.device_id, raised.alert_id)
    if now is not None and case:
        _note(lines.so_far(now, raised, locale), owner_id, case)
    return case


def follow_severity(event: Happened, hands: Hands) -> None:
    """A line in the case; once it is critical, a notice for the owner that waits for nothing."""
    changed: events.AlertEscalated | events.AlertDeescalated = event.data
    sight = _look(changed)
    if sight.alert is not None:
        hands.gathering().counting.regraded(sight.alert, changed.severity)
    locale = hands.playbook.brand.default_locale
    line = lines.regraded(changed.alert_id, changed.severity, changed.at, locale, was=changed.was)
    _add(sight, line)
    if (
        isinstance(changed, events.AlertEscalated)
        and changed.severity == "critical"
        and changed.owner_id is not None
    ):
        case = sight.case.conversation_id if sight.case else None
        notices.plan(hands, notices.of_escalation(changed, changed.owner_id, hands), case)


def end(event: Happened, hands: Hands) -> None:
    """What is over needs no warning: notices that wait are taken back, and an owner who had one is
    told that all is well again. A line in the case; an incident ends with its last alert."""
    over: events.AlertCleared = event.data
    sight = _look(over, told=notices.ids(over.alert_id))
    locale = hands.playbook.brand.default_locale
    _add(sight, lines.cleared(over.alert_id, over.cleared_at, over.cleared_by, locale))
    if sight.alert is not None:
        hands.gathering().counting.ending.cleared(sight.alert, over.cleared_at)
    told = notices.take_back(hands, sight.notices)
    if told is None or will_be_thanked(over, hands):
        return
    if over.cleared_by is None:
        # Whoever of the staff closes an alert knows more than that its values are fine again.
        case = sight.case.conversation_id if sight.case else told.conversation_id
        notices.plan(hands, notices.of_end(over, told, hands), case)


def note_handling(event: Happened, hands: Hands) -> None:
    """What staff do with an alert is a line in its case; a notice that waited because staff had put
    it off is decided anew."""
    done: events.AlertAcknowledged | events.AlertAssigned | events.AlertSnoozed = event.data
    locale = hands.playbook.brand.default_locale
    told = notices.ids(done.alert_id) if isinstance(done, events.AlertSnoozed) else ()
    sight = _look(done, told=told)
    _add(sight, _of_handling(done, locale))
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


class _OfAlert(Protocol):
    """Any event about an alert."""

    @property
    def alert_id(self) -> str: ...

    @property
    def device_id(self) -> str: ...


def _look(
    about: _OfAlert, *, trouble: tuple[str, str] | None = None, told: Iterable[str] = ()
) -> Sight:
    case = lines.case_key(about.alert_id)
    return alerts.look(about.device_id, about.alert_id, case=case, trouble=trouble, notices=told)


def _add(sight: Sight, line: Entry) -> None:
    """A line in the alert's case, if it has one (yet)."""
    case = sight.case
    if case is not None and case.conversation_id and case.customer_id:
        _note([line], case.customer_id, case.conversation_id)


def _note(story: Iterable[Entry], customer_id: str, conversation_id: str) -> None:
    placed = [
        msgspec.structs.replace(one, customer_id=customer_id, conversation_id=conversation_id)
        for one in story
    ]
    if placed:
        entries.keep_beside(placed)
