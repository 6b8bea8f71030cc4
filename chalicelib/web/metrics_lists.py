"""The conversations behind a figure."""

from urllib.parse import unquote

from chalicelib.clock import parse_iso
from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.metrics.definitions import FIGURES
from chalicelib.metrics.tally import figure_list, plain
from chalicelib.store import kpi_counters
from chalicelib.web.endpoints import Call
from chalicelib.web.metrics_days import span_of
from chalicelib.web.metrics_views import BehindPage, BehindView


def list_behind_figure(call: Call) -> BehindPage:
    """The conversations behind a figure, each with what it is there."""
    name, span = call.path["figure"], span_of(call)
    definition = FIGURES.get(name)
    if definition is None or not definition.lists:
        listed = ", ".join(known for known, one in FIGURES.items() if one.lists)
        raise NotFound(f"no list behind {name[:40]!r}: there are {listed}")
    channel = plain(call.query["channel"]) if call.query.get("channel") else None
    days, after = _start(span.days, call.cursor)
    found: list[str] = []
    for number, day in enumerate(days):
        page, place = kpi_counters.listed(
            figure_list(name, day), channel=channel, after=after, limit=call.limit - len(found)
        )
        found, after = found + page, None
        if len(found) >= call.limit:
            if place is None and number + 1 == len(days):
                break
            following = f"{day}|{place}" if place else f"{days[number + 1]}|"
            return BehindPage(conversations=[*map(_behind, found)], next_cursor=following)
    return BehindPage(conversations=[*map(_behind, found)])


def _start(days: list[str], cursor: str | None) -> tuple[list[str], str | None]:
    """The days still to be looked at, and behind which place of the first."""
    if cursor is None:
        return days, None
    day, bar, place = cursor.partition("|")
    if not bar or day not in days:
        raise InvalidRequest(
            "cursor must be the `next_cursor` of the page before, for the same days"
        )
    return days[days.index(day) :], place or None


def _behind(place: str) -> BehindView:
    channel, at, value, conversation_id, _ = place.split("#", 4)
    return BehindView(
        conversation_id=conversation_id,
        channel=unquote(channel),
        at=parse_iso(at),
        value=value or None,
    )
