"""When alerts of many devices are one incident, and when it is over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.fleet.rules.rule import SEVERITIES

NO_MODEL = "-"
"""Where alerts of devices without a model gather."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """An alert among those of its model and rule; `raised_at` is when it was raised, or became so
    grave."""

    alert_id: str
    device_id: str
    raised_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many alerts an incident has had, and how many of them are over."""

    raised: int = 0
    cleared: int = 0

    @property
    def over(self) -> bool:
        return self.raised > 0 and self.raised == self.cleared


def cause(
    members: Sequence[Member], *, devices: int, within: timedelta
) -> tuple[Member, ...] | None:
    """The earliest alerts, by time, that are of so many different devices and lie `within` a span;
    None if there are none. The order in which `members` come doesn't matter."""
    ordered = sorted(members, key=lambda one: (one.raised_at, one.device_id, one.alert_id))
    start = 0
    for end, last in enumerate(ordered):
        while last.raised_at - ordered[start].raised_at > within:
            start += 1
        together = ordered[start : end + 1]
        if len({one.device_id for one in together}) >= devices:
            return tuple(together)
    return None


def belongs(
    raised_at: datetime, *, since: datetime, within: timedelta, until: datetime | None = None
) -> bool:
    """Whether an alert is part of an incident: if it was raised while that lasted, whenever it is
    told. Not so if it was raised long before the first of those it began with (`since`), or after
    its end (`until`)."""
    return raised_at >= since - within and (until is None or raised_at <= until)


def milestone(alerts: int) -> int:
    """The last number worth telling that so many have reached: 10, 100, 1,000 …; 0 below 10."""
    return int(10 ** (len(str(alerts)) - 1)) if alerts >= 10 else 0


def graver(severity: str, than: str) -> bool:
    return SEVERITIES.index(severity) > SEVERITIES.index(than)


def gravest(severities: Sequence[str]) -> str:
    """The gravest of these; "info" of none."""
    return max(severities, key=SEVERITIES.index, default=SEVERITIES[0])
