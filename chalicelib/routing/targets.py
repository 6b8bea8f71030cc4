"""By when a conversation must be answered and solved, and when its team is warned. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.clock import to_millis
from chalicelib.playbook_values import Day
from chalicelib.routing.clock import WorkingTime
from chalicelib.routing_sections import Sla, Target
from chalicelib.store.records import OPEN, Conversation
from chalicelib.times import WorkingHours

TargetName = Literal["first_response", "next_response", "resolution"]

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
    again, until it is resolved.
    """
    target = sla.target(urgent=promised_as_urgent(case), team=case.team)
    if case.status != OPEN or target is None:
        return
    spans = target.spans
    name = waits_as(case)
    if case.waiting_since and name in spans:
        yield due(name, target, case.waiting_since, hours, sla.holidays)
    if "resolution" in spans:
        yield due("resolution", target, case.reopened_at or case.opened_at, hours, sla.holidays)


def response(case: Conversation, sla: Sla, hours: WorkingHours) -> Due | None:
    """When an answer is due, if the customer waits for one."""
    return next((one for one in dues(case, sla, hours) if one.target != "resolution"), None)


def due(
    name: TargetName,
    target: Target,
    since: datetime,
    hours: WorkingHours,
    holidays: tuple[Day, ...] = (),
) -> Due:
    """One target's moments, counted from `since`."""
    span: timedelta = target.spans[name]
    if target.warn_before is not None:
        before = span - target.warn_before
    else:
        before = span * (target.warn_at or WARN_AT) / 100
    return Due(
        target=name,
        since=since,
        warn_at=after(since, before, target.clock, hours, holidays),
        due_at=after(since, span, target.clock, hours, holidays),
    )


def after(
    since: datetime,
    span: timedelta,
    clock: Literal["business", "wall"],
    hours: WorkingHours,
    holidays: tuple[Day, ...] = (),
) -> datetime:
    """So much later by that clock, to the millisecond. Who never works goes by the wall clock."""
    if clock == "business":
        worked = WorkingTime(hours=hours, holidays=holidays).add(since, span)
        if worked is not None:
            return to_millis(worked)
    return to_millis(since + span)
