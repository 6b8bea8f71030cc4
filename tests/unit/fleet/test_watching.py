"""A device's state and alerts: the same from reports in any order, however often they come."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.rule import Rule, since_in
from chalicelib.fleet.state.device import WINDOW, AlertState, DeviceState, Reading, Standing
from chalicelib.fleet.state.folding import fold
from chalicelib.fleet.state.records import from_record, to_record
from chalicelib.fleet.state.watching import Observed, cleared, maintained, observe, ticked
from tests.support.fleet import planned, rule

T0 = datetime(2026, 11, 14, 8, 0, tzinfo=UTC)
HOT_WHEN = {"kind": "threshold", "metric": "boiler_c", "raise_above": 130, "clear_below": 120}
LOW_WHEN = {"kind": "threshold", "metric": "pressure_bar", "raise_below": 6, "clear_above": 8}
HOT = rule("hot", "critical", when=HOT_WHEN)
LOW = rule("low", "warning", when=LOW_WHEN)
DESCALE = rule("descale", "info", when={"kind": "usage", "counter": "brews", "every": 500})
RULES: tuple[Rule, ...] = (HOT, LOW, DESCALE)
NEW = DeviceState(device_id="bogaz-0042")


def at(minute: float) -> datetime:
    return T0 + timedelta(minutes=minute)


def report(minute: float, boiler: float | None = None, **more: float) -> Report:
    metrics = {name: value for name, value in more.items() if name != "brews"}
    if boiler is not None:
        metrics["boiler_c"] = boiler
    return Report(
        device_id="bogaz-0042",
        at=at(minute),
        received_at=at(minute),
        metrics={**metrics, "unwatched": 1.0},
        counters={"brews": more["brews"]} if "brews" in more else {},
        status="ready",
    )


def watch(*reports: Report, state: DeviceState = NEW, rules: Sequence[Rule] = RULES) -> Observed:
    """All reports observed; what is returned is the last one's."""
    seen = Observed(state=state)
    for one in reports:
        seen = observe(seen.state, one, rules)
    return seen


def spells(alerts: Sequence[AlertState]) -> list[tuple[str, datetime, datetime | None]]:
    return [(alert.rule, alert.raised_at, alert.cleared_at) for alert in alerts]


def without_ids(state: DeviceState) -> DeviceState:
    alerts = tuple(replace(alert, alert_id="") for alert in state.alerts)
    return replace(state, alerts=alerts, withdrawn=())


def assert_sound(before: DeviceState, seen: Observed) -> None:
    """What must hold after any step."""
    alerts = seen.state.alerts
    open_rules = [alert.rule for alert in alerts if alert.cleared_at is None]
    ids = [alert.alert_id for alert in alerts]
    known = {alert.alert_id for alert in before.alerts}
    assert len(set(open_rules)) == len(open_rules)
    assert len(set(ids)) == len(ids)
    assert not known & {alert.alert_id for alert in seen.raised}
    assert all(alert.cleared_at for alert in seen.cleared)
    assert len(seen.state.window) <= WINDOW
    assert seen.changed or seen.state is before


REPORTS = st.builds(
    lambda minute, boiler, bar, brews: report(minute, boiler, pressure_bar=bar, brews=brews),
    st.integers(0, 24),
    st.sampled_from([100.0, 119.0, 125.0, 131.0, 140.0]),
    st.sampled_from([5.0, 7.0, 9.0]),
    st.sampled_from([0.0, 10.0, 499.0, 500.0, 700.0, 1200.0]),
)


