"""Whether a customer is in a segment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from chalicelib.outreach.segments.facts import Facts
from chalicelib.outreach.segments.parsing import Both, Comparison, Either, Everybody, Not, Segment
from chalicelib.outreach.segments.values import Value

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip


def matches(segment: Segment, facts: Facts, now: datetime) -> bool:
    """Whether these facts fit at this moment. What is not known fits no comparison but `!=` and
    `= never`: who never ordered did not order before any day."""
    match segment:
        case Everybody():
            return True
        case Not(part):
            return not matches(part, facts, now)
        case Both(parts):
            return all(matches(part, facts, now) for part in parts)
        case Either(parts):
            return any(matches(part, facts, now) for part in parts)
        case Comparison():
            return _holds(segment, facts, now)


def _holds(asked: Comparison, facts: Facts, now: datetime) -> bool:
    field, operator, values = asked.field, asked.operator, asked.values
    if field.kind == "time":
        return _at(facts.time(field.name), operator, values[0], now)
    if field.kind == "texts":
        found = not facts.texts(field.name).isdisjoint(values)
        return not found if operator == "!=" else found
    answer: Value
    if field.kind == "consent":
        answer = facts.consent(field)
    elif field.kind == "text":
        answer = facts.text(field.name)
    else:
        answer = getattr(facts, field.name)
    if operator == "in":
        return answer in values
    return _COMPARE[operator](answer, values[0])


def _at(at: datetime | None, operator: str, value: Value, now: datetime) -> bool:
    if operator in ("=", "!="):
        return (at is None) == (operator == "=")
    if at is None:
        return False
    bound = now - value if isinstance(value, timedelta) else value
    assert isinstance(bound, datetime)
    return at < bound if operator == "before" else at >= bound
