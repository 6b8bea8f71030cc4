"""Rules over readings in time order. The one answer to: which spells of trouble were there?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.fleet.rules import Rule
from chalicelib.fleet.state import Reading, Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Spell:
    """One time that a rule was open, from `raised_at` to `cleared_at` (None: it still is).

    `evidence` is empty for a spell that began before the readings at hand.
    """

    rule: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)


def fold(
    base: Standing, readings: Sequence[Reading], rules: Sequence[Rule]
) -> tuple[Standing, list[Spell]]:
    """Where the rules stand after `readings` (sorted), and every spell not over before them."""
    standing = base
    closed: list[Spell] = []
    running = {
        rule.name: Spell(rule=rule.name, severity=rule.severity, raised_at=base.opened[rule.name])
        for rule in rules
        if rule.name in base.opened
    }
    for reading in readings:
        standing = advance(standing, reading, rules)
        for rule in rules:
            if rule.name in running and rule.name not in standing.opened:
                closed.append(replace(running.pop(rule.name), cleared_at=reading.at))
            elif rule.name in standing.opened and rule.name not in running:
                running[rule.name] = _spell(rule, reading, standing)
    return standing, [*closed, *running.values()]


def advance(standing: Standing, reading: Reading, rules: Sequence[Rule]) -> Standing:
    """Where the rules stand after one more reading. Rules that exist no more fall away."""
    if reading.maintenance and not reading.counters:
        reading = replace(reading, counters=standing.last)
    baselines = _baselines(standing, reading)
    opened = {}
    for rule in rules:
        since = standing.opened.get(rule.name)
        if since is None and rule.opens(reading, baselines):
            opened[rule.name] = reading.at
        elif since is not None and not rule.closes(reading, baselines):
            opened[rule.name] = since
    last = standing.last if reading.maintenance else {**standing.last, **reading.counters}
    return Standing(at=reading.at, opened=opened, baselines=baselines, last=last)


def _baselines(standing: Standing, reading: Reading) -> Mapping[str, float]:
    """The baselines that this reading is judged on.

    A counter under its baseline in two readings running has started again (a new board, a reset):
    it counts on from the lower of the two. One such reading alone changes nothing, so neither a
    glitch to 0 nor the jump back from it raises an alert; and as usage goes on to grow from the new
    baseline, the rule never falls silent for good.
    """
    if reading.maintenance:
        return {**standing.baselines, **reading.counters}
    restarted = {
        counter: min(value, standing.last[counter])
        for counter, value in reading.counters.items()
        if counter in standing.last
        and max(value, standing.last[counter]) < standing.baselines.get(counter, 0.0)
    }
    return {**standing.baselines, **restarted} if restarted else standing.baselines


def _spell(rule: Rule, reading: Reading, standing: Standing) -> Spell:
    values = {**reading.metrics, **reading.counters}
    evidence = {name: values[name] for name in sorted(rule.inputs) if name in values}
    evidence |= {
        f"{name}.baseline": standing.baselines.get(name, 0.0)
        for name in sorted(rule.inputs)
        if name in reading.counters
    }
    return Spell(rule=rule.name, severity=rule.severity, raised_at=reading.at, evidence=evidence)
