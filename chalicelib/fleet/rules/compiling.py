"""Rules and plans as people write them, made into those that judge entries. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from chalicelib import device_conditions, device_limits, device_sections
from chalicelib.fleet.baseline import deviation
from chalicelib.fleet.rules import combining, happenings, upkeep, values
from chalicelib.fleet.rules.conditions import Condition
from chalicelib.fleet.rules.rule import SEVERITIES, ActiveHours, Damping, Level, Rule
from chalicelib.maintenance_sections import DUE, OVERDUE, MaintenancePlan


def compiled(rule: device_sections.DeviceRule, zone: ZoneInfo) -> Rule:
    """The rule; `zone` is where its active hours are, unless it says so itself."""
    steps = [(rule.severity, rule.when), *((step.severity, step.when) for step in rule.steps)]
    levels = [Level(severity=severity, when=condition(when)) for severity, when in steps]
    return Rule(
        name=rule.name,
        levels=tuple(sorted(levels, key=lambda level: SEVERITIES.index(level.severity))),
        print=_digest([rule.severity, rule.when, rule.steps, rule.active, rule.flapping]),
        active=_active(rule.active, zone),
        damping=Damping(
            raised=rule.flapping.raised,
            within=_plain(rule.flapping.within),
            calm=_plain(rule.flapping.calm),
        ),
    )


def plan_rule(plan: MaintenancePlan) -> Rule:
    """The rule by which a plan is due, and then overdue."""
    return Rule(
        name=plan.name,
        levels=(
            Level(severity=DUE, when=_due(plan, 1.0)),
            Level(severity=OVERDUE, when=_due(plan, plan.overdue)),
        ),
        print=_digest([plan.counter, plan.every, plan.every_days, plan.overdue]),
    )


def _due(plan: MaintenancePlan, times: float) -> Condition:
    parts: list[Condition] = []
    if plan.counter is not None and plan.every is not None:
        parts.append(upkeep.Usage(counter=plan.counter, every=plan.every * times, plan=plan.name))
    if plan.every_days is not None:
        every = timedelta(days=plan.every_days) * times
        parts.append(upkeep.Calendar(every=every, plan=plan.name))
    return parts[0] if len(parts) == 1 else combining.Group(of=tuple(parts), every=False)


def condition(when: device_conditions.When) -> Condition:
    """The automaton for a condition, with all that is inside it."""
    built = _bare(when)
    held = getattr(when, "held", None)
    return combining.Held(of=built, span=_plain(held)) if held else built


def _bare(when: device_conditions.When) -> Condition:
    match when:
        case device_limits.Threshold():
            return values.Threshold(metric=when.metric, limits=_limits(when))
        case device_limits.Rate():
            return values.Rate(
                metric=when.metric,
                limits=_limits(when),
                within=_plain(when.within),
                per=_plain(when.per),
            )
        case device_limits.Deviation():
            return values.Deviation(
                of=deviation.Deviation(
                    metric=when.metric,
                    raise_over=when.raise_over,
                    clear_under=when.clear_under or when.raise_over,
                    direction=when.direction,
                    calm=_plain(when.calm),
                    rest=_plain(when.rest),
                )
            )
        case device_conditions.Error():
            return happenings.Error(wanted=frozenset(when.codes))
        case device_conditions.Count():
            return combining.Count(
                of=condition(when.of),
                at_least=when.at_least,
                within=_plain(when.within),
                starts=when.starts,
            )
        case device_conditions.Silence():
            return happenings.Silence(
                factor=when.factor,
                at_least=_plain(when.at_least),
                at_most=_plain(when.at_most),
            )
        case device_conditions.Usage():
            return upkeep.Usage(counter=when.counter, every=when.every)
        case device_conditions.Calendar():
            return upkeep.Calendar(every=_plain(when.every))
        case device_conditions.All() | device_conditions.Either():
            parts = tuple(condition(one) for one in when.of)
            return combining.Group(of=parts, every=isinstance(when, device_conditions.All))


def _limits(given: device_limits.Limits) -> values.Limits:
    return values.Limits(
        raise_above=given.raise_above,
        clear_below=given.clear_below,
        raise_below=given.raise_below,
        clear_above=given.clear_above,
    )


def _active(given: device_sections.Active | None, zone: ZoneInfo) -> ActiveHours | None:
    if given is None:
        return None
    return ActiveHours(
        start=given.start.time,
        end=given.end.time,
        days=frozenset(given.days),
        zone=given.time_zone.zone if given.time_zone else zone,
    )


def _digest(parts: Sequence[object]) -> str:
    plain = msgspec.json.encode(parts, enc_hook=device_sections.encode)
    return sha256(plain).hexdigest()[:8]


def _plain(span: timedelta) -> timedelta:
    return timedelta(seconds=span.total_seconds())
