"""Figures equal a recount from what really happened, whatever order its events came in, however
often, whoever was merged meanwhile, and whatever failed on the way."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.events import EVENTS, Event, event
from chalicelib.metrics.definitions import FIGURES
from chalicelib.metrics.keep import Counting
from chalicelib.metrics.report import SCORES, Totals, behaved, dimension, figures
from chalicelib.metrics.spread import by_hour
from chalicelib.metrics.tally import Calendar, days_between
from tests.support.figures import BEGIN, HOURS, History, Shelf, made, recount, told

MOST_WORKERS = 3
"""That are at it in the midst of each other's work."""

CALENDAR = Calendar(hours=HOURS)
FIRST = BEGIN.date()
ALL = days_between(FIRST, FIRST + timedelta(days=80))


class Person:
    """Who is whose family, as it changes."""

    def __init__(self) -> None:
        self.history = History()

    def __call__(self, customer_id: str) -> Sequence[str]:
        return sorted(self.history.family(customer_id))


def run(history: History, random: Random, *, trouble: bool = True) -> Shelf:
    """All events in some order, most of them more than once, by several workers at once, with
    failures in between; merges happen in the midst of it and are told some time later."""
    shelf, person = Shelf(random if trouble else None), Person()
    counting = Counting(calendar=CALENDAR, clock=lambda: BEGIN, figures=shelf, family=person)
    line: list[tuple[float, str, Event | tuple[str, str]]] = []
    for one in told(history):
        line += [(random.random(), "event", one) for _ in range(random.randint(1, 3))]
    for pair in history.pairs:
        at = random.random()
        line.append((at, "merge", pair))
        lead, other = pair
        merged = event(
            events.CustomersMerged(customer_id=lead, other_id=other, by="x"), *pair, at=BEGIN
        )
        line += [(random.uniform(at, 1), "event", merged) for _ in range(random.randint(1, 2))]
        if pair in history.parted:
            then = random.uniform(at, 1)
            line.append((then, "part", pair))
            alone = events.CustomersParted(customer_id=lead, other_id=other, by="x")
            line.append((random.uniform(then, 1), "event", event(alone, *pair, at=BEGIN)))
    left = [(what, thing) for _, what, thing in sorted(line, key=lambda entry: -entry[0])]
    depth = [0]

    def work() -> None:
        what, thing = left.pop()
        if isinstance(thing, Event):
            deliver(counting, thing)
        else:
            (person.history.pairs if what == "merge" else person.history.parted).append(thing)

    def meanwhile() -> None:
        if trouble and left and depth[0] < MOST_WORKERS and random.random() < 0.1:
            depth[0] += 1
            work()
            depth[0] -= 1

    shelf.meanwhile = meanwhile
    while left:
        work()
    return shelf


def deliver(counting: Counting, one: Event) -> None:
    """As the queue does: again, until it is done."""
    data = msgspec.convert(one.data, EVENTS[one.type], strict=False)
    for _ in range(50):
        try:
            counting.count(one.id, one.occurred_at, data)
        except ConnectionError:
            continue
        return
    raise AssertionError("never done")


def assert_equal(
    history: History, shelf: Shelf, days: list[str], channel: str | None, category: str | None
) -> None:
    of = dimension(channel, category)
    totals = Totals([shelf.counters[day] for day in days], of)
    found = figures(totals)
    expected = recount(history, days, channel=channel, category=category)
    for name, definition in FIGURES.items():
        if category and not definition.categories:
            continue
        figure = found[name]
        if definition.kind == "count":
            assert figure.count == expected.numbers[name], name
        elif definition.kind == "share":
            assert (figure.part, figure.count) == (
                expected.numbers[name], expected.numbers[f"{name}/of"],
            ), name  # fmt: skip
        elif definition.kind == "time":
            assert figure.wall
            assert figure.business
            for times, name_ in ((figure.wall, name), (figure.business, f"{name}/business")):
                true = sorted(expected.times[name_])
                assert times.count == len(true), name_
                for value, share in ((times.median, 0.5), (times.p90, 0.9)):
                    if true:
                        exact = max(true[int(share * (len(true) - 1))], 0)
                        assert value == pytest.approx(exact, rel=0.0501, abs=1), (name_, share)
    assert found["csat"].split == {s: expected.numbers[f"csat/{s}"] for s in SCORES}
    for row in behaved(totals):
        assert row.came_back.part == expected.numbers[f"csat/{row.score}/back"]
        assert row.ordered.part == expected.numbers[f"csat/{row.score}/bought"]
    if not category:
        for kind, n in found["nps"].split.items():
            assert n == expected.numbers[f"nps/{kind}"]
        for name, hours in by_hour(totals).items():
            assert hours == [expected.hours[name, hour] for hour in range(24)], name


@given(seed=st.integers(0, 10**9))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_figures_equal_a_recount_of_what_happened(seed: int) -> None:
    random = Random(seed)
    history = made(random)
    shelf = run(history, random)
    days = ALL[: random.randint(1, len(ALL))]
    assert_equal(history, shelf, ALL, None, None)
    assert_equal(history, shelf, days, None, None)
    assert_equal(history, shelf, ALL, "whatsapp", None)
    assert_equal(history, shelf, ALL, "email", None)
    for category in ("delivery", "refund", "label1"):
        assert_equal(history, shelf, ALL, None, category)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_of_the_same_events_leaves_the_same_counters_and_lists(seed: int) -> None:
    history = made(Random(seed))
    one, other = (run(history, Random(seed + n)) for n in (1, 2))
    assert cleaned(one) == cleaned(other)
    assert {k: v for k, v in one.rows.items() if v} == {k: v for k, v in other.rows.items() if v}


def cleaned(shelf: Shelf) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for day, counted in shelf.counters.items():
        for name, n in counted.items():
            assert n >= 0, (day, name)
            if n:
                found[day][name] = n
    return found


@given(seed=st.integers(0, 10**9))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_list_behind_a_figure_is_as_long_as_the_figure_says(seed: int) -> None:
    history = made(Random(seed))
    shelf = run(history, Random(seed + 1))
    found = figures(Totals([shelf.counters[day] for day in ALL], "c:"))
    for name, definition in FIGURES.items():
        if definition.lists:
            assert shelf.listed(name, ALL) == found[name].count, name
