"""Keeping time: what is at risk or missed is told once, at its moment, by a timer of its own."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib import events
from chalicelib.clock import iso, to_millis
from chalicelib.consequences.hands import Hands
from chalicelib.consequences.longer import need_longer
from chalicelib.inbox.cases import HIGH
from chalicelib.routing import lines, targets
from chalicelib.routing.giving import found
from chalicelib.routing.router import Wanted
from chalicelib.routing.targets import Due
from chalicelib.store import entries, waits
from chalicelib.store.records import OPEN, Conversation, Entry


def keep_time(conversation_id: str, hands: Hands) -> None:
    """Tell what is at risk or missed by now, if that wasn't told, and have the conversation looked
    at again at its next moment. What was answered in time needs neither.

    Which moments those are is reckoned anew each time, from what the conversation is by now: a
    timer only wakes.
    """
    sla, case = hands.playbook.sla, found(conversation_id)
    if sla is None or case is None or case.status != OPEN:
        return
    now = hands.clock()
    due = list(targets.dues(case, sla, hands.router().giver.desk.hours(case.team)))
    _tell(case, due, now, hands)
    promised = need_longer(case, now, hands)
    moments = [moment for one in due for moment in (one.warn_at, one.due_at)]
    coming = [one for one in (*moments, promised) if one is not None and one > now]
    if coming:
        hands.later().at(min(coming), _wake(case), now)


def _wake(case: Conversation) -> events.Event:
    """What has the conversation looked at again: the news of whose it is, once more."""
    routed = events.ConversationRouted(
        conversation_id=case.id,
        customer_id=case.customer_id,
        at=case.assigned_at or case.opened_at,
        reason="time",
        team=case.team,
        assignee=case.assignee,
    )
    return events.event(routed, case.id, "time", at=routed.at)


def _tell(case: Conversation, due: Iterable[Due], now: datetime, hands: Hands) -> None:
    """First the bus, then the line: who dies in between tells again, under the same id."""
    said = to_millis(now)
    locale = hands.playbook.brand.default_locale
    passed: list[tuple[Due, Entry]] = []
    for one in due:
        if one.due_at <= now:
            passed.append((one, lines.missed(case, one, said, locale)))
        elif one.warn_at <= now:
            passed.append((one, lines.at_risk(case, one, said, locale)))
    known = entries.get_entries([line.key for _, line in passed]) if passed else {}
    for one, line in passed:
        if line.key in known:
            continue
        hands.bus().publish([_event(case, one, now)])
        # The time that is promised for the rest stays what it was: see `targets.dues`.
        urgent = {"priority": HIGH, "escalated": True}
        graver = one.due_at <= now and case.priority != HIGH
        if graver and waits.write(case, urgent, entry=line):
            _come_before(case, line, hands)
        else:
            entries.keep_beside([line])


def _come_before(case: Conversation, line: Entry, hands: Hands) -> None:
    """What was missed while it waits for somebody is taken before others."""
    if case.queued:
        hands.router().route(case.id, Wanted(name=line.key, reason="regraded"))


def _event(case: Conversation, due: Due, now: datetime) -> events.Event:
    kind = events.SlaMissed if due.due_at <= now else events.SlaAtRisk
    told = kind(
        conversation_id=case.id,
        target=due.target,
        due_at=due.due_at,
        team=case.team,
        assignee=case.assignee,
    )
    moment = due.due_at if due.due_at <= now else due.warn_at
    return events.event(told, case.id, due.target, iso(due.since), at=moment, trace=case.id)
