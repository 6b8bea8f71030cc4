"""A campaign before it starts: every mistake found while nothing is sent. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.clock import parse_iso
from chalicelib.errors import InvalidRequest, ParseError
from chalicelib.outreach.segments.parsing import Segment, parse
from chalicelib.outreach.template_rules import Problem, problems
from chalicelib.store.outreach_records import Campaign, MessageTemplate
from chalicelib.times import Hour, Span, zone_exists

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=366)
"""Between two runs."""

FARTHEST = timedelta(days=731)
"""From now to a start or an end."""

SLOW_HANDS = timedelta(minutes=1)
"""So long ago a start may lie and still mean now."""

MOST_TOLD = 10
"""Problems of a template that one answer tells."""


def moment(field: str, text: str, time_zone: str | None, brand: ZoneInfo) -> datetime:
    """The moment a text names; one without an offset is read in `time_zone`, or else in the
    brand's. Raises InvalidRequest."""
    if time_zone is not None and not zone_exists(time_zone):
        raise InvalidRequest(
            f'time_zone: there is no time zone {time_zone[:60]!r}: write e.g. "Europe/Istanbul"'
        )
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(
            f'{field}: {text[:40]!r} is no time: write "2026-12-01T10:00" or with an offset'
        ) from error
    if wall.tzinfo is None:
        wall = wall.replace(tzinfo=ZoneInfo(time_zone) if time_zone else brand)
    try:
        return parse_iso(wall.isoformat())
    except ParseError as error:
        raise InvalidRequest(f"{field}: {error}") from error


def checked(campaign: Campaign, now: datetime, brand: ZoneInfo) -> Segment:
    """The campaign's segment, if all else about it makes sense, too. Raises InvalidRequest."""
    segment = parse(campaign.segment, brand)
    for field in ("starts_at", "ends_at"):
        at: datetime | None = getattr(campaign, field)
        if at and at < now - SLOW_HANDS:
            raise InvalidRequest(f"{field}: {at.isoformat()} is in the past: name a time to come")
        if at and at > now + FARTHEST:
            raise InvalidRequest(f"{field}: it lies more than two years ahead: name a nearer time")
    if campaign.local_hour is not None:
        try:
            Hour.parse(campaign.local_hour)
        except ValueError as error:
            raise InvalidRequest(f"local_hour: {error}") from error
    _check_repetition(campaign, now)
    return segment


def _check_repetition(campaign: Campaign, now: datetime) -> None:
    if campaign.every is None:
        if campaign.ends_at is not None:
            raise InvalidRequest(
                'ends_at: it ends a repetition: say how often, as in "every": "7d"'
            )
        return
    try:
        step = Span.parse(campaign.every)
    except ValueError as error:
        raise InvalidRequest(f"every: {error}") from error
    if not SHORTEST <= step <= LONGEST:
        raise InvalidRequest(f'every: {campaign.every!r} must be between "1h" and "366d"')
    if campaign.ends_at and campaign.ends_at <= (campaign.starts_at or now):
        raise InvalidRequest("ends_at: it must come after starts_at")


def check_template(template: MessageTemplate) -> None:
    """Raises InvalidRequest telling what keeps it from being sent."""
    if found := problems(template.contents):
        raise InvalidRequest(f"template {template.name}: {told(found)}")


def told(found: list[Problem]) -> str:
    """The first of these problems, as one text."""
    more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    return "; ".join(problem.text for problem in found[:MOST_TOLD]) + more
