"""Which days, and which channel, a call about figures asks for."""

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.errors import InvalidRequest
from chalicelib.metrics.tally import Calendar, days_between
from chalicelib.web.endpoints import Call, Parameter

MOST_DAYS = 92
USUAL_DAYS = 30

_DAY = {"type": "string", "format": "date"}
FROM = Parameter(
    name="from",
    meaning=f"the first day, in the brand's time zone; {USUAL_DAYS} days by default",
    schema=_DAY,
)
TO = Parameter(
    name="to",
    meaning=f"the last day, included; today by default, at most {MOST_DAYS} days in all",
    schema=_DAY,
)
CHANNEL = Parameter(name="channel", meaning="only this channel, e.g. whatsapp")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days asked for."""

    first: date
    last: date
    today: date

    @property
    def days(self) -> list[str]:
        return days_between(self.first, self.last)


def span_of(call: Call) -> Span:
    """Raises InvalidRequest."""
    calendar = Calendar(hours=call.wiring.playbook.hours)
    today = calendar.local(call.wiring.clock()).date()
    last = _day(call, "to", today)
    first = _day(call, "from", last - timedelta(days=USUAL_DAYS - 1))
    if first > last:
        raise InvalidRequest("from must be a day before to, or the same")
    if (last - first).days >= MOST_DAYS:
        raise InvalidRequest(f"from, to: ask for at most {MOST_DAYS} days at once")
    return Span(first=first, last=last, today=today)


def _day(call: Call, name: str, otherwise: date) -> date:
    text = call.query.get(name)
    if not text:
        return otherwise
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year < 2100 or len(text) != len("2026-11-23"):
        raise InvalidRequest(f'{name} must be a day like "2026-11-23", not {text[:20]!r}')
    return day
