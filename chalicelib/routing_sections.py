"""The playbook's `[[teams]]`, `[[tiers]]`, `[sla]` and `[steps]`: who answers, by when, and what is
said at each step. Pure.

What each name means is told beside it in `playbook.toml`; `routing_checks` says what cannot be.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from chalicelib.playbook_values import Day, Section, Words
from chalicelib.times import Span, WorkingHours, working_week

MOST_CAPACITY = 100
"""Open conversations of one person: nobody looks after more, and what is theirs is reread as one
when they leave."""

Names = Annotated[tuple[str, ...], msgspec.Meta(max_length=60)]
Capacity = Annotated[int, msgspec.Meta(ge=1, le=MOST_CAPACITY)]


class When(Section, frozen=True, kw_only=True):
    """What a team is for: whatever is named must fit, what isn't may be anything."""

    categories: Names = ()
    languages: Names = ()
    channels: Names = ()
    tiers: Names = ()


class Team(Section, frozen=True, kw_only=True):
    """People who answer together. `skills` are what one of them needs to get its conversations,
    `capacity` how many each may have open, `specialist_for` categories it takes over when a first
    answer did not help. `hours` are its own, by weekday, instead of the brand's."""

    id: str
    name: Words
    when: When = When()
    default: bool = False
    skills: Names = ()
    capacity: Capacity = 10
    specialist_for: Names = ()
    hours: dict[str, tuple[str, ...]] | None = None

    def open_hours(self, brand: WorkingHours) -> WorkingHours:
        """When somebody of it answers."""
        if self.hours is None:
            return brand
        return WorkingHours(zone=brand.zone, week=working_week(self.hours))


class Tier(Section, frozen=True, kw_only=True):
    """Customers who are treated alike: they have one of the `tags`, or spent so much (in the
    brand's currency), or ordered so often."""

    id: str
    tags: Names = ()
    spent_from: Annotated[int, msgspec.Meta(ge=1)] | None = None
    orders_from: Annotated[int, msgspec.Meta(ge=1)] | None = None

    def fits(self, *, tags: Sequence[str], spent: int, orders: int) -> bool:
        """`spent` is in hundredths of the currency."""
        return (
            bool(set(self.tags) & set(tags))
            or (self.spent_from is not None and spent >= self.spent_from * 100)
            or (self.orders_from is not None and orders >= self.orders_from)
        )


class Target(Section, frozen=True, kw_only=True):
    """How long an answer and a solution may take: of what is urgent (`priority` high), of one team,
    of both, or (neither named) of all others. The team is warned at `warn_at` percent of the time,
    or `warn_before` its end."""

    first_response: Span | None = None
    next_response: Span | None = None
    resolution: Span | None = None
    clock: Literal["business", "wall"] = "business"
    priority: Literal["high"] | None = None
    team: str | None = None
    warn_at: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None
    warn_before: Span | None = None

    @property
    def spans(self) -> Mapping[str, Span]:
        named = {name: getattr(self, name) for name in SPANS}
        return {name: span for name, span in named.items() if span is not None}


SPANS = ("first_response", "next_response", "resolution")


class Longer(Section, frozen=True, kw_only=True):
    """What a customer reads when the promised time has passed without an answer: a new time, `by`
    so much later, at most so many times in one wait."""

    by: Span
    at_most: Annotated[int, msgspec.Meta(ge=1, le=5)]
    text: Words


class Sla(Section, frozen=True, kw_only=True):
    """`pause_while` says when the time for a solution stands still: while it is the `customer`'s
    turn, while staff have put it off (`snoozed`)."""

    targets: Annotated[tuple[Target, ...], msgspec.Meta(min_length=1, max_length=100)]
    holidays: tuple[Day, ...] = ()
    pause_while: tuple[Literal["customer", "snoozed"], ...] = ("customer", "snoozed")
    longer: Longer | None = None

    def target(self, *, urgent: bool, team: str | None) -> Target | None:
        """The most particular one that fits: one of the team counts more than one of the urgency;
        None where nothing is promised."""
        fitting = [
            one
            for one in self.targets
            if one.team in (None, team) and (urgent or one.priority is None)
        ]
        return max(fitting, key=lambda one: (one.team is not None, one.priority is not None),
            default=None)  # fmt: skip


class Steps(Section, frozen=True, kw_only=True):
    """What is said at each of the five steps of a conversation."""

    greet: Words
    understand: Words
    agree: Words
    solve: Words
    close: Words

    def texts(self) -> Iterator[tuple[tuple[str, ...], Words, set[str]]]:
        """Every text, where it stands, and what may be filled in there."""
        for name in self.__struct_fields__:
            fills = {"name", "brand"} | ({"promised"} if name == "agree" else set())
            yield ("steps", name), getattr(self, name), fills


Teams = Annotated[tuple[Team, ...], msgspec.Meta(max_length=60)]
Tiers = Annotated[tuple[Tier, ...], msgspec.Meta(max_length=20)]


Text = tuple[tuple[str, ...], Words, set[str]]


def texts(sla: Sla | None, steps: Steps | None) -> Iterator[Text]:
    """Every text a customer may read, where it stands, and what may be filled in there."""
    if sla and sla.longer:
        yield ("sla", "longer", "text"), sla.longer.text, {"name", "brand", "promised"}
    if steps:
        yield from steps.texts()
