"""Device rules: every kind of condition, over entries in the order of time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.fleet.rules.rule import Rule
from chalicelib.fleet.state.device import CLEAR, MAINTENANCE, TICK, Reading, Standing
from chalicelib.fleet.state.folding import fold
from tests.support.fleet import model, planned, rule

T0 = datetime(2026, 11, 14, 8, 0, tzinfo=UTC)
HOT = {"kind": "threshold", "metric": "c", "raise_above": 130, "clear_below": 120}
LOW = {"kind": "threshold", "metric": "bar", "raise_below": 6, "clear_above": 8}


def at(minute: float) -> datetime:
    return T0 + timedelta(minutes=minute)


def said(minute: float, *errors: str, **metrics: float) -> Reading:
    """A report; a value called brews is a counter."""
    counters = {name: metrics.pop(name) for name in ["brews"] if name in metrics}
    return Reading(at=at(minute), metrics=metrics, counters=counters, errors=errors)


def tick(minute: float) -> Reading:
    return Reading(at=at(minute), mark=TICK)


def maintenance(minute: float, *plans: str, **counters: float) -> Reading:
    return Reading(at=at(minute), mark=MAINTENANCE, counters=counters, plans=plans)


def cleared(minute: float, name: str = "r") -> Reading:
    return Reading(at=at(minute), mark=CLEAR + name)


def spells(judge: Rule, readings: Sequence[Reading]) -> list[tuple[float, float | None, str]]:
    """(raised, cleared, severity) of each spell, in minutes."""
    _, found = fold(Standing(), readings, [judge], at(-1))
    return sorted(
        (
            (one.raised_at - T0).total_seconds() / 60,
            (one.cleared_at - T0).total_seconds() / 60 if one.cleared_at else None,
            one.severity,
        )
        for one in found
    )


def times(when: dict[str, Any], *readings: Reading, **more: Any) -> list[tuple[float, Any]]:
    return [(start, end) for start, end, _ in spells(rule("r", when=when, **more), readings)]


def by_minute(values: Sequence[float]) -> list[Reading]:
    return [said(minute, c=value) for minute, value in enumerate(values)]


class TestThreshold:
    def test_above_with_hysteresis(self) -> None:
        assert times(HOT, *by_minute([130, 130.1, 125, 120, 119.9, 130])) == [(1, 4)]

    def test_below_with_hysteresis(self) -> None:
        low = [said(m, bar=value) for m, value in enumerate([6, 5.9, 7, 8, 8.1, 7])]
        assert times(LOW, *low) == [(1, 4)]

    def test_one_limit_may_do_for_both(self) -> None:
        above = {"kind": "threshold", "metric": "c", "raise_above": 5}
        assert times(above, *by_minute([5, 6, 5, 4, 5])) == [(1, 3)]

    def test_a_reading_without_the_value_says_nothing(self) -> None:
        readings = [said(0, bar=9), said(1, c=131), said(2, bar=1), said(3, c=100)]
        assert times(HOT, *readings) == [(1, 3)]

    @settings(deadline=None)
    @given(st.lists(st.floats(120, 130), max_size=30), st.booleans())
    def test_never_flaps_inside_its_band(self, inside: list[float], opened: bool) -> None:
        readings = by_minute([140 if opened else 100, *inside])
        assert times(HOT, *readings) == ([(0, None)] if opened else [])


class TestHeld:
    WHEN: ClassVar[Any] = {**HOT, "for": "10m"}

    def test_only_what_lasts_counts_and_ends_at_once(self) -> None:
        assert times(self.WHEN, *by_minute([140] * 10)) == []
        assert times(self.WHEN, *by_minute([140] * 12 + [100])) == [(10, 12)]

    def test_it_begins_anew_after_a_pause(self) -> None:
        assert times(self.WHEN, *by_minute([140] * 9 + [100] + [140] * 10)) == []

    def test_time_alone_proves_nothing(self) -> None:
        assert times(self.WHEN, said(0, c=140), tick(30)) == []
        assert times(self.WHEN, said(0, c=140), tick(30), said(31, c=140)) == [(31, None)]


class TestRate:
    WHEN: ClassVar[Any] = {
        "kind": "rate",
        "metric": "c",
        "raise_above": 10,
        "clear_below": 5,
        "within": "30m",
    }

    def test_rising_by_so_much_an_hour(self) -> None:
        slow, fast = (
            by_minute([m * 0.15 for m in range(60)]),
            by_minute([m * 0.2 for m in range(60)]),
        )
        assert times(self.WHEN, *slow) == []
        assert times(self.WHEN, *fast) == [(15, None)]

    def test_one_wrong_value_raises_nothing(self) -> None:
        values = [20.0] * 60
        values[30] = 90.0
        assert times(self.WHEN, *by_minute(values)) == []

    def test_it_clears_when_it_is_steady_again(self) -> None:
        values = [m * 1.0 for m in range(40)] + [40.0] * 60
        ((start, end),) = times(self.WHEN, *by_minute(values))
        assert start == 15
        assert end is not None
        assert 40 < end < 70

    def test_falling_too(self) -> None:
        when = {"kind": "rate", "metric": "c", "raise_below": -10, "within": "30m"}
        assert times(when, *by_minute([-m * 1.0 for m in range(30)])) == [(15, None)]


class TestErrors:
    def test_a_code_and_its_end(self) -> None:
        when = {"kind": "error", "codes": ["E07", "E09"]}
        readings = [said(0), said(1, "E01"), said(2, "E09", "E01"), tick(3), said(4)]
        assert times(when, *readings) == [(2, 4)]

    def test_any_code(self) -> None:
        assert times({"kind": "error", "codes": ["*"]}, said(0), said(1, "X")) == [(1, None)]


class TestCount:
    WHEN: ClassVar[Any] = {
        "kind": "count",
        "at_least": 3,
        "within": "60m",
        "of": {"kind": "error", "codes": ["E"]},
    }

    def test_so_many_within_a_span(self) -> None:
        assert times(self.WHEN, said(0, "E"), said(50, "E"), said(70, "E")) == []
        assert times(self.WHEN, said(0, "E"), said(20, "E"), said(40, "E")) == [(40, None)]

    def test_it_closes_as_the_oldest_leaves_the_span(self) -> None:
        readings = [said(0, "E"), said(20, "E"), said(40, "E"), tick(59), tick(60)]
        assert times(self.WHEN, *readings) == [(40, 60)]
        judge = rule("r", when=self.WHEN)
        standing, _ = fold(Standing(), readings[:3], [judge])
        assert judge.deadline(standing.memory["r"], standing, None) == at(60)

    def test_of_starts_only(self) -> None:
        when = {"kind": "count", "at_least": 2, "within": "60m", "starts": True, "of": HOT}
        assert times(when, *by_minute([140, 140, 140])) == []
        assert times(when, *by_minute([140, 100, 140])) == [(2, None)]


class TestSilence:
    WHEN: ClassVar[Any] = {"kind": "silence", "factor": 5, "at_least": "15m", "at_most": "2d"}

    def test_longer_than_its_own_rhythm(self) -> None:
        steady = [said(minute) for minute in range(0, 60, 10)]
        assert times(self.WHEN, *steady, tick(99)) == []
        assert times(self.WHEN, *steady, tick(100), said(120)) == [(100, 120)]

    def test_never_sooner_than_at_least_nor_later_than_at_most(self) -> None:
        quick = [said(minute) for minute in range(6)]
        assert times(self.WHEN, *quick, tick(19)) == []
        assert times(self.WHEN, *quick, tick(20)) == [(20, None)]
        days = [said(1440 * day) for day in range(6)]
        assert times(self.WHEN, *days, tick(1440 * 7 - 1)) == []
        assert times(self.WHEN, *days, tick(1440 * 7)) == [(1440 * 7, None)]

    def test_a_new_device_is_not_silent(self) -> None:
        assert times(self.WHEN, tick(10**6)) == []

    def test_an_outage_does_not_become_its_rhythm(self) -> None:
        readings = [said(m) for m in range(0, 100, 10)] + [said(1000), said(1010), tick(1060)]
        assert times(self.WHEN, *readings) == [(1060, None)]


class TestMaintenance:
    def test_usage_is_due_until_maintained(self) -> None:
        when = {"kind": "usage", "counter": "brews", "every": 500}
        readings = [said(0, brews=499), said(1, brews=500), maintenance(2), said(3, brews=999)]
        assert times(when, *readings) == [(1, 2)]

    def test_a_counter_set_to_nought_by_the_technician_is_a_maintenance_too(self) -> None:
        when = {"kind": "usage", "counter": "brews", "every": 500}
        readings = [
            said(0, brews=510),
            maintenance(1, brews=0),
            said(2, brews=1),
            said(3, brews=500),
        ]
        assert times(when, *readings) == [(0, 1), (3, None)]

    def test_a_calendar_counts_from_registration_and_from_maintenance(self) -> None:
        when = {"kind": "calendar", "every": "1h"}
        assert times(when, tick(58)) == []
        assert times(when, tick(59), maintenance(70), tick(129)) == [(59, 70)]

    def test_plans_count_each_for_itself(self) -> None:
        descale = planned("descale", counter="brews", every=500)
        seals = planned("seals", counter="brews", every=1000)
        readings = [said(0, brews=510), maintenance(1, "descale"), said(2, brews=1005)]
        assert spells(descale, readings) == [(0, 1, "info")]
        assert spells(seals, readings) == [(2, None, "info")]
        assert spells(seals, [*readings, maintenance(3)]) == [(2, 3, "info")]

    def test_what_is_overdue_becomes_a_warning(self) -> None:
        judge = planned("descale", counter="brews", every=500, overdue=1.2)
        assert spells(judge, [said(0, brews=500), said(1, brews=599)]) == [(0, None, "info")]
        assert spells(judge, [said(0, brews=500), said(1, brews=600)]) == [(0, None, "warning")]

    def test_whichever_is_first(self) -> None:
        judge = planned("descale", counter="brews", every=500, every_days=1)
        assert spells(judge, [said(0, brews=3), tick(1439)]) == [(1439, None, "info")]


class TestTogether:
    def test_all(self) -> None:
        when = {"kind": "all", "of": [HOT, LOW]}
        assert times(when, said(0, c=140), said(1, bar=5), said(2, c=100)) == [(1, 2)]

    def test_any(self) -> None:
        when = {"kind": "any", "of": [HOT, LOW]}
        readings = [said(0, c=140), said(1, bar=5), said(2, c=100), said(3, bar=9)]
        assert times(when, *readings) == [(0, 3)]


class TestSeverity:
    STEPS: ClassVar[Any] = [
        {"severity": "critical", "when": {**HOT, "raise_above": 150, "clear_below": 145}}
    ]

    def severity(self, *values: float) -> str:
        judge = rule("r", "warning", when=HOT, steps=self.STEPS)
        ((_, _, severity),) = spells(judge, by_minute(values))
        return severity

    def test_it_goes_up_and_down_within_one_alert(self) -> None:
        assert self.severity(131) == "warning"
        assert self.severity(131, 151) == "critical"
        assert self.severity(131, 151, 146) == "critical"
        assert self.severity(131, 151, 144) == "warning"

    def test_a_step_may_open_the_alert(self) -> None:
        assert self.severity(160) == "critical"


class TestActiveHours:
    # 08:00 UTC on a Saturday is 11:00 in Istanbul.
    NIGHT: ClassVar[Any] = {"start": "22:00", "end": "06:00"}
    DAY: ClassVar[Any] = {"start": "09:00", "end": "18:00"}

    def test_nothing_is_raised_outside_them(self) -> None:
        assert times(HOT, said(0, c=140), active=self.NIGHT) == []
        assert times(HOT, said(0, c=140), active=self.DAY) == [(0, None)]
        assert times(HOT, said(0, c=140), active={**self.DAY, "days": ["monday"]}) == []

    def test_the_night_belongs_to_the_day_it_began_on(self) -> None:
        saturday = {**self.NIGHT, "days": ["saturday"]}
        late = (24 - 11 + 3) * 60
        assert times(HOT, said(late, c=140), active=saturday) == [(late, None)]
        assert times(HOT, said(late + 1440, c=140), active=saturday) == []

    def test_what_goes_on_is_raised_as_they_begin_and_cleared_at_any_hour(self) -> None:
        evening = [said(h * 60, c=140) for h in range(12)]
        assert times(HOT, *evening, active={"start": "15:00", "end": "18:00"}) == [(240, None)]
        ended = [said(0, c=140), said(60 * 10, c=100)]
        assert times(HOT, *ended, active=self.DAY) == [(0, 600)]

    def test_it_does_not_escalate_outside_them(self) -> None:
        judge = rule("r", "info", when=HOT, steps=TestSeverity.STEPS, active=self.DAY)
        readings = [said(0, c=140), said(600, c=160)]
        assert spells(judge, readings) == [(0, None, "info")]


class TestFlapping:
    def test_the_third_time_within_an_hour_it_stays_until_it_is_calm(self) -> None:
        values = [140, 100, 140, 100, 140, 100]
        assert times(HOT, *by_minute(values)) == [(0, 1), (2, 3), (4, None)]
        still = [*by_minute(values), tick(34), tick(35)]
        assert times(HOT, *still) == [(0, 1), (2, 3), (4, 35)]

    def test_what_flaps_on_stays_open(self) -> None:
        values = [140, 100] * 120
        found = times(HOT, *by_minute(values))
        assert found == [(0, 1), (2, 3), (4, None)]

    @settings(deadline=None, max_examples=50)
    @given(st.lists(st.sampled_from([100.0, 140.0]), min_size=1, max_size=120))
    def test_no_more_than_three_an_hour(self, values: list[float]) -> None:
        raised = [start for start, _ in times(HOT, *by_minute(values))]
        for start in raised:
            assert sum(start <= other < start + 60 for other in raised) <= 3


class TestStaff:
    def test_a_cleared_alert_stays_away_until_its_trouble_was_over(self) -> None:
        readings = [said(0, c=140), cleared(1), said(2, c=141), said(3, c=100), said(4, c=140)]
        assert times(HOT, *readings) == [(0, 1), (4, None)]

    def test_it_concerns_one_rule_alone(self) -> None:
        assert times(HOT, said(0, c=140), cleared(1, "another")) == [(0, None)]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_rule_put_away_and_taken_up_again_goes_on_as_if_nothing_had_been(
    data: st.DataObject,
) -> None:
    kinds = [
        {**HOT, "for": "3m"},
        TestRate.WHEN,
        TestCount.WHEN,
        TestSilence.WHEN,
        {"kind": "deviation", "metric": "c"},
        {
            "kind": "all",
            "of": [HOT, {"kind": "any", "of": [LOW, {"kind": "error", "codes": ["*"]}]}],
        },
    ]
    judge = rule("r", when=data.draw(st.sampled_from(kinds)))
    entries = st.builds(
        lambda c, bar, error, quiet: (c, bar, error, quiet),
        st.floats(90, 150), st.floats(4, 9), st.booleans(), st.booleans(),
    )  # fmt: skip
    readings = [
        tick(m) if quiet else said(m, *(["E"] if error else []), c=c, bar=bar)
        for m, (c, bar, error, quiet) in enumerate(data.draw(st.lists(entries, max_size=40)))
    ]
    cut = data.draw(st.integers(0, len(readings)))
    first, _ = fold(Standing(), readings[:cut], [judge])
    memory = msgspec.json.decode(msgspec.json.encode(first.memory))
    kept = Standing(at=first.at, memory=memory)
    again, _ = fold(kept, readings[cut:], [judge])
    whole, _ = fold(Standing(), readings, [judge])
    assert again.memory == whole.memory


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"kind": "warp"}, "Invalid value 'warp' - at `$.rules[0].when.kind`"),
        ({"kind": "threshold", "metric": "m"}, "set either raise_above"),
        ({**HOT, "clear_below": 140}, "clear_below must not exceed raise_above"),
        ({**HOT, "clear_above": 140}, "clear_above contradicts raise_above"),
        ({**LOW, "clear_above": 5}, "clear_above must not be under raise_below"),
        ({**HOT, "raise_above": float("nan")}, "limits must be finite numbers"),
        ({**HOT, "raise_above": "130"}, "Expected `float | null`, got `str`"),
        ({**HOT, "for": "ten minutes"}, 'write "45s", "30m", "2h" or "7d"'),
        ({**HOT, "colour": "red"}, "unknown field `colour`"),
        (
            {"kind": "rate", "metric": "m", "raise_above": 1, "within": "0s"},
            "within must be longer",
        ),
        ({"kind": "usage", "counter": "c", "every": 0}, "Expected `float` > 0.0"),
        ({"kind": "usage", "counter": "c", "every": float("inf")}, "every must be a finite"),
        ({"kind": "silence", "at_least": "10s"}, "at_least must be 1m or more"),
        ({"kind": "silence", "at_most": "5m"}, "at_most must not be under at_least"),
        ({"kind": "count", "of": {"kind": "silence"}, "at_least": 2, "within": "1h"}, "silence"),
        ({"kind": "all", "of": [HOT]}, "length >= 2"),
        ({"kind": "deviation", "metric": "m", "raise_over": 3, "clear_under": 4}, "clear_under"),
    ],
)
def test_a_rule_that_nobody_can_follow_is_refused_with_the_fix(
    when: dict[str, Any], words: str
) -> None:
    said_ = {"tr": "a", "en": "b"}
    with pytest.raises(msgspec.ValidationError) as refused:
        model(rules=[{"name": "r", "severity": "info", "message": said_, "when": when}])
    assert words in str(refused.value)
    assert "$.rules[0]" in str(refused.value)


def test_conditions_nest_only_so_deep_and_names_are_given_once() -> None:
    when: dict[str, Any] = HOT
    for _ in range(5):
        when = {"kind": "all", "of": [when, LOW]}
    one = {"name": "r", "severity": "info", "message": {"tr": "a", "en": "b"}, "when": when}
    with pytest.raises(msgspec.ValidationError, match="nests more than 4 deep"):
        model(rules=[one])
    with pytest.raises(msgspec.ValidationError, match="two rules or plans are called 'r'"):
        model(rules=[{**one, "when": HOT}, {**one, "when": LOW}])
