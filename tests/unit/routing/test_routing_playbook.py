"""The playbook's teams and targets: what cannot be is refused where it stands, with the fix."""

import pytest

from chalicelib import playbook
from chalicelib.errors import PlaybookError
from chalicelib.playbook import PATH
from chalicelib.routing_checks import mistakes

TEXT = PATH.read_text(encoding="utf-8")
HEAD = TEXT[: TEXT.index("[[teams]]")]
TAIL = "\n".join(TEXT[TEXT.index("\nclose.en = ") + 1 :].splitlines()[1:])
"""The playbook without what this part adds to it."""


def load(sections: str) -> playbook.Playbook:
    return playbook.parse(f"{HEAD}\n{sections}\n{TAIL}", "prod")


def team(name: str, *more: str) -> str:
    return "\n".join(
        ["[[teams]]", f'id = "{name}"', f'name = {{ tr = "{name}", en = "A" }}', *more]
    )


CARE = team("care", "default = true")


def two(*more: str) -> str:
    """The default team, and another one of which this is said."""
    return "\n".join([CARE, team("x", *more)])


TARGETS = '[sla]\n[[sla.targets]]\nfirst_response = "4h"\n'


def test_all_of_it_may_be_left_out() -> None:
    bare = load("")
    assert (bare.teams, bare.tiers, bare.sla, bare.steps) == ((), (), None, None)


def test_the_playbook_that_comes_with_the_product_has_every_part() -> None:
    found = playbook.load("prod")
    assert [one.id for one in found.teams if one.default] == ["care"]
    assert found.sla is not None
    assert found.sla.target(urgent=True, team="gold") == found.sla.target(urgent=False, team="gold")
    assert found.steps is not None


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        (team("care"), ("teams.0", "no team is the default", "default = true")),
        (
            f"{CARE}\n{team('other', 'default = true')}",
            ("teams.1.default", "'care' is the default team already", "leave default out"),
        ),
        (f"{CARE}\n{team('care')}", ("teams.1.id", "two teams have the id 'care'")),
        (team("Care!", "default = true"), ("teams.0.id", "is no id")),
        (
            two('when = { categories = ["refnd"] }'),
            ("teams.1.when.categories", "'refnd' is none of the categories", "refund"),
        ),
        (
            two('when = { tiers = ["gold"] }'),
            ("teams.1.when.tiers", "there are no tiers"),
        ),
        (
            two('specialist_for = ["nothing"]'),
            ("teams.1.specialist_for", "none of the categories"),
        ),
        (
            two('hours = { monday = ["9-18"] }'),
            ("teams.1.hours", 'write "09:00"'),
        ),
        (two("hours = {}"), ("teams.1.hours", "never answers")),
        (two("capacity = 0"), ("teams.1", ">= 1")),
        ('[[tiers]]\nid = "gold"', ("tiers.0", "nobody can be of the tier")),
        (
            f'{TARGETS}team = "x"',
            ("sla.targets.0.team", "there is no team 'x'", "leave team out"),
        ),
        ('[sla]\n[[sla.targets]]\npriority = "high"', ("sla.targets.0", "no time is promised")),
        (
            f'{TARGETS}[[sla.targets]]\nnext_response = "1h"',
            ("sla.targets.1", "two targets are for the same"),
        ),
        (
            f'{TARGETS}warn_before = "4h"',
            ("sla.targets.0.warn_before", "no less than first_response (4h)"),
        ),
        (
            f'{TARGETS}warn_before = "1h"\nwarn_at = 50',
            ("sla.targets.0.warn_before", "warn_at says it already"),
        ),
        (f"{TARGETS}warn_at = 100", ("sla.targets", "<= 99")),
        (
            TARGETS.replace("[sla]", '[sla]\npause_while = ["lunch"]', 1),
            ("sla.pause_while", "lunch"),
        ),
        (
            f'{TARGETS}[sla.longer]\nby = "1h"\nat_most = 1\ntext.tr = "{{yarin}}"\ntext.en = "x"',
            ("sla.longer.text.tr", "{promised}"),
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_fix(
    sections: str, says: tuple[str, ...]
) -> None:
    with pytest.raises(PlaybookError) as refused:
        load(sections)
    for part in ("playbook.toml, line ", *says):
        assert part in str(refused.value)


def test_categories_need_something_that_knows_them() -> None:
    sections = two('when = { categories = ["refund"] }')
    teams = load(sections).teams
    (found,) = mistakes(teams, (), None, categories=None, hours={"monday": ("09:00-18:00",)})
    assert found[0] == ("teams", "1", "when", "categories")
    assert "there is no [triage]" in found[1]
