"""The hours a brand keeps and a customer accepts: pure reckoning in local time.

Local wall-clock times are turned into moments through the zone's own rules (PEP 495), so that a
night with a clock change is as long as it really is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Span(timedelta):
    """A length of time as the playbook writes it: "45s", "30m", "2h", "7d"."""

    @classmethod
    def parse(cls, text: object) -> "Span":
        """Raises ValueError naming the form expected."""
        found = _SPAN.fullmatch(text) if isinstance(text, str) else None
        if not found:
            raise ValueError(f'{text!r} is not a length of time: write "45s", "30m", "2h" or "7d"')
        return cls(seconds=int(found[1]) * _UNIT[found[2]])

    @property
    def text(self) -> str:
        """As the playbook would write it: what `parse` reads."""
        seconds = round(self.total_seconds())
        unit = next(unit for unit in "dhms" if seconds % _UNIT[unit] == 0)
        return f"{seconds // _UNIT[unit]}{unit}"


_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Hour(str):
    """An hour of the day, "09:00"."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: object) -> "Hour":
        """Raises ValueError naming the form expected."""
        if not isinstance(text, str) or not _HOUR.fullmatch(text):
            raise ValueError(f'{text!r} is not an hour of the day: write "09:00"')
        return cls(text)

    @property
    def time(self) -> time:
        return time.fromisoformat(self)


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """When nobody is disturbed: a part of each local day (equal ends mean none), and the whole of
    the days in `closed`: weekdays ("sunday"), yearly dates ("10-29"), dates ("2027-03-20")."""

    start: time
    end: time
    closed: frozenset[str] = frozenset()

    def ends_at(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet that `moment` falls in ends (UTC), or None outside it. Quiet hours and
        closed days that follow one another are one quiet."""
        until = None
        for _ in range(_LONGEST_QUIET):
            step = self._hours_end(until or moment, zone) or self._day_ends(until or moment, zone)
            if step is None:
                break
            until = step
        return until

    def _hours_end(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        if self.start == self.end:
            return None
        local = moment.astimezone(zone)
        clock = local.time().replace(tzinfo=None)
        overnight = self.start > self.end
        if overnight:
            quiet = clock >= self.start or clock < self.end
        else:
            quiet = self.start <= clock < self.end
        if not quiet:
            return None
        day = local.date() + timedelta(days=1 if overnight and clock >= self.start else 0)
        return _after(moment, day, self.end, zone)

    def _day_ends(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        day = moment.astimezone(zone).date()
        names = {DAYS[day.weekday()], f"{day:%m-%d}", day.isoformat()}
        if not names & self.closed:
            return None
        return _after(moment, day + timedelta(days=1), time(0), zone)


_LONGEST_QUIET = 800
"""Steps, two a day: more than a year of closed days is a mistake that must not hang a function."""


def _after(moment: datetime, day: date, clock: time, zone: ZoneInfo) -> datetime:
    """In the night the clocks go back an hour may strike twice: once it is behind us, the second
    stroke counts."""
    end = _moment(day, clock, zone)
    return end if end > moment else _moment(day, clock.replace(fold=1), zone)


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """When the brand answers: opening and closing times by weekday (Monday 0), in its zone."""

    zone: ZoneInfo
    week: Mapping[int, Sequence[tuple[time, time]]]

    def open_at(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        clock = local.time().replace(tzinfo=None)
        return any(start <= clock < end for start, end in self.week.get(local.weekday(), ()))

    def opens_at(self, moment: datetime) -> datetime | None:
        """The next opening after `moment` (UTC), or None if the brand never opens."""
        today = moment.astimezone(self.zone).date()
        openings = (
            _moment(today + timedelta(days=ahead), start, self.zone)
            for ahead in range(8)
            for start, _ in self.week.get((today + timedelta(days=ahead)).weekday(), ())
        )
        return min((opening for opening in openings if opening > moment), default=None)


def working_week(days: Mapping[str, Sequence[str]]) -> dict[int, list[tuple[time, time]]]:
    """{"monday": ["09:00-18:00"]} as times by weekday; ValueError names what is wrong."""
    week: dict[int, list[tuple[time, time]]] = {}
    for day, spells in days.items():
        if day not in DAYS:
            raise ValueError(f"{day!r} is not a day: write one of {', '.join(DAYS)}")
        week[DAYS.index(day)] = [_spell(spell) for spell in spells]
    return week


def _spell(text: str) -> tuple[time, time]:
    start, dash, end = text.partition("-")
    spell = (Hour.parse(start.strip()).time, Hour.parse(end.strip()).time) if dash else None
    if spell is None or spell[0] >= spell[1]:
        raise ValueError(f'{text!r} is not a spell of the day: write "09:00-18:00"')
    return spell


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def zone_exists(name: str) -> bool:
    """Whether this is the name of a time zone ("Europe/Istanbul")."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
