"""Whose a conversation should be: which team, and who of it. Pure.

The same facts always lead to the same choice, with the reason in words that can be kept.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chalicelib.clock import EARLIEST
from chalicelib.routing_sections import Team, Tier
from chalicelib.store.records import Customer
from chalicelib.store.routing_records import Agent

SECOND_TRY = frozenset({"not_helped", "repeat", "reopened"})
"""Reasons for which a person is asked after an answer that did not help."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is known of a conversation when somebody is to be found for it."""

    category: str | None = None
    language: str | None = None
    channel: str | None = None
    tier: str | None = None
    reason: str = ""
    critical: bool = False


@dataclass(frozen=True, kw_only=True)
class Choice:
    team: Team
    why: str


def tier_of(customer: Customer, tiers: Iterable[Tier]) -> str | None:
    """The first tier that the customer is of."""
    facts = {"tags": customer.tags, "spent": customer.spent, "orders": customer.orders}
    return next((tier.id for tier in tiers if tier.fits(**facts)), None)  # type: ignore[arg-type]


def choose_team(
    teams: Sequence[Team], asked: Asked, is_open: Callable[[Team], bool]
) -> Choice | None:
    """The team for it; None if there are no teams.

    Specialists of its category come first, where a first answer did not help or it is critical.
    Then counts how much of what a team is for was named, and then the playbook's order. A team that
    is closed now stands back behind the fitting ones that are open, the default team included.
    """
    if not teams:
        return None
    fitting = [(team, _why(team, asked)) for team in teams]
    known = [(team, why) for team, why in fitting if why is not None]
    if not known:  # an older playbook's: parsing refuses teams without a default
        known = [(teams[0], ["default"])]
    best, why = max(known, key=lambda one: (is_open(one[0]), *_rank(one[0], asked, one[1])))
    return Choice(team=best, why=", ".join(why))


def _rank(team: Team, asked: Asked, why: Sequence[str]) -> tuple[bool, int, bool]:
    # max keeps the first of equals, which is the playbook's order.
    return (_specialist(team, asked), len(why) if not team.default else 0, not team.default)


def _specialist(team: Team, asked: Asked) -> bool:
    again = asked.reason in SECOND_TRY or asked.critical
    return again and asked.category is not None and asked.category in team.specialist_for


def _why(team: Team, asked: Asked) -> list[str] | None:
    """What of the conversation the team is for; None if it isn't for it."""
    if _specialist(team, asked):
        return [f"specialist={asked.category}"]
    when = team.when
    named = (
        ("category", when.categories, asked.category),
        ("language", when.languages, asked.language),
        ("channel", when.channels, asked.channel),
        ("tier", when.tiers, asked.tier),
    )
    wanted = [(name, values, value) for name, values, value in named if values]
    if any(value not in values for _, values, value in wanted):
        return ["default"] if team.default else None
    found = [f"{name}={value}" for name, _, value in wanted]
    if found:
        return found
    # A team that names nothing but specialities is for those alone.
    return ["default"] if team.default else (None if team.specialist_for else ["any"])


WITHOUT_TEAM = 10
"""How many somebody may have open whose own limit and team nobody has named."""


def most(agent: Agent, team: Team | None) -> int:
    """How many conversations this agent may have open when one of this team's comes."""
    if agent.capacity is not None:
        return agent.capacity
    return team.capacity if team else WITHOUT_TEAM


def fits(agent: Agent, team: Team, language: str | None) -> bool:
    """Whether the agent is there, below capacity, and can answer it."""
    return (
        agent.presence == "online"
        and team.id in agent.teams
        and set(team.skills) <= set(agent.skills)
        and (not agent.languages or language is None or language in agent.languages)
        and agent.open < most(agent, team)
    )


def choose_agent(
    agents: Iterable[Agent],
    team: Team,
    language: str | None,
    *,
    prefer: str | None = None,
    avoid: str | None = None,
) -> Agent | None:
    """Who of the team gets it; None if nobody can just now.

    Whoever had it before (`prefer`) gets it again. Else it is who has the least of what they can
    take, then the fewest, then who has waited longest for one, then the first by id.
    """
    able = [one for one in agents if fits(one, team, language) and one.id != avoid]
    before = next((one for one in able if one.id == prefer), None)
    return before or min(able, key=lambda one: _load(one, team), default=None)


def _load(agent: Agent, team: Team) -> tuple[object, ...]:
    room = most(agent, team)
    return Fraction(agent.open, room), agent.open, agent.assigned_at or EARLIEST, agent.id
