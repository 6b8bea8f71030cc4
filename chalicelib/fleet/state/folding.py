"""Rules over entries in time order. The one answer to: which spells of trouble were there?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from chalicelib.fleet.rules.conditions import Moment
from chalicelib.fleet.rules.rule import Rule, severity_in, since_in
from chalicelib.fleet.state import usage
from chalicelib.fleet.state.device import MAINTENANCE, Reading, Standing


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a rule was open, from `raised_at` to `cleared_at` (None: it still is), lastly
    as grave as `severity` since `severity_at`.

    `evidence` is empty for a spell that began before the entries at hand.
    """

    rule: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None
    severity_at: datetime | None = None
    evidence: Mapping[str, float] = msgspec.field(default_factory=dict)


def fold(
    base: Standing,
    readings: Sequence[Reading],
    rules: Sequence[Rule],
    since: datetime | None = None,
) -> tuple[Standing, list[Spell]]:
    """Where the rules stand after `readings` (sorted), and every spell not over before them."""
    standing = base
    closed: list[Spell] = []
    running = _running(base, rules)
    for reading in readings:
        standing = advance(standing, reading, rules, since)
        for rule in rules:
            memory = standing.memory.get(rule.name, {})
            severity, spell = severity_in(memory), running.get(rule.name)
            if spell and severity is None:
                closed.append(replace(running.pop(rule.name), cleared_at=reading.at))
            elif severity and spell is None:
                running[rule.name] = _spell(rule, severity, reading, standing)
            elif severity and spell and severity != spell.severity:
                running[rule.name] = replace(spell, severity=severity, severity_at=reading.at)
    return standing, [*closed, *running.values()]


def _running(base: Standing, rules: Sequence[Rule]) -> dict[str, Spell]:
    found: dict[str, Spell] = {}
    for rule in rules:
        memory = rule.own(base.memory)
        severity = severity_in(memory)
        if severity:
            found[rule.name] = Spell(rule=rule.name, severity=severity, raised_at=since_in(memory))
    return found


def advance(
    standing: Standing, reading: Reading, rules: Sequence[Rule], since: datetime | None = None
) -> Standing:
    """Where the rules stand after one more entry. Rules that exist no more fall away."""
    standing = _counted(standing, reading)
    moment = Moment(reading=reading, standing=standing, since=since)
    memory = {rule.name: rule.step(rule.own(standing.memory), moment) for rule in rules}
    return replace(standing, memory={name: own for name, own in memory.items() if own})


def _counted(standing: Standing, reading: Reading) -> Standing:
    """With the baselines and counters on which the entry is judged."""
    if reading.mark == MAINTENANCE:
        return _maintained(standing, reading)
    if not reading.counters:
        return replace(standing, at=reading.at)
    return replace(
        standing,
        at=reading.at,
        baselines=_restarted(standing, reading),
        last={**standing.last, **reading.counters},
        usage=usage.counted(standing.usage, reading.at, reading.counters),
    )


def _maintained(standing: Standing, reading: Reading) -> Standing:
    """After a maintenance of some plans, those count on their own; after one of all, as one."""
    counters = reading.counters or standing.last
    if reading.plans:
        own = {f"{plan}/{name}": v for plan in reading.plans for name, v in counters.items()}
        done = dict.fromkeys(reading.plans, reading.at)
        baselines = {**standing.baselines, **own}
    else:
        done = {"": reading.at}
        over = {name for name in standing.baselines if name.rpartition("/")[2] in counters}
        kept = {
            n: value for n, value in standing.baselines.items() if n not in over or "/" not in n
        }
        baselines = {**kept, **counters}
    maintained = {**standing.maintained, **done}
    return replace(
        standing,
        at=reading.at,
        baselines=baselines,
        maintained=maintained,
        last={**standing.last, **counters},
    )


def _restarted(standing: Standing, reading: Reading) -> Mapping[str, float]:
    """The baselines after a counter's report.

    A counter under its baseline in two reports running has started again (a new board, a reset):
    it counts on from the lower of the two. One such report alone changes nothing, so neither a
    glitch to 0 nor the jump back from it raises an alert; and as usage goes on to grow from the new
    baseline, the rule never falls silent for good.
    """
    restarted = {
        name: min(reading.counters[counter], standing.last[counter])
        for name, baseline in standing.baselines.items()
        if (counter := name.rpartition("/")[2]) in reading.counters
        and counter in standing.last
        and max(reading.counters[counter], standing.last[counter]) < baseline
    }
    return {**standing.baselines, **restarted} if restarted else standing.baselines


def _spell(rule: Rule, severity: str, reading: Reading, standing: Standing) -> Spell:
    values = {**reading.metrics, **reading.counters}
    evidence = {name: values[name] for name in sorted(rule.inputs) if name in values}
    evidence |= {
        f"{name}.baseline": standing.baseline(name, rule.name)
        for name in sorted(rule.inputs)
        if name in reading.counters
    }
    return Spell(
        rule=rule.name,
        severity=severity,
        raised_at=reading.at,
        severity_at=reading.at,
        evidence=evidence,
    )
