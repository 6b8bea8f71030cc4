"""The playbook's `[self_service]`: when articles answer by themselves, and what is said then. Pure.

What each name means is told beside it in `playbook.toml`.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from chalicelib.playbook_values import LOCALES, Section, Words
from chalicelib.times import Span

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

MOST_OFFERS = 5
"""A choice with "none of these" still fits where a platform shows a list."""
MOST_ATTEMPTS = 5
MOST_CONTACTS = 20
"""Contacts about one thing that are remembered of a customer."""


class HandedOffWords(Section, frozen=True, kw_only=True):
    open: Words
    closed: Words


class SelfService(Section, frozen=True, kw_only=True):
    confident: Share = 0.62
    close: Share = 0.3
    lead: Share = 0.1
    offers: Annotated[int, msgspec.Meta(ge=1, le=MOST_OFFERS)] = 3
    attempts: Annotated[int, msgspec.Meta(ge=1, le=MOST_ATTEMPTS)] = 3
    answer_within: Span = Span(days=3)
    greeting_wait: Span = Span(minutes=5)
    closes_after: Span = Span(hours=4)
    silence: Span = Span(days=1)
    repeats: Annotated[int, msgspec.Meta(ge=2, le=MOST_CONTACTS)] = 3
    repeats_within: Span = Span(days=30)
    answer: Words
    offer: Words
    none_of_these: Words
    yes: Words
    no: Words
    handed_off: HandedOffWords

    def texts(self) -> Iterator[tuple[tuple[str, ...], Words, set[str]]]:
        """Every text, where it stands, and what may be filled in there."""
        said = {"name", "brand"}
        yield ("self_service", "answer"), self.answer, said | {"title", "body", "yes", "no"}
        yield ("self_service", "offer"), self.offer, said | {"options"}
        for name in ("none_of_these", "yes", "no"):
            yield ("self_service", name), getattr(self, name), set()
        yield ("self_service", "handed_off", "open"), self.handed_off.open, said | {"opens"}
        yield ("self_service", "handed_off", "closed"), self.handed_off.closed, said | {"opens"}


Mistake = tuple[tuple[str, ...], str]
"""Where it stands in the playbook, and the problem with its fix."""

NEEDED = {"answer": ("body",), "offer": ("options",)}
"""What a text is nothing without."""

LONGEST_BUTTON = 20
"""Characters of a button, on the platform that shows the fewest."""


def mistakes(section: SelfService | None) -> Iterator[Mistake]:
    """What the types alone can't see."""
    if section is None:
        return
    if section.close > section.confident:
        yield ("self_service", "close"), "close must not be more than confident"
    for locale in LOCALES:
        for name, needed in NEEDED.items():
            text = getattr(section, name).in_(locale)
            for fill in needed:
                if f"{{{fill}}}" not in text:
                    fix = f"write {{{fill}}} where it goes"
                    yield ("self_service", name, locale), f"the {fill} is not in the text: {fix}"
        for name in ("yes", "no"):
            if not 0 < len(getattr(section, name).in_(locale)) <= LONGEST_BUTTON:
                fix = f"write 1 to {LONGEST_BUTTON} characters: it stands on a button"
                yield ("self_service", name, locale), fix
        if section.yes.in_(locale) == section.no.in_(locale):
            yield ("self_service", "no", locale), "it says the same as yes: write another word"
