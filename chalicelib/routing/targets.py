"""By when a conversation must be answered and solved, and when its team is warned. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.clock import to_millis
from chalicelib.playbook_values import Day
from chalicelib.routing.clock import WorkingTime
from chalicelib.routing_sections import Sla, Target
from chalicelib.store import pauses
from chalicelib.store.pauses import Run
from chalicelib.store.records import OPEN, Conversation, Pause
from chalicelib.times import WorkingHours

TargetName = Literal["first_response", "next_response", "resolution"]
ClockName = Literal["business", "wall"]

WARN_AT = 75
"""Percent of the time after which the team is warned, where the playbook says nothing."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """A target of a conversation: it counts from `since`, is at risk from `warn_at` on and missed
    at `due_at`."""

    target: TargetName
    since: datetime
    warn_at: datetime
    due_at: datetime


def is_urgent(case: Conversation) -> bool:
    """Whether it comes before others."""
    return case.priority == "high" or case.severity == "critical"


def promised_as_urgent(case: Conversation) -> bool:
    """Whether the shorter times hold for it: not because a target was missed already."""
    return is_urgent(case) and (case.severity == "critical" or not case.escalated)


def waits_as(case: Conversation) -> TargetName:
    """Which target an answer by a person would meet now."""
    return "next_response" if case.answered_at else "first_response"


def dues(case: Conversation, sla: Sla, hours: WorkingHours) -> Iterator[Due]:
    """What an open conversation has to meet. `hours` are its team's.

    An answer is due while the customer waits for one; a solution from when it was opened, or opened
    again, until it is resolved, as soon as that is known: not while it is the customer's turn.
    """
    answer = response(case, sla, hours)
    if answer is not None:
        yield answer
    target = _target(case, sla)
    if target is None or not has_resolution(case, sla):
        return
    since = began(case)
    ran = list(pauses.running(since, stops(case, sla)))
    solution = due("resolution", target, since, ran, hours, sla.holidays)
    if solution is not None:
        yield solution


def response(case: Conversation, sla: Sla, hours: WorkingHours) -> Due | None:
    """When an answer is due, if the customer waits for one."""
    target, name = _target(case, sla), waits_as(case)
    if target is None or case.waiting_since is None or name not in target.spans:
        return None
    since = case.waiting_since
    return due(name, target, since, [(since, None)], hours, sla.holidays)


def has_resolution(case: Conversation, sla: Sla) -> bool:
    """Whether a time for its solution is promised."""
    target = _target(case, sla)
    return target is not None and "resolution" in target.spans


def began(case: Conversation) -> datetime:
    """Since when a solution is due: it was opened, or opened again."""
    return case.reopened_at or case.opened_at


def stops(case: Conversation, sla: Sla) -> list[Pause]:
    """When the time for a solution stood still, and stands still."""
    return pauses.counting(pauses.known(case), began(case), sla.pause_while)


def _target(case: Conversation, sla: Sla) -> Target | None:
    if case.status != OPEN:
        return None
    return sla.target(urgent=promised_as_urgent(case), team=case.team)


def due(
    name: TargetName,
    target: Target,
    since: datetime,
    ran: Sequence[Run],
    hours: WorkingHours,
    holidays: tuple[Day, ...] = (),
) -> Due | None:
    """One target's moments, counted from `since` while time `ran`; None if it stands still before
    its end."""
    span: timedelta = target.spans[name]
    if target.warn_before is not None:
        before = span - target.warn_before
    else:
        before = span * (target.warn_at or WARN_AT) / 100
    warn_at = reached(ran, before, target.clock, hours, holidays)
    due_at = reached(ran, span, target.clock, hours, holidays)
    if warn_at is None or due_at is None:
        return None
    return Due(target=name, since=since, warn_at=warn_at, due_at=due_at)


def reached(
    ran: Iterable[Run],
    span: timedelta,
    clock: ClockName,
    hours: WorkingHours,
    holidays: tuple[Day, ...] = (),
) -> datetime | None:
    """When so much time has passed by that clock, to the millisecond, of that in which it `ran`;
    None if it stands still before. Who never works goes by the wall clock."""
    worked = WorkingTime(hours=hours, holidays=holidays)
    left = span
    for start, end in ran:
        moment = worked.add(start, left) if clock == "business" else start + left
        by_wall = moment is None or clock == "wall"
        if moment is None:
            moment = start + left
        if end is None or moment <= end:
            return to_millis(moment)
        left -= end - start if by_wall else worked.between(start, end)
    return None


def after(
    since: datetime,
    span: timedelta,
    clock: ClockName,
    hours: WorkingHours,
    holidays: tuple[Day, ...] = (),
) -> datetime:
    """So much later by that clock."""
    moment = reached([(since, None)], span, clock, hours, holidays)
    assert moment is not None
    return moment
