"""How much of a time the brand was open. Pure."""

from datetime import UTC, datetime, timedelta

from chalicelib.times import WorkingHours

MOST_DAYS = 400
"""Beyond so many days a wait counts as if the rest of it were like them: it has long been too
long, and nobody reckons with calendars of years."""


def open_seconds(hours: WorkingHours, start: datetime, end: datetime) -> float:
    """Seconds between two moments in which the brand was open; 0 if they are in reverse."""
    if end <= start:
        return 0.0
    until = min(end, start + timedelta(days=MOST_DAYS))
    day, last = start.astimezone(hours.zone).date(), until.astimezone(hours.zone).date()
    total = 0.0
    while day <= last:
        for opens, closes in hours.week.get(day.weekday(), ()):
            begin = datetime.combine(day, opens, tzinfo=hours.zone).astimezone(UTC)
            finish = datetime.combine(day, closes, tzinfo=hours.zone).astimezone(UTC)
            total += max((min(finish, until) - max(begin, start)).total_seconds(), 0.0)
        day += timedelta(days=1)
    return total * ((end - start) / (until - start))
