"""Choosing: which team, and who of it; the same facts always lead to the same choice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.playbook_values import Words
from chalicelib.routing.choosing import (
    Asked,
    choose_agent,
    choose_team,
    fits,
    most,
    tier_of,
)
from chalicelib.routing_sections import Team, Tier, When
from chalicelib.store.records import Customer
from chalicelib.store.routing_records import Agent

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def team(name: str, **more: Any) -> Team:
    return Team(id=name, name=Words(tr=name, en=name), **more)


TEAMS = (
    team("care", default=True),
    team("orders", when=When(categories=("return", "refund")), specialist_for=("refund",)),
    team("english", when=When(languages=("en",), categories=("return",))),
    team("reviews", when=When(channels=("google",))),
    team("gold", when=When(tiers=("gold",))),
    team("experts", specialist_for=("warranty",)),
)


def chosen(is_open: Any = lambda _team: True, **asked: Any) -> tuple[str, str]:
    found = choose_team(TEAMS, Asked(**asked), is_open)
    assert found is not None
    return found.team.id, found.why


@pytest.mark.parametrize(
    ("asked", "name", "why"),
    [
        ({}, "care", "default"),
        ({"category": "invoice", "language": "tr"}, "care", "default"),
        ({"category": "return", "language": "tr"}, "orders", "category=return"),
        ({"category": "return", "language": "en"}, "english", "category=return, language=en"),
        ({"channel": "google"}, "reviews", "channel=google"),
        ({"tier": "gold"}, "gold", "tier=gold"),
        ({"category": "warranty"}, "care", "default"),
        ({"category": "warranty", "reason": "not_helped"}, "experts", "specialist=warranty"),
        ({"category": "warranty", "critical": True}, "experts", "specialist=warranty"),
    ],
)
def test_a_team_is_chosen_by_how_much_of_it_fits(
    asked: dict[str, Any], name: str, why: str
) -> None:
    assert chosen(**asked) == (name, why)


def test_of_teams_that_fit_as_well_the_playbooks_first_is_taken() -> None:
    assert chosen(category="return", tier="gold")[0] == "orders"


def test_a_closed_team_stands_back_behind_an_open_one() -> None:
    assert chosen(lambda one: one.id != "orders", category="refund")[0] == "care"
    assert chosen(lambda _one: False, category="refund")[0] == "orders"


def test_without_teams_there_is_none_to_choose() -> None:
    assert choose_team((), Asked(), lambda _team: True) is None


def test_a_customer_is_of_the_first_tier_that_fits() -> None:
    tiers = (
        Tier(id="gold", tags=("vip",), spent_from=100),
        Tier(id="silver", orders_from=3),
    )

    def of(**facts: Any) -> str | None:
        return tier_of(Customer(id="c", created_at=AT, **facts), tiers)

    assert of() is None
    assert of(tags=("vip",)) == "gold"
    assert of(spent=99_99) is None
    assert of(spent=100_00) == "gold"
    assert of(orders=3) == "silver"


def agent(name: str, **more: Any) -> Agent:
    return Agent(**({"id": name, "name": name, "teams": ("care",), "presence": "online"} | more))


CARE = team("care", capacity=4, skills=("chat",))


@pytest.mark.parametrize(
    "why_not",
    [
        {"presence": "away"},
        {"presence": "offline"},
        {"teams": ("orders",)},
        {"skills": ()},
        {"languages": ("en",)},
        {"open": 4},
        {"capacity": 1, "open": 1},
    ],
)
def test_who_is_not_able_gets_nothing(why_not: dict[str, Any]) -> None:
    able = agent("a", skills=("chat", "phone"), languages=("tr", "en"))
    assert fits(able, CARE, "tr")
    assert choose_agent([agent("a", **{"skills": ("chat",), **why_not})], CARE, "tr") is None


def test_the_least_loaded_gets_it_and_ties_go_to_who_waited_longest() -> None:
    team_ = team("care", capacity=4)
    one = agent("a", open=2)
    big = agent("b", open=3, capacity=12)
    assert choose_agent([one, big], team_, "tr") == big
    early, late = agent("z", assigned_at=AT), agent("a", assigned_at=AT + timedelta(hours=1))
    assert choose_agent([late, early], team_, None) == early
    assert choose_agent([agent("b"), agent("a")], team_, None) == agent("a")


def test_whoever_had_it_before_gets_it_again_if_they_can() -> None:
    team_ = team("care", capacity=4)
    one, other = agent("a"), agent("b", open=3)
    assert choose_agent([one, other], team_, None, prefer="b") == other
    assert choose_agent([one, other], team_, None, prefer="b", avoid="b") == one
    assert choose_agent([one, agent("b", open=4)], team_, None, prefer="b") == one


agents_ = st.builds(
    agent,
    st.text("abcdef", min_size=1, max_size=3),
    open=st.integers(0, 6),
    capacity=st.none() | st.integers(1, 6),
    presence=st.sampled_from(["online", "away", "offline"]),
    languages=st.sampled_from([(), ("tr",), ("en",)]),
)


@given(st.lists(agents_, unique_by=lambda one: one.id), st.randoms())
def test_the_choice_is_able_and_whatever_order_they_come_in_the_same(
    everyone: list[Agent], chance: Any
) -> None:
    team_ = team("care", capacity=5)
    choice = choose_agent(everyone, team_, "tr")
    shuffled = list(everyone)
    chance.shuffle(shuffled)
    assert choose_agent(shuffled, team_, "tr") == choice
    if choice is None:
        assert not any(fits(one, team_, "tr") for one in everyone)
    else:
        assert fits(choice, team_, "tr")
        assert choice.open < most(choice, team_)
