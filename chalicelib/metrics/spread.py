"""From counters to how things are spread over hours, weekdays and channels. Pure."""

from datetime import date
from urllib.parse import unquote

from chalicelib.metrics.report import Counters, Totals

HOURLY = {
    "messages_in": "in",
    "answers_human": "out_human",
    "answers_bot": "out_bot",
    "opened": "open",
    "resolved": "done",
}


def by_hour(totals: Totals) -> dict[str, list[int]]:
    """Of each hour of the day, 0 to 23, how much there was of what is counted by the hour."""
    return {
        name: [totals.by(code).get(f"{hour:02d}", 0) for hour in range(24)]
        for name, code in HOURLY.items()
    }


def heat_map(counters: Counters, of: str, code: str) -> list[list[int]]:
    """By weekday (Monday first) and hour of the day."""
    week = [[0] * 24 for _ in range(7)]
    for day, counted in counters.items():
        hours = Totals([counted], of).by(code)
        row = week[date.fromisoformat(day).weekday()]
        for hour, n in hours.items():
            row[int(hour)] += n
    return week


def channels(counters: Counters) -> list[str]:
    """The channels that anything was counted of."""
    names = {name.split("|")[1] for counted in counters.values() for name in counted}
    return sorted(unquote(name[2:]) for name in names if name.startswith("c:"))
