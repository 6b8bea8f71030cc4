"""From counters to figures, with what can be said of how sure they are."""

import pytest

from chalicelib.consequences.counting import count
from chalicelib.metrics import rates
from chalicelib.metrics.definitions import FIGURES
from chalicelib.metrics.report import Totals, behaved, dimension, figures, share
from chalicelib.metrics.spread import channels, heat_map
from chalicelib.metrics.steps import COUNTED
from chalicelib.metrics.tally import part, plain
from chalicelib.reactions import REACTIONS


def test_nothing_counted_has_no_values_and_no_errors() -> None:
    found = figures(Totals([], "c:"))
    assert list(found) == list(FIGURES)
    for name, definition in FIGURES.items():
        assert found[name].value == (0 if definition.kind == "count" else None), name


def test_a_share_comes_with_bounds_that_narrow_with_more() -> None:
    few, many = share(8, 10), share(800, 1000)
    assert few.value == many.value == 0.8
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low < many.low < 0.8 < many.high < few.high
    # Wilson's interval of 8 in 10, as published tables have it.
    assert (round(few.low, 3), round(few.high, 3)) == (0.490, 0.943)


def test_nps_is_promoters_less_detractors_with_its_margin() -> None:
    value, low, high = rates.nps(60, 20, 20)
    assert value == pytest.approx(40)
    assert low < 40 < high
    # The usual margin is 1.96 × √(0.8 − 0.16) / √100 = 15.7 points.
    assert (high - low) / 2 == pytest.approx(15.7, abs=0.4)


def test_one_answer_says_little_of_nps() -> None:
    value, low, high = rates.nps(1, 0, 0)
    assert value == 100
    assert high - low > 50


def test_scores_are_told_apart_for_nps_and_csat() -> None:
    counted = {f"nps|c:email|{n}": 1 for n in range(11)}
    counted |= {"csat|c:email|5": 3, "csat|c:email|2": 1}
    found = figures(Totals([counted], "c:"))
    assert found["nps"].split == {"promoters": 2, "passives": 2, "detractors": 7}
    assert (found["csat"].value, found["csat"].mean) == (0.75, 4.25)


def test_what_customers_said_stands_beside_what_they_did() -> None:
    counted = {"csat|c:chat|5": 4, "csat_back|c:chat|5": 3, "csat_bought|c:chat|5": 1}
    best = behaved(Totals([counted], "c:"))[-1]
    assert (best.score, best.answers) == (5, 4)
    assert (best.came_back.value, best.ordered.value) == (0.75, 0.25)


def test_one_channel_is_counted_without_the_others() -> None:
    counted = {"open|c:email|09": 2, "open|c:chat|09": 5, "open|k:delivery|09": 7}
    assert Totals([counted], dimension("email", None)).sum("open") == 2
    assert Totals([counted], dimension(None, None)).sum("open") == 7
    assert Totals([counted], dimension(None, "delivery")).sum("open") == 7
    assert channels({"2026-11-23": counted}) == ["chat", "email"]


def test_the_heat_map_begins_on_monday() -> None:
    days = {"2026-11-23": {"in|c:chat|00": 1}, "2026-11-29": {"in|c:chat|23": 2}}
    week = heat_map(days, "c:", "in")
    assert (week[0][0], week[6][23], sum(map(sum, week))) == (1, 2, 3)


def test_names_that_would_break_a_counter_are_written_otherwise() -> None:
    for name in ("a|b", "a#b", "a.b[0]", "ş", "", "x" * 1000):
        assert not set("|#[]") & set(plain(name))
        assert part(f"open|k:{plain(name)}|09") == "K"


def test_every_event_that_figures_are_about_is_reacted_to() -> None:
    reacted = {kind for kind, following in REACTIONS.items() if count in following}
    assert reacted == set(COUNTED)


def test_every_source_named_in_a_definition_is_counted() -> None:
    known = {kind.__name__ for kind in COUNTED}
    for name, definition in FIGURES.items():
        for source in definition.source.split(", "):
            assert source.split(" ")[0] in known, name
