"""Working time: how it is added to a moment, across nights, weekends, holidays and clock changes.
Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.times import DAYS, WorkingHours

LONGEST = 800
"""Days looked ahead: who is closed for longer is never open."""


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """The time that counts: the spells of `hours` on days that are not in `holidays`: weekdays
    ("sunday"), yearly dates ("10-29"), dates ("2027-03-20")."""

    hours: WorkingHours
    holidays: Collection[str] = ()

    def add(self, moment: datetime, span: timedelta) -> datetime | None:
        """The moment (UTC) by which so much working time will have passed; None if there is never
        that much. Of a span that ends as work does, it is that end, not the next beginning."""
        left = span
        if left <= timedelta(0):
            return moment.astimezone(UTC)
        for start, end in self._spells(moment, LONGEST):
            length = end - start
            if left <= length:
                return start + left
            left -= length
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none if they are in reverse."""
        first, last = start.astimezone(UTC), end.astimezone(UTC)
        days = max((last - first).days, 0) + 3
        parts = (min(e, last) - s for s, e in self._spells(first, days) if s < last)
        return sum(parts, timedelta(0))

    def _spells(self, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the spells from `moment` on, in order; none overlap."""
        zone = self.hours.zone
        passed = moment.astimezone(UTC)
        # A day early: near a clock change, a spell of yesterday's date may not be over yet.
        today = moment.astimezone(zone).date() - timedelta(days=1)
        for ahead in range(days + 1):
            day = today + timedelta(days=ahead)
            if self._closed(day):
                continue
            for opening, closing in sorted(self.hours.week.get(day.weekday(), ())):
                start, end = max(_utc(day, opening, zone), passed), _utc(day, closing, zone)
                if start < end:
                    yield start, end
                    passed = end

    def _closed(self, day: date) -> bool:
        return not {DAYS[day.weekday()], f"{day:%m-%d}", day.isoformat()}.isdisjoint(self.holidays)


def _utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
