"""The issues of a time: how many, how grave, whether they grow, and which comes first."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.voice.facts import Cell
from chalicelib.voice.issues import Asked, Issue, Weights, issues

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(days=1)


def asked(
    first: date = YESTERDAY - timedelta(days=6), last: date = YESTERDAY, **more: Any
) -> Asked:
    return Asked(first=first, last=last, now=NOON, **more)


def counters(*rows: tuple[int, str, int], **more: str) -> dict[str, dict[str, int]]:
    """So many contacts so many days before yesterday."""
    usual = {"severity": "info", "channel": "whatsapp", "product": "-", **more}
    found: dict[str, dict[str, int]] = {}
    for days_ago, category, n in rows:
        day = (YESTERDAY - timedelta(days=days_ago)).isoformat()
        name = Cell(category=category, **usual).counter  # type: ignore[arg-type]
        found.setdefault(day, {})[name] = n
    return found


def only(found: list[Issue]) -> Issue:
    (one,) = found
    return one


def test_a_week_is_compared_with_the_four_before_it() -> None:
    rows = [(n, "return", 1) for n in range(35)]
    one = only(issues(counters(*rows), asked(), Weights()))
    assert (one.count, one.per_week, one.weeks) == (7, 7, (7, 7, 7, 7, 7))
    assert one.trend.direction == "steady"
    assert one.trend.ratio == 1


def test_what_grows_is_told_and_what_is_too_little_is_not() -> None:
    rows = [*((n, "late", 1) for n in range(7, 35)), (0, "late", 25), (1, "odd", 1)]
    found = {one.category: one for one in issues(counters(*rows), asked(), Weights())}
    assert found["late"].trend.direction == "rising"
    assert found["odd"].trend.direction == "steady"


def test_a_brand_that_began_last_week_has_no_trend_yet() -> None:
    one = only(issues(counters((0, "late", 9), (8, "late", 1)), asked(), Weights()))
    assert one.trend.direction == "unknown"


def test_of_today_only_what_has_passed_counts_as_time() -> None:
    today = asked(first=TODAY - timedelta(days=6), last=TODAY)
    assert today.length(today.first) == 6.5
    assert asked().length(asked().first) == 7


def test_priority_is_nature_times_severity_times_frequency() -> None:
    many = counters((0, "shipping", 20))
    grave = counters((0, "safety", 1), severity="critical")
    both = {day: {**many.get(day, {}), **grave.get(day, {})} for day in many}
    weights = Weights(nature={"safety": 3})
    found = issues(both, asked(), weights)
    assert [one.category for one in found] == ["safety", "shipping"]
    assert [one.priority for one in found] == [3 * 9 * 1, 1 * 1 * 20]
    mild = Weights(severity={"info": 2, "warning": 2, "critical": 2})
    assert [one.priority for one in issues(both, asked(), mild)] == [40, 2]


def test_one_channel_or_product_is_counted_by_itself() -> None:
    mixed = {
        YESTERDAY.isoformat(): {
            **counters((0, "return", 3))[YESTERDAY.isoformat()],
            **counters((0, "return", 2), channel="email", product="s:k:1")[YESTERDAY.isoformat()],
        }
    }
    whole = only(issues(mixed, asked(), Weights()))
    assert whole.channels == {"whatsapp": 3, "email": 2}
    assert whole.products == {"-": 3, "s:k:1": 2}
    assert only(issues(mixed, asked(channel="email"), Weights())).count == 2
    assert only(issues(mixed, asked(product="s:k:1"), Weights())).count == 2
    assert issues(mixed, asked(channel="telegram"), Weights()) == []


def test_what_was_counted_and_taken_back_is_not_there() -> None:
    assert issues(counters((0, "return", 0)), asked(), Weights()) == []


def test_a_longer_time_is_read_once_and_its_last_week_compared() -> None:
    long = asked(first=YESTERDAY - timedelta(days=59))
    assert len(long.days) == 60
    assert len(asked().days) == 35
    rows = [(n, "return", 1) for n in range(60)]
    one = only(issues(counters(*rows), long, Weights()))
    assert (one.count, one.per_week, one.weeks[-1]) == (60, 7, 7)
