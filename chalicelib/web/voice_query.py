"""What the voice of the customer may be asked for: days, channels, products, how many."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.errors import InvalidRequest
from chalicelib.outreach.compose import SCORES
from chalicelib.web.endpoints import Call, Parameter

MOST_DAYS = 92
WEEK = 7
MONTH = 30

_DAY = {"type": "string", "format": "date"}
FROM = Parameter(
    name="from",
    meaning=f"the first day, in the brand's time zone; {WEEK} days by default, {MONTH} of words",
    schema=_DAY,
)
TO = Parameter(
    name="to",
    meaning=f"the last day, included; today by default, at most {MOST_DAYS} days in all",
    schema=_DAY,
)
CHANNEL = Parameter(name="channel", meaning='only this channel, e.g. whatsapp; "review" is one')
PRODUCT = Parameter(name="product", meaning='only this product, platform:shop:id; "-": unknown')
MOST_ISSUES = Parameter(
    name="limit",
    meaning="issues that are told",
    schema={"type": "integer", "minimum": 1, "maximum": 20, "default": 10},
)
MOST_PHRASES = Parameter(
    name="limit",
    meaning="phrases of each side",
    schema={"type": "integer", "minimum": 1, "maximum": 50, "default": 20},
)
OF = Parameter(
    name="of",
    meaning="reviews (published ones) or surveys (their comments)",
    schema={"type": "string", "enum": ["reviews", "surveys"], "default": "reviews"},
)
KIND = Parameter(
    name="kind",
    meaning="of surveys: satisfaction or nps",
    schema={"type": "string", "enum": list(SCORES), "default": "satisfaction"},
)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days asked for."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), self.zone)

    @property
    def until(self) -> datetime:
        """The moment at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), self.zone)


def span_of(call: Call, usual: int) -> Span:
    zone = call.wiring.playbook.brand.zone
    today = call.wiring.clock().astimezone(zone).date()
    last = _day(call, "to") or today
    first = _day(call, "from") or last - timedelta(days=usual - 1)
    if last > today:
        raise InvalidRequest(f"to is {last}: the last day can be today, {today}")
    if first > last:
        raise InvalidRequest(f"from is {first}, after to, {last}: exchange both")
    if (last - first).days >= MOST_DAYS:
        raise InvalidRequest(f"from, to: ask for at most {MOST_DAYS} days")
    return Span(first=first, last=last, zone=zone)


def _day(call: Call, name: str) -> date | None:
    text = call.query.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(f"{name} must read like 2026-11-23, not {text[:20]!r}") from error
    if not 2000 <= day.year < 2100:
        raise InvalidRequest(f"{name} must be a day from 2000 to 2099, not {text[:20]!r}")
    return day


def limit_of(call: Call, parameter: Parameter) -> int:
    most, usual = parameter.schema["maximum"], parameter.schema["default"]
    text = call.query.get("limit", str(usual))
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= most:
        raise InvalidRequest(f"limit must be a number from 1 to {most}, not {text[:20]!r}")
    return int(text)
