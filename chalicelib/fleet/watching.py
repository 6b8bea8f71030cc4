"""A device's state as the sum of its reports, in whichever order and however often they come.

The window of recent readings is kept, so a late report takes its place in it and the rules are
folded over again: reports that arrive within the window give the same state and the same alerts
(rule, raised_at, cleared_at) in any order. What is older than the window is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.fleet.alerts import match
from chalicelib.fleet.folding import advance, fold
from chalicelib.fleet.reports import Report
from chalicelib.fleet.rules import Rule
from chalicelib.fleet.state import WINDOW, AlertState, DeviceState, Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """The state afterwards and what is news: nothing unless `changed`.

    `raised`: alerts unknown before, open or (told by a late report) already over again.
    `cleared`: alerts over that were open or unknown before. `moved`: known alerts of which a late
    report has corrected a time. `late`: the report was older than the window and left out.
    """

    state: DeviceState
    changed: bool = False
    raised: tuple[AlertState, ...] = ()
    cleared: tuple[AlertState, ...] = ()
    moved: tuple[AlertState, ...] = ()
    late: bool = False


def observe(state: DeviceState, report: Report, rules: Sequence[Rule]) -> Observed:
    """The state with the report added.

    A repeat changes nothing; of two different reports of one moment the greater `rank` counts.
    Raises ValueError if the report is another device's.
    """
    if report.device_id != state.device_id:
        raise ValueError(f"a report of {report.device_id} can't be added to {state.device_id}")
    if state.base.at is not None and report.at <= state.base.at:
        return Observed(state=state, late=True)
    reading = _reading(report, rules)
    known = next((entry for entry in state.window if entry.order == reading.order), None)
    if known is not None and known.rank >= reading.rank:
        return Observed(state=state)
    if state.at is None or report.at >= state.at:
        state = _latest(state, report)
    return _with_entry(state, reading, rules)


def maintained(
    state: DeviceState,
    counters: Mapping[str, float] | None,
    at: datetime,
    rules: Sequence[Rule],
) -> Observed:
    """The state after a maintenance at `at`: usage counts anew from there, its alerts are cleared.

    `counters` are those that were reset to count anew, with their values at the time; None means
    all, as reported by then. A maintenance from before the window counts from the window's start;
    one that is not newer than the last known maintenance changes nothing, so repeats are harmless.
    """
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    if state.maintained_at is not None and at <= state.maintained_at:
        return Observed(state=state)
    start = at if state.base.at is None else max(at, state.base.at)
    entry = Reading(at=start, counters=dict(counters or {}), maintenance=True)
    return _with_entry(replace(state, maintained_at=at), entry, rules)


def _with_entry(state: DeviceState, entry: Reading, rules: Sequence[Rule]) -> Observed:
    others = (known for known in state.window if known.order != entry.order)
    window = sorted((*others, entry), key=lambda known: known.order)
    standing, spells = fold(state.base, window, rules)
    news = match(state.device_id, state.alerts, spells, window[-1].at)
    base = state.base
    while len(window) > WINDOW:
        base = advance(base, window.pop(0), rules)
    state = replace(
        state,
        window=tuple(window),
        base=base,
        baselines=standing.baselines,
        alerts=tuple(alert for alert in news.alerts if _within(alert, base.at)),
    )
    return Observed(
        state=state, changed=True, raised=news.raised, cleared=news.cleared, moved=news.moved
    )


def _within(alert: AlertState, start: datetime | None) -> bool:
    return alert.cleared_at is None or start is None or alert.cleared_at > start


def _reading(report: Report, rules: Sequence[Rule]) -> Reading:
    inputs = frozenset[str]().union(*(rule.inputs for rule in rules))
    return Reading(
        at=report.at,
        rank=report.rank,
        metrics={name: value for name, value in report.metrics.items() if name in inputs},
        counters={name: value for name, value in report.counters.items() if name in inputs},
    )


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
    )