class TestAnyOrder:
    @settings(deadline=None)
    @given(st.data())
    def test_any_order_and_repetition_ends_the_same(self, data: st.DataObject) -> None:
        reports = data.draw(st.lists(REPORTS, min_size=1, max_size=12))
        again = data.draw(st.lists(st.sampled_from(reports), max_size=5))
        shuffled = data.draw(st.permutations(reports + again))
        assert without_ids(watch(*shuffled).state) == without_ids(watch(*reports).state)

    @settings(deadline=None, max_examples=15)
    @given(st.lists(REPORTS, min_size=70, max_size=70), st.randoms(use_true_random=False))
    def test_nor_past_the_window_if_late_by_less(self, reports: list[Report], random) -> None:  # type: ignore[no-untyped-def]
        in_order = [replace(one, at=at(minute)) for minute, one in enumerate(reports)]
        mixed: list[Report] = []
        for start in range(0, len(in_order), WINDOW // 2):
            block = in_order[start : start + WINDOW // 2]
            random.shuffle(block)
            mixed += block
        state = NEW
        for one in mixed:
            seen = observe(state, one, RULES)
            assert not seen.late
            assert_sound(state, seen)
            state = seen.state
        assert without_ids(state) == without_ids(watch(*in_order).state)

    @settings(deadline=None)
    @given(st.lists(REPORTS, min_size=1, max_size=45))
    def test_the_window_loses_nothing(self, reports: list[Report]) -> None:
        in_order = [replace(one, at=at(minute)) for minute, one in enumerate(reports)]
        readings = [
            Reading(at=one.at, metrics=one.metrics, counters=one.counters) for one in in_order
        ]
        standing, all_spells = fold(Standing(), readings, RULES)
        state = watch(*in_order).state
        start = state.base.at or at(-1)
        expected = [
            (spell.rule, spell.raised_at, spell.cleared_at)
            for spell in all_spells
            if spell.cleared_at is None or spell.cleared_at > start
        ]
        assert sorted(spells(state.alerts), key=str) == sorted(expected, key=str)
        assert state.baselines == standing.baselines

    @settings(deadline=None)
    @given(st.lists(REPORTS | st.integers(0, 24), min_size=1, max_size=14))
    def test_every_step_is_sound_and_stored(self, steps: list[Report | int]) -> None:
        state = NEW
        for step in steps:
            seen = (
                maintained(state, None, at(step), RULES)
                if isinstance(step, int)
                else observe(state, step, RULES)
            )
            assert_sound(state, seen)
            stored = json.loads(json.dumps(to_record(seen.state)))
            state = from_record(stored, state.device_id)
            assert state == seen.state
            assert to_record(state) == stored

    @settings(deadline=None)
    @given(st.data())
    def test_maintenance_too_takes_its_place_in_time(self, data: st.DataObject) -> None:
        reports = data.draw(st.lists(REPORTS, min_size=1, max_size=8))
        minute = data.draw(st.integers(0, 24))
        split = data.draw(st.integers(0, len(reports)))
        first = maintained(NEW, None, at(minute), RULES).state
        between = maintained(watch(*reports[:split]).state, None, at(minute), RULES).state
        one, other = watch(*reports, state=first), watch(*reports[split:], state=between)
        assert without_ids(one.state) == without_ids(other.state)

    def test_of_two_reports_of_one_moment_one_counts(self) -> None:
        cool, hot = report(1, 100), report(1, 140)
        assert cool.rank != hot.rank
        first, second = watch(cool, hot), watch(hot, cool)
        assert without_ids(first.state) == without_ids(second.state)
        assert {first.changed, second.changed} == {True, False}


EVERY_KIND: tuple[Rule, ...] = (
    rule("held", when={**HOT_WHEN, "for": "3m"}),
    rule("steps", "info", when=HOT_WHEN, steps=[
        {"severity": "critical", "when": {**HOT_WHEN, "raise_above": 135, "clear_below": 131}},
    ]),
    rule("rate", when={"kind": "rate", "metric": "boiler_c", "raise_above": 60, "within": "10m"}),
    rule("often", when={"kind": "count", "of": HOT_WHEN, "at_least": 3, "within": "8m"}),
    rule("silent", when={"kind": "silence", "factor": 2, "at_least": "2m"}),
    rule("odd", when={"kind": "deviation", "metric": "pressure_bar"}),
    rule("both", when={"kind": "all", "of": [HOT_WHEN, LOW_WHEN]}),
    rule("night", when=HOT_WHEN, active={"start": "11:10", "end": "11:15"}),
    planned("descale", counter="brews", every=500, every_days=1),
)  # fmt: skip


class TestEveryKindOfRule:
    @settings(deadline=None, max_examples=60)
    @given(st.data())
    def test_any_order_and_repetition_of_whatever_happens_ends_the_same(
        self, data: st.DataObject
    ) -> None:
        reports = data.draw(st.lists(REPORTS, min_size=1, max_size=14))
        again = data.draw(st.lists(st.sampled_from(reports), max_size=5))
        shuffled = data.draw(st.permutations(reports + again))
        one, other = (watch(*said, rules=EVERY_KIND) for said in (reports, shuffled))
        assert without_ids(one.state) == without_ids(other.state)

    @settings(deadline=None, max_examples=60)
    @given(st.lists(REPORTS | st.integers(0, 24), min_size=1, max_size=14))
    def test_every_step_is_sound_no_alert_is_raised_twice_and_all_of_it_is_stored(
        self, steps: list[Report | int]
    ) -> None:
        state, raised = NEW, set[str]()
        for number, step in enumerate(steps):
            if isinstance(step, int):
                kinds = (
                    lambda s, m: maintained(s, None, at(m), EVERY_KIND),
                    lambda s, m: ticked(s, at(m), EVERY_KIND),
                    lambda s, m: cleared(s, "steps", at(m), EVERY_KIND),
                )
                seen = kinds[number % 3](state, step)
            else:
                seen = observe(state, step, EVERY_KIND)
            assert_sound(state, seen)
            assert not raised & {alert.alert_id for alert in seen.raised}
            raised |= {alert.alert_id for alert in seen.raised}
            stored = json.loads(json.dumps(to_record(seen.state)))
            state = from_record(stored, state.device_id)
            assert state == seen.state
            assert to_record(state) == stored


class TestState:
    def test_the_newest_report_speaks(self) -> None:
        newest = replace(report(5, 125), firmware="2.4.1", errors=("E07",))
        state = watch(newest, report(3, 100)).state
        assert (state.at, state.metrics["boiler_c"]) == (at(5), 125)
        assert (state.firmware, state.errors, state.received_at) == ("2.4.1", ("E07",), at(5))
        assert [entry.at for entry in state.window] == [at(3), at(5)]
        assert "unwatched" in state.metrics
        assert "unwatched" not in state.window[0].metrics

    def test_a_repeat_changes_nothing(self) -> None:
        state = watch(report(1, 140)).state
        again = observe(state, replace(report(1, 140), received_at=at(9)), RULES)
        assert again == Observed(state=state)

    def test_older_than_the_window_is_left_out(self) -> None:
        state = watch(*(report(minute, 125) for minute in range(WINDOW + 3))).state
        assert (len(state.window), state.base.at) == (WINDOW, at(2))
        for minute in (-1, 2):
            assert watch(report(minute, 140), state=state) == Observed(state=state, late=True)
        assert watch(report(2.5, 140), state=state).raised

    def test_another_devices_report_is_refused(self) -> None:
        with pytest.raises(ValueError, match="bogaz-0042"):
            observe(DeviceState(device_id="other"), report(1), RULES)


class TestAlerts:
    def test_raised_once_cleared_once(self) -> None:
        hot = watch(report(1, 131))
        (alert,) = hot.raised
        assert (alert.rule, alert.severity, alert.raised_at) == ("hot", "critical", at(1))
        assert (alert.evidence, alert.cleared_at) == ({"boiler_c": 131}, None)
        hotter = watch(report(2, 150), state=hot.state)
        band = watch(report(3, 125), state=hotter.state)
        assert hotter.raised == band.raised == hotter.cleared == band.cleared == ()
        assert band.state.alerts == (alert,)
        cooled = watch(report(4, 119), state=band.state)
        assert cooled.cleared == (replace(alert, cleared_at=at(4)),)
        assert cooled.raised == cooled.moved == ()
        again = watch(report(5, 131), state=cooled.state)
        assert again.raised[0].alert_id != alert.alert_id

    def test_over_before_it_was_heard_of(self) -> None:
        seen = watch(report(3, 100), report(2, 140))
        assert seen.raised == seen.cleared == seen.state.alerts
        assert spells(seen.raised) == [("hot", at(2), at(3))]

    def test_an_earlier_start_keeps_the_id(self) -> None:
        first = watch(report(3, 131))
        moved = watch(report(2, 135), state=first.state)
        assert moved.raised == moved.cleared == ()
        assert spells(moved.moved) == [("hot", at(2), None)]
        assert moved.moved[0].alert_id == first.raised[0].alert_id
        assert moved.moved[0].evidence == {"boiler_c": 135}

    def test_an_earlier_end_is_a_move(self) -> None:
        state = watch(report(1, 131), report(5, 100)).state
        seen = watch(report(3, 100), state=state)
        assert spells(seen.moved) == [("hot", at(1), at(3))]
        assert seen.cleared == ()
        assert seen.moved[0].alert_id == state.alerts[0].alert_id

    def test_an_open_alert_goes_on_when_a_late_report_splits_it(self) -> None:
        first = watch(report(1, 131), report(3, 131))
        (known,) = first.state.alerts
        split = watch(report(2, 100), state=first.state)
        past, still = split.state.alerts
        assert spells(split.state.alerts) == [("hot", at(1), at(2)), ("hot", at(3), None)]
        assert still.alert_id == known.alert_id
        assert past.alert_id != known.alert_id
        assert split.raised == split.cleared == (past,)
        assert split.moved == (still,)

    def test_a_closed_one_moved_earlier_keeps_its_id(self) -> None:
        state = watch(report(3, 131), report(5, 100)).state
        seen = watch(report(1, 131), state=state)
        assert spells(seen.moved) == [("hot", at(1), at(5))]
        assert seen.moved[0].alert_id == state.alerts[0].alert_id

    def test_what_no_reading_supports_is_cleared(self) -> None:
        cool = report(1, 100)
        variants = (replace(report(1, 140), status=status) for status in "abcdefghij")
        hot = next(one for one in variants if one.rank < cool.rank)
        seen = watch(cool, state=watch(hot).state)
        assert spells(seen.cleared) == [("hot", at(1), at(1))]
        assert seen.raised == seen.moved == seen.state.alerts == ()

    def test_alerts_outlive_the_window_while_open(self) -> None:
        first = watch(report(0, 131))
        state = watch(*(report(m, 125) for m in range(1, 50)), state=first.state).state
        assert state.alerts == first.raised
        assert since_in(state.base.memory["hot"]) == at(0)
        cleared = watch(report(60, 100), state=state)
        assert spells(cleared.cleared) == [("hot", at(0), at(60))]
        gone = watch(*(report(m, 125) for m in range(61, 99)), state=cleared.state)
        assert gone.state.alerts == ()


class TestPlaybookChanges:
    def test_alerts_of_a_removed_rule_are_cleared(self) -> None:
        old = [report(0, 131, pressure_bar=5), *(report(m, 125) for m in range(1, 40))]
        for reports in (old[:1], old):
            state = watch(*reports).state
            assert len(state.alerts) == 2
            seen = watch(report(50, 140), state=state, rules=[LOW])
            assert spells(seen.cleared) == [("hot", at(0), at(50))]
            assert spells(seen.state.alerts) == [("low", at(0), None)]

    def test_a_new_limit_counts_for_the_window(self) -> None:
        stricter = rule("hot", when={**HOT_WHEN, "raise_above": 120, "clear_below": 110})
        seen = watch(report(2, 100), state=watch(report(1, 125)).state, rules=[stricter])
        assert spells(seen.raised) == [("hot", at(1), at(2))]


class TestUsage:
    def test_due_until_maintained(self) -> None:
        due = watch(report(1, brews=499), report(2, brews=500))
        assert due.raised[0].evidence == {"brews": 500, "brews.baseline": 0}
        assert watch(report(3, brews=501), state=due.state).raised == ()
        done = maintained(due.state, None, at(4), RULES)
        assert spells(done.cleared) == [("descale", at(2), at(4))]
        assert (done.state.baselines, done.state.maintained_at) == ({"brews": 500}, at(4))
        assert watch(report(5, brews=999), state=done.state).raised == ()
        assert watch(report(5, brews=1000), state=done.state).raised

    def test_with_counters_read_from_the_display(self) -> None:
        state = watch(report(1, brews=600)).state
        done = maintained(state, {"brews": 640}, at(4), RULES)
        assert (len(done.cleared), done.state.baselines) == (1, {"brews": 640})
        other = maintained(state, {"pump": 1}, at(4), RULES)
        assert other.cleared == ()

    def test_recorded_before_any_report(self) -> None:
        state = maintained(NEW, {"brews": 900}, at(0), RULES).state
        assert state.at is None
        assert watch(report(1, brews=1000), state=state).raised == ()

    def test_recorded_again_changes_nothing(self) -> None:
        state = maintained(watch(report(1, brews=600)).state, None, at(4), RULES).state
        state = watch(report(9, brews=700), state=state).state
        assert maintained(state, None, at(4), RULES) == Observed(state=state)
        assert maintained(state, None, at(3), RULES) == Observed(state=state)

    def test_recorded_late_it_takes_its_place(self) -> None:
        state = watch(report(1, brews=450), report(5, brews=510)).state
        done = maintained(state, None, at(2), RULES)
        assert (done.state.alerts, done.state.baselines) == ((), {"brews": 450})
        assert spells(done.cleared) == [("descale", at(5), at(5))]

    def test_from_before_the_window_it_counts_from_its_start(self) -> None:
        reports = [report(m, brews=600 + m) for m in range(WINDOW + 5)]
        done = maintained(watch(*reports).state, None, at(-500), RULES)
        assert spells(done.cleared) == [("descale", at(0), at(4))]
        assert done.state.baselines == {"brews": 604}
        assert done.state.maintained_at == at(-500)
        again = maintained(done.state, None, at(-400), RULES)
        assert again.state.baselines == {"brews": 604}

    def test_a_new_board_neither_cries_wolf_nor_falls_silent(self) -> None:
        state = maintained(watch(report(1, brews=5000)).state, None, at(2), RULES).state
        new_board = watch(report(3, brews=40), report(4, brews=41), state=state)
        assert new_board.raised == ()
        assert new_board.state.baselines == {"brews": 40}
        assert watch(report(5, brews=540), state=new_board.state).raised

    def test_a_glitch_to_zero_raises_nothing(self) -> None:
        state = maintained(watch(report(1, brews=5000)).state, None, at(2), RULES).state
        seen = watch(report(3, brews=0), report(4, brews=5001), state=state)
        assert (seen.state.baselines, seen.state.alerts) == ({"brews": 5000}, state.alerts)

    def test_a_rollback_neither_clears_nor_raises_again(self) -> None:
        due = watch(report(1, brews=501))
        back = watch(report(2, brews=498), report(3, brews=502), state=due.state)
        assert back.state.alerts == due.state.alerts


def test_an_id_held_by_a_moved_alert_is_not_given_twice() -> None:
    state = watch(report(1, 131), report(3, 131), report(2, 100)).state
    assert spells(state.alerts) == [("hot", at(1), at(2)), ("hot", at(3), None)]
    assert len({alert.alert_id for alert in state.alerts}) == 2
