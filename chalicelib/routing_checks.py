"""What types let through and still cannot be in `[[teams]]`, `[[tiers]]` and `[sla]`. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.routing_sections import SPANS, Sla, Team, Tier
from chalicelib.times import working_week

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

Mistake = tuple[tuple[str, ...], str]
"""Where it stands in the playbook, and the problem with its fix."""


def mistakes(
    teams: Sequence[Team],
    tiers: Sequence[Tier],
    sla: Sla | None,
    *,
    categories: Sequence[str] | None,
    hours: Mapping[str, Sequence[str]],
) -> Iterator[Mistake]:
    """What the types alone can't see. `categories` are triage's (None: there is no triage)."""
    yield from _named_badly("tiers", [one.id for one in tiers])
    for number, tier in enumerate(tiers):
        if not tier.tags and tier.spent_from is None and tier.orders_from is None:
            write = "write tags, spent_from or orders_from"
            yield ("tiers", str(number)), f"nobody can be of the tier {tier.id!r}: {write}"
    yield from _named_badly("teams", [one.id for one in teams])
    yield from _defaults(teams)
    known: Mapping[str, Sequence[str] | None] = {
        "categories": categories,
        "languages": ("tr", "en"),
        "tiers": [one.id for one in tiers],
    }
    for number, team in enumerate(teams):
        for place, problem in _of_team(team, known):
            yield ("teams", str(number), *place), problem
    if sla is not None:
        yield from _of_sla(sla, [one.id for one in teams], _any_hours(hours))


def _named_badly(table: str, ids: Sequence[str]) -> Iterator[Mistake]:
    for number, name in enumerate(ids):
        if not _ID.fullmatch(name):
            write = 'write 1 to 40 small letters, digits, dashes and underscores, e.g. "returns"'
            yield (table, str(number), "id"), f"{name[:60]!r} is no id: {write}"
        elif name in ids[:number]:
            what = table.removesuffix("s")
            yield (table, str(number), "id"), f"two {what}s have the id {name!r}: rename one"


def _defaults(teams: Sequence[Team]) -> Iterator[Mistake]:
    default = [number for number, team in enumerate(teams) if team.default]
    if teams and not default:
        fix = "write default = true in the one that takes what fits no other"
        yield ("teams", "0"), f"no team is the default: {fix}"
    for number in default[1:]:
        first = teams[default[0]].id
        yield (
            ("teams", str(number), "default"),
            f"{first!r} is the default team already: leave default out of all teams but one",
        )


def _of_team(team: Team, known: Mapping[str, Sequence[str] | None]) -> Iterator[Mistake]:
    named: dict[tuple[str, ...], Sequence[str]] = {
        ("when", name): getattr(team.when, name) for name in known
    }
    named["specialist_for",] = team.specialist_for
    for place, values in named.items():
        kind = place[-1] if place[-1] in known else "categories"
        allowed = known[kind]
        for value in values:
            if allowed is None:
                yield place, f"there is no [triage] to know categories from: leave {place[-1]} out"
                break
            if value not in allowed:
                write = ", ".join(allowed) or f"leave it out, as there are no {kind}"
                yield place, f"{value!r} is none of the {kind}: write some of {write}"
    if team.hours is not None:
        try:
            if not any(working_week(team.hours).values()):
                yield ("hours",), "the team never answers: write some hours, or leave hours out"
        except ValueError as error:
            yield ("hours",), str(error)


def _of_sla(sla: Sla, teams: Sequence[str], open_ever: bool) -> Iterator[Mistake]:
    seen: set[tuple[str | None, str | None]] = set()
    for number, target in enumerate(sla.targets):
        place = ("sla", "targets", str(number))
        if target.team is not None and target.team not in teams:
            write = f"write one of {', '.join(teams)}" if teams else "leave team out"
            yield (*place, "team"), f"there is no team {target.team!r}: {write}"
        if not target.spans:
            yield place, f"no time is promised: write some of {', '.join(SPANS)}"
        if (target.team, target.priority) in seen:
            yield place, "two targets are for the same: make one of them, or name another team"
        seen.add((target.team, target.priority))
        if target.warn_at is not None and target.warn_before is not None:
            yield (*place, "warn_before"), "warn_at says it already: leave one of them out"
        for name, span in target.spans.items():
            if not span:
                yield (*place, name), 'no time at all: write e.g. "4h"'
            elif target.warn_before is not None and target.warn_before >= span:
                yield (
                    (*place, "warn_before"),
                    f"it is no less than {name} ({span.text}): write a shorter time",
                )
        if target.clock == "business" and not open_ever and target.team is None:
            fix = 'write clock = "wall", or hours in [working_hours]'
            yield (*place, "clock"), f"the brand never answers: {fix}"
    if sla.longer is not None and not sla.longer.by:
        yield ("sla", "longer", "by"), 'no time at all: write e.g. "2h"'


def _any_hours(hours: Mapping[str, Sequence[str]]) -> bool:
    return any(hours.values())
