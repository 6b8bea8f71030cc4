"""When a maintenance is expected, and how sure that is."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.fleet.state import expected as expecting
from chalicelib.fleet.state.device import MAINTENANCE, Reading, Standing
from chalicelib.fleet.state.expected import Expected, in_days, student
from chalicelib.fleet.state.folding import fold
from chalicelib.fleet.state.usage import DAYS, counted, spells
from chalicelib.maintenance_sections import MaintenancePlan
from chalicelib.playbook_values import Words

NOW = datetime(2026, 11, 29, 18, tzinfo=UTC)
TODAY = NOW.toordinal()
BY_USE = MaintenancePlan(
    name="descaling", message=Words(tr="kireç çözme.", en="descaling."), counter="brews", every=500
)
BY_DATE = MaintenancePlan(name="check", message=Words(tr="kontrol.", en="check."), every_days=180)
EITHER = MaintenancePlan(
    name="both",
    message=Words(tr="bakım.", en="service."),
    counter="brews",
    every=500,
    every_days=180,
)


def days(*used: float, start: float = 0, until: int = TODAY) -> tuple[tuple[int, float], ...]:
    """A value at the end of each day, of which the last is today."""
    values = list(accumulate(used, initial=start))
    return tuple((until - len(values) + 1 + n, value) for n, value in enumerate(values))


def standing(
    usage: Sequence[tuple[int, float]], *, baseline: float = 0, maintained: datetime | None = None
) -> Standing:
    return Standing(
        at=NOW,
        baselines={"brews": baseline},
        maintained={"": maintained} if maintained else {},
        last={"brews": usage[-1][1]} if usage else {},
        usage={"brews": tuple(usage)},
    )


def told(
    usage: Sequence[tuple[int, float]], plan: MaintenancePlan = BY_USE, **more: object
) -> Expected:
    found = expecting.expected(plan, standing(usage, **more), None)  # type: ignore[arg-type]
    assert found is not None
    return found


# --- usage, day by day ---------------------------------------------------------------------------


def test_a_day_counts_what_was_added_to_the_last_value_of_the_day_before() -> None:
    reports = [
        (NOW - timedelta(days=2, hours=9), 10.0),
        (NOW - timedelta(days=2), 14.0),
        (NOW - timedelta(days=1), 20.0),
        (NOW, 21.0),
    ]
    usage: dict[str, tuple[tuple[int, float], ...]] = {}
    for at, value in reports:
        usage = dict(counted(usage, at, {"brews": value}))
    assert usage["brews"] == ((TODAY - 2, 14.0), (TODAY - 1, 20.0), (TODAY, 21.0))
    assert spells(usage["brews"]) == [(1, 6.0)]


def test_days_are_those_of_utc_whatever_zone_a_report_writes_its_time_in() -> None:
    late = datetime.fromisoformat("2026-11-30T01:30:00+03:00")
    assert counted({}, late, {"brews": 1.0})["brews"] == ((date(2026, 11, 29).toordinal(), 1.0),)


def test_what_is_older_than_four_weeks_says_nothing_of_today() -> None:
    usage: dict[str, tuple[tuple[int, float], ...]] = {}
    for day in range(60):
        usage = dict(counted(usage, NOW + timedelta(days=day), {"brews": float(day)}))
    assert len(usage["brews"]) == DAYS + 1
    assert spells(usage["brews"]) == [(1, 1.0)] * (DAYS - 1)


def test_days_without_a_report_are_known_only_together() -> None:
    usage = ((TODAY - 9, 10.0), (TODAY - 8, 14.0), (TODAY - 5, 32.0), (TODAY - 1, 40.0))
    assert spells((*usage, (TODAY, 41.0))) == [(1, 4.0), (3, 18.0), (4, 8.0)]


def test_the_day_on_which_a_counter_started_again_is_left_out() -> None:
    usage = days(5, 5, start=490)[:2]
    anew = ((TODAY - 1, 3.0), (TODAY, 9.0), (TODAY + 1, 9.0))
    assert spells((*usage, *anew)) == [(1, 5.0), (1, 6.0)]


@pytest.mark.parametrize("glitch", [0.0, 1e9])
def test_a_day_that_ended_with_a_glitch_is_no_day_of_enormous_use(glitch: float) -> None:
    usage = list(days(5, 5, 5, 5, 5, start=490))
    usage[2] = (usage[2][0], glitch)
    assert spells(usage) == [(1, 5.0), (2, 10.0), (1, 5.0)]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_no_use_is_ever_negative_or_of_no_time(values: list[float]) -> None:
    usage = [(TODAY + n, value) for n, value in enumerate(values)]
    assert all(length > 0 and used >= 0 for length, used in spells(usage))


# --- when it is due ------------------------------------------------------------------------------


def test_steady_use_is_expected_to_the_day() -> None:
    found = told(days(*[10] * 10))
    assert found.remaining == 400
    assert found.at == found.earliest == found.latest == NOW + timedelta(days=40)


def test_uneven_use_gives_a_range_around_the_likely_day() -> None:
    found = told(days(*[5, 15] * 5, 0))
    assert found.latest is not None
    assert found.earliest < found.at < found.latest
    assert (found.latest - found.at) > (found.at - found.earliest)


def test_the_less_is_known_the_wider_the_range() -> None:
    few, many = told(days(*[5, 15] * 3, 0)), told(days(*[5, 15] * 14, 0, start=-220))
    assert few.latest is not None
    assert many.latest is not None
    assert (few.latest - few.earliest) > 1.3 * (many.latest - many.earliest)


def test_a_device_that_reports_once_a_week_is_not_taken_to_be_steady() -> None:
    weekly = ((TODAY - 28, 0.0), (TODAY - 21, 40.0), (TODAY - 14, 140.0), (TODAY - 7, 210.0))
    found = told((*weekly, (TODAY, 211.0)))
    assert found.latest is None or found.latest - found.earliest > timedelta(days=14)


def test_what_is_due_already_was_expected_at_the_newest_report() -> None:
    found = told(((TODAY, 510.0),))
    assert (found.at, found.earliest, found.latest, found.remaining) == (NOW, NOW, NOW, 0)


def test_use_counts_from_the_last_maintenance_of_the_plan() -> None:
    known = standing(days(*[10] * 10, start=600), baseline=600)
    own = Standing(
        at=known.at,
        baselines={**known.baselines, "descaling/brews": 650},
        last=known.last,
        usage=known.usage,
    )
    general = expecting.expected(BY_USE, known, None)
    of_plan = expecting.expected(BY_USE, own, None)
    assert general is not None
    assert of_plan is not None
    assert (general.remaining, of_plan.remaining) == (400, 450)


def test_a_counter_under_its_baseline_leaves_no_more_than_a_whole_interval() -> None:
    found = told(days(1, 1, 1, 1, 1, 1, start=2), baseline=490)
    assert found.remaining == 500


@pytest.mark.parametrize(
    "usage",
    [
        (),
        ((TODAY, 7.0),),
        days(10, 10, 10),
        days(0, 0, 0, 0, 0, 0, 0, start=12),
        days(*[0.01] * 10),
    ],
    ids=["unheard of", "new", "too few days", "never used", "more than ten years off"],
)
def test_nothing_is_expected_where_nobody_can_tell(
    usage: Sequence[tuple[int, float]],
) -> None:
    assert expecting.expected(BY_USE, standing(usage), None) is None


def test_a_device_that_hardly_varies_more_than_it_is_used_may_never_be_due() -> None:
    found = told(days(0, 0, 0, 90, 0, 0, 0, 0))
    assert found.latest is None


def test_the_calendar_counts_from_the_registration_and_then_from_the_last_maintenance() -> None:
    since, done = NOW - timedelta(days=100), NOW - timedelta(days=10)
    first = expecting.expected(BY_DATE, Standing(), since)
    later = expecting.expected(BY_DATE, standing((), maintained=done), since)
    assert first is not None
    assert later is not None
    assert first.at == first.earliest == first.latest == since + timedelta(days=180)
    assert later.at == done + timedelta(days=180)
    assert expecting.expected(BY_DATE, Standing(), None) is None


def test_of_use_and_calendar_the_first_counts_and_the_calendar_bounds_the_range() -> None:
    uneven = standing(days(*[5, 15] * 5, 0))

    def both(ahead: int) -> Expected:
        found = expecting.expected(EITHER, uneven, NOW + timedelta(days=ahead - 180))
        assert found is not None
        return found

    use = told(days(*[5, 15] * 5, 0))
    assert use.latest is not None
    likely = (use.at - NOW).days
    sooner, meanwhile, later = both(3), both(likely + 2), both(400)
    assert (sooner.by, sooner.at, sooner.earliest) == ("calendar", sooner.latest, sooner.at)
    assert (meanwhile.by, meanwhile.at, meanwhile.earliest) == ("usage", use.at, use.earliest)
    assert meanwhile.latest == NOW + timedelta(days=likely + 2)
    assert (later.at, later.latest) == (use.at, use.latest)
    assert sooner.remaining == use.remaining


def test_a_never_used_device_is_due_by_the_calendar_all_the_same() -> None:
    found = expecting.expected(EITHER, standing(days(0, 0, 0, 0, 0)), NOW)
    assert found is not None
    assert (found.by, found.at) == ("calendar", NOW + timedelta(days=180))


def test_what_reports_and_a_maintenance_come_to_is_what_is_expected() -> None:
    readings = [
        Reading(at=NOW + timedelta(days=n), rank="r", counters={"brews": 10.0 * n})
        for n in range(20)
    ]
    done = Reading(at=NOW + timedelta(days=9, hours=1), mark=MAINTENANCE)
    reached, _ = fold(Standing(), sorted([*readings, done], key=lambda one: one.order), ())
    found = expecting.expected(BY_USE, reached, None)
    assert found is not None
    assert found.remaining == 400
    assert found.at == NOW + timedelta(days=19 + 40)


# --- how sure that is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(2, 1.8856), (3, 1.6377), (6, 1.4398), (13, 1.3502), (27, 1.3137)]
)
def test_the_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert student(freedom) == pytest.approx(quantile, rel=0.005)


def _normal(chance: Random) -> float:
    return max(0.0, chance.gauss(20, 6))


def _poisson(chance: Random) -> float:
    limit, product, found = exp(-12), chance.random(), 0
    while product > limit:
        product *= chance.random()
        found += 1
    return float(found)


def _crossing(remaining: float, draw: Callable[[Random], float], chance: Random) -> float:
    """In how many days so much is used up, parts of a day included."""
    day = 0
    while (used := draw(chance)) < remaining:
        remaining -= used
        day += 1
    return day + remaining / used


@pytest.mark.parametrize("draw", [_normal, _poisson])
@pytest.mark.parametrize("known", [7, 14, 28])
@pytest.mark.parametrize("remaining", [150, 600])
def test_four_of_five_devices_are_due_within_the_range(
    draw: Callable[[Random], float], known: int, remaining: float
) -> None:
    chance, within, trials = Random(f"{draw.__name__}-{known}-{remaining}"), 0, 2000
    for _ in range(trials):
        days_ = in_days(remaining, [(1, draw(chance)) for _ in range(known)])
        assert days_ is not None
        earliest, _, latest = days_
        at = _crossing(remaining, draw, chance)
        within += earliest <= at and (latest is None or at <= latest)
    assert 0.75 <= within / trials <= 0.85


@pytest.mark.parametrize("known", [7, 28])
def test_so_they_are_if_they_are_silent_on_most_days(known: int) -> None:
    chance, within, trials = Random(f"silent-{known}"), 0, 2000
    for _ in range(trials):
        lengths = [chance.randint(1, 7) for _ in range(known)]
        heard = [(n, sum(_normal(chance) for _ in range(n))) for n in lengths]
        days_ = in_days(600, heard)
        assert days_ is not None
        earliest, _, latest = days_
        at = _crossing(600, _normal, chance)
        within += earliest <= at and (latest is None or at <= latest)
    assert 0.75 <= within / trials <= 0.85


@given(
    remaining=st.floats(1, 1e5),
    used=st.lists(st.floats(0, 1e3), min_size=3, max_size=28),
)
def test_the_range_always_holds_the_likely_day(remaining: float, used: list[float]) -> None:
    days_ = in_days(remaining, [(1, one) for one in used])
    if days_ is not None:
        earliest, likely, latest = days_
        assert 0 < earliest <= likely * (1 + 1e-9)
        assert latest is None or latest >= likely * (1 - 1e-9)
