"""The cases of alerts: opened once, and written on as the alert goes on."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from chalicelib import events
from chalicelib.consequences import alert_lines as lines
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.errors import NotFound
from chalicelib.inbox.arrivals import Arrival
from chalicelib.store import alerts, customers, devices, entries
from chalicelib.store.incident_records import Sight
from chalicelib.store.records import Entry


class OfAlert(Protocol):
    """Any event about an alert."""

    @property
    def alert_id(self) -> str: ...

    @property
    def device_id(self) -> str: ...


def look(
    about: OfAlert, *, trouble: tuple[str, str] | None = None, told: Iterable[str] = ()
) -> Sight:
    case = lines.case_key(about.alert_id)
    return alerts.look(about.device_id, about.alert_id, case=case, trouble=trouble, notices=told)


def add(sight: Sight, *story: Entry) -> None:
    """Lines in the alert's case, if it has one (yet)."""
    case = sight.case
    if case is not None and case.conversation_id and case.customer_id:
        _note(story, case.customer_id, case.conversation_id)


def conversation(sight: Sight, customer_id: str) -> str | None:
    """The alert's case, if it is this customer's: after a transfer it stays the former owner's."""
    case = sight.case
    if case is None or case.customer_id is None:
        return None
    if case.customer_id == customer_id:
        return case.conversation_id
    try:
        family = customers.get(customer_id).family
    except NotFound:  # erased meanwhile
        return None
    return case.conversation_id if case.customer_id in family else None


def open_case(
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


def _note(story: Iterable[Entry], customer_id: str, conversation_id: str) -> None:
    placed = [
        msgspec.structs.replace(one, customer_id=customer_id, conversation_id=conversation_id)
        for one in story
    ]
    if placed:
        entries.keep_beside(placed)
