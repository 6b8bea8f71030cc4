"""A device's state as the sum of its reports, in whichever order and however often they come.

The window of recent entries is kept, so a late report takes its place in it and the rules are
folded over again: reports that arrive within the window give the same state and the same alerts
(rule, severity, raised_at, cleared_at) in any order. What is older than the window is left out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.conditions import NOTHING, soonest
from chalicelib.fleet.rules.rule import Rule, severity_in
from chalicelib.fleet.state.alerts import match
from chalicelib.fleet.state.device import (
    CLEAR,
    MAINTENANCE,
    TICK,
    WINDOW,
    AlertState,
    DeviceState,
    Reading,
    Standing,
)
from chalicelib.fleet.state.folding import advance, fold

RANK = 8
"""Characters of a report's rank that are kept: enough to tell reports of one moment apart."""
MOST_WITHDRAWN = 16
ASLEEP = timedelta(minutes=15)
"""How often is looked whether the active hours of a rule that has something to say have come."""


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """The state afterwards and what is news: nothing unless `changed`.

    `raised`: alerts unknown before, open or (told by a late report) already over again.
    `cleared`: alerts over that were open or unknown before. `moved`: known alerts of which a late
    report has corrected a time. `regraded`: open ones that have become graver or milder. `kept`:
    how many reports counted. `late`: how many were older than the window and left out. `standing`:
    where the rules stand now.
    """

    state: DeviceState
    changed: bool = False
    raised: tuple[AlertState, ...] = ()
    cleared: tuple[AlertState, ...] = ()
    moved: tuple[AlertState, ...] = ()
    regraded: tuple[AlertState, ...] = ()
    kept: int = 0
    late: int = 0
    standing: Standing = msgspec.field(default_factory=Standing)


def observe(state: DeviceState, report: Report, rules: Sequence[Rule]) -> Observed:
    """The state with one report added."""
    return observe_all(state, [report], rules)


def observe_all(state: DeviceState, reports: Sequence[Report], rules: Sequence[Rule]) -> Observed:
    """The state with reports added, in whichever order they are given.

    A repeat changes nothing; of two different reports of one moment the greater `rank` counts.
    Raises ValueError if a report is another device's.
    """
    entries = {entry.order: entry for entry in state.window}
    kept = late = 0
    for report in sorted(reports, key=lambda one: (one.at, one.rank)):
        if report.device_id != state.device_id:
            raise ValueError(f"a report of {report.device_id} can't be added to {state.device_id}")
        if state.base.at is not None and report.at <= state.base.at:
            late += 1
            continue
        reading = _reading(report, rules)
        known = entries.get(reading.order)
        if known is not None and known.rank >= reading.rank:
            continue
        entries[reading.order] = reading
        kept += 1
        if state.at is None or report.at >= state.at:
            state = _latest(state, report)
    if not kept:
        return Observed(state=state, late=late)
    window = sorted(entries.values(), key=lambda entry: entry.order)
    return replace(_refolded(state, window, rules), kept=kept, late=late)


def maintained(
    state: DeviceState,
    counters: Mapping[str, float] | None,
    at: datetime,
    rules: Sequence[Rule],
    plans: Sequence[str] = (),
) -> Observed:
    """The state after a maintenance at `at`: usage counts anew from there, its alerts are cleared.

    `counters` are those that were reset to count anew, with their values at the time; None means
    all, as reported by then. `plans` are those that it was done for; none means all. A maintenance
    from before the window counts from the window's start; one that is not newer than the last
    known maintenance changes nothing, so repeats are harmless.
    """
    at = _to_ms(at)
    if state.maintained_at is not None and at <= state.maintained_at:
        return Observed(state=state)
    start = at if state.base.at is None else max(at, state.base.at)
    entry = Reading(
        at=start, mark=MAINTENANCE, counters=dict(counters or {}), plans=tuple(sorted(plans))
    )
    return _with_entry(replace(state, maintained_at=at), entry, rules)


def ticked(state: DeviceState, at: datetime, rules: Sequence[Rule]) -> Observed:
    """The state with the passing of time up to `at` taken note of, if that changes any alert."""
    ticked_ = _with_entry(state, Reading(at=_to_ms(at), mark=TICK), rules)
    news = (ticked_.raised, ticked_.cleared, ticked_.moved, ticked_.regraded)
    return ticked_ if any(news) else Observed(state=state, standing=ticked_.standing)


