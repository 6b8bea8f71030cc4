"""Which alert is which: spells found by folding, matched with the alerts already known.

A late report may shift, split or undo a spell that people have already heard of; what they heard
of keeps its id wherever the story goes on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from chalicelib.clock import iso
from chalicelib.fleet.state.device import AlertState
from chalicelib.fleet.state.folding import Spell
from chalicelib.ids import stable_id


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """`alerts` as they are now, by time and rule, and what of them is news."""

    alerts: tuple[AlertState, ...]
    raised: tuple[AlertState, ...]
    cleared: tuple[AlertState, ...]
    moved: tuple[AlertState, ...]
    regraded: tuple[AlertState, ...]
    withdrawn: tuple[str, ...]


def match(
    device_id: str,
    known: Sequence[AlertState],
    spells: Sequence[Spell],
    now: datetime,
    withdrawn: Sequence[str] = (),
) -> Matched:
    """The spells as alerts. A known open alert that no spell supports any more is cleared at `now`;
    the ids of those that were so before, `withdrawn`, are given to no alert again.

    In `raised` are new alerts, even if already over; in `cleared` those over that were open or
    unknown before; in `moved` other known ones with another `raised_at` or `cleared_at`; in
    `regraded` open ones whose severity is another than was known.
    """
    pairs, orphans = _pair(known, spells)
    before = {alert.alert_id: alert for alert in known}
    taken = {*before, *withdrawn}
    alerts = []
    for index, spell in enumerate(spells):
        alert = _continued(pairs[index], spell) if index in pairs else _new(device_id, spell, taken)
        taken.add(alert.alert_id)
        alerts.append(alert)
    alerts.sort(key=lambda alert: (alert.raised_at, alert.rule))
    cleared = [alert for alert in alerts if alert.cleared_at and _open(before, alert)]
    undone = [replace(alert, cleared_at=now) for alert in orphans if alert.cleared_at is None]
    return Matched(
        alerts=tuple(alerts),
        raised=tuple(alert for alert in alerts if alert.alert_id not in before),
        cleared=(*cleared, *undone),
        withdrawn=tuple(alert.alert_id for alert in orphans),
        moved=tuple(alert for alert in alerts if alert not in cleared and _moved(before, alert)),
        regraded=tuple(alert for alert in alerts if _regraded(before, alert)),
    )


def _open(before: dict[str, AlertState], alert: AlertState) -> bool:
    known = before.get(alert.alert_id)
    return known is None or known.cleared_at is None


def _moved(before: dict[str, AlertState], alert: AlertState) -> bool:
    known = before.get(alert.alert_id)
    return known is not None and (known.raised_at, known.cleared_at) != (
        alert.raised_at,
        alert.cleared_at,
    )


def _regraded(before: dict[str, AlertState], alert: AlertState) -> bool:
    known = before.get(alert.alert_id)
    return known is not None and not alert.cleared_at and known.severity != alert.severity


def _pair(
    known: Sequence[AlertState], spells: Sequence[Spell]
) -> tuple[dict[int, AlertState], list[AlertState]]:
    """The alert that each spell continues, by the spell's index, and the alerts left over."""
    pairs: dict[int, AlertState] = {}
    free = list(known)
    for fits in _FITS:
        for index, spell in enumerate(spells):
            found = next((a for a in free if a.rule == spell.rule and fits(a, spell)), None)
            if index not in pairs and found is not None:
                pairs[index] = found
                free.remove(found)
    return pairs, free


def _both_open(alert: AlertState, spell: Spell) -> bool:
    return alert.cleared_at is None and spell.cleared_at is None


def _same_start(alert: AlertState, spell: Spell) -> bool:
    return alert.raised_at == spell.raised_at


def _overlap(alert: AlertState, spell: Spell) -> bool:
    alert_first = alert.cleared_at is not None and alert.cleared_at < spell.raised_at
    spell_first = spell.cleared_at is not None and spell.cleared_at < alert.raised_at
    return not alert_first and not spell_first


# In this order: an alert that people know to be open goes on being it for as long as any is open.
_FITS: tuple[Callable[[AlertState, Spell], bool], ...] = (_both_open, _same_start, _overlap)


def _continued(alert: AlertState, spell: Spell) -> AlertState:
    return replace(
        alert,
        raised_at=spell.raised_at,
        cleared_at=spell.cleared_at,
        severity=spell.severity,
        severity_at=spell.severity_at or alert.severity_at,
        evidence=spell.evidence or alert.evidence,
    )


def _new(device_id: str, spell: Spell, taken: set[str]) -> AlertState:
    """The id derives from the alert's start; again so if an alert that has moved away holds it."""
    parts = [device_id, spell.rule, iso(spell.raised_at)]
    while (alert_id := stable_id("alr", *parts)) in taken:
        parts.append("again")
    return AlertState(
        alert_id=alert_id,
        rule=spell.rule,
        severity=spell.severity,
        raised_at=spell.raised_at,
        cleared_at=spell.cleared_at,
        severity_at=spell.severity_at,
        evidence=spell.evidence,
    )