def cleared(state: DeviceState, rule: str, at: datetime, rules: Sequence[Rule]) -> Observed:
    """The state after a person has closed the open alert of `rule`; unchanged if none is open."""
    if not any(alert.rule == rule and alert.cleared_at is None for alert in state.alerts):
        return Observed(state=state)
    newest = state.window[-1].at if state.window else at
    return _with_entry(state, Reading(at=max(_to_ms(at), newest), mark=CLEAR + rule), rules)


def rejudged(state: DeviceState, rules: Sequence[Rule]) -> Observed:
    """The state under rules that may have changed."""
    return _refolded(state, list(state.window), rules)


def deadline(
    standing: Standing, rules: Sequence[Rule], since: datetime | None, after: datetime
) -> datetime | None:
    """The next moment later than `after` at which time alone may open or close an alert."""
    return soonest(*(_deadline(standing, rule, since, after) for rule in rules))


def _deadline(
    standing: Standing, rule: Rule, since: datetime | None, after: datetime
) -> datetime | None:
    memory = rule.own(standing.memory)
    due = rule.deadline(memory, standing, since)
    if due is None or due > after:
        return due
    # What has come by now has had its effect, unless its rule sleeps.
    asleep = rule.active is not None and severity_in(memory) is None and "muted" not in memory
    return after + ASLEEP if asleep else None


def _with_entry(state: DeviceState, entry: Reading, rules: Sequence[Rule]) -> Observed:
    others = (known for known in state.window if known.order != entry.order)
    return _refolded(state, sorted((*others, entry), key=lambda known: known.order), rules)


def _refolded(state: DeviceState, window: list[Reading], rules: Sequence[Rule]) -> Observed:
    standing, spells = fold(state.base, window, rules, state.since)
    now = window[-1].at if window else state.base.at or state.since
    if now is None:
        return Observed(state=state)
    news = match(state.device_id, state.alerts, spells, now, state.withdrawn)
    base = state.base
    while len(window) > WINDOW:
        base = advance(base, window.pop(0), rules, state.since)
    state = replace(
        state,
        window=tuple(window),
        base=base,
        baselines=standing.baselines,
        alerts=tuple(alert for alert in news.alerts if _within(alert, base.at)),
        withdrawn=(*state.withdrawn, *news.withdrawn)[-MOST_WITHDRAWN:],
    )
    return Observed(
        state=state,
        changed=True,
        raised=news.raised,
        cleared=news.cleared,
        moved=news.moved,
        regraded=news.regraded,
        standing=standing,
    )


def _within(alert: AlertState, start: datetime | None) -> bool:
    return alert.cleared_at is None or start is None or alert.cleared_at > start


def _reading(report: Report, rules: Sequence[Rule]) -> Reading:
    inputs = NOTHING.union(*(rule.inputs for rule in rules))
    codes = NOTHING.union(*(rule.codes for rule in rules))
    return Reading(
        at=report.at,
        rank=report.rank[:RANK],
        metrics={name: value for name, value in report.metrics.items() if name in inputs},
        counters={name: value for name, value in report.counters.items() if name in inputs},
        errors=_errors(report.errors, codes),
    )


def _errors(said: Sequence[str], codes: frozenset[str]) -> tuple[str, ...]:
    """Those that any rule looks at; of others at most one, for rules that ask for any."""
    known = sorted({code for code in said if code in codes})
    return tuple(known or (said[:1] if "*" in codes else ()))


def _latest(state: DeviceState, report: Report) -> DeviceState:
    return replace(
        state,
        at=report.at,
        received_at=report.received_at,
        status=report.status,
        metrics=report.metrics,
        counters=report.counters,
        errors=report.errors,
        firmware=report.firmware,
        location=_place(report) or state.location,
    )


def _place(report: Report) -> Mapping[str, float]:
    where = report.location
    if where is None:
        return {}
    accuracy = {} if where.accuracy_m is None else {"accuracy_m": where.accuracy_m}
    return {"lat": where.lat, "lon": where.lon, **accuracy}


def _to_ms(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
