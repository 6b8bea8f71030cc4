"""What a brand says of its customers' messages: categories, and words that mean something. Pure."""

import re
from typing import Annotated

import msgspec

from chalicelib.device_limits import Severity
from chalicelib.playbook_values import Section, Words

Keyword = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
CategoryId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Keywords = Annotated[tuple[Keyword, ...], msgspec.Meta(max_length=100)]

_LETTERS = re.compile(r"[^\W\d_]")
_COMMON = "ve ile bir bu da de mi ne ki the and for you your with this that not are was have"
_EVERYWHERE = frozenset(_COMMON.split())
FEWEST_LETTERS = 3


class Category(Section, frozen=True, kw_only=True):
    """What messages may be about. `severity` is how grave such a message is as a rule; `keywords`
    say so by themselves, whatever the classifier has learned."""

    id: CategoryId
    title: Words
    severity: Severity = "info"
    keywords: Keywords = ()

    def __post_init__(self) -> None:
        check(f"category {self.id!r}", self.keywords)


class Triage(Section, frozen=True, kw_only=True):
    """How messages are understood. `sure` is how likely the classifier's category must be for it to
    count. The lists are words and phrases, in either language, however they are typed: `urgent` and
    `critical` (harm) make a message graver, `human` asks for a person, `negative` and `positive`
    tell its mood."""

    categories: Annotated[tuple[Category, ...], msgspec.Meta(min_length=1, max_length=60)]
    sure: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.5
    urgent: Keywords = ()
    critical: Keywords = ()
    human: Keywords = ()
    negative: Keywords = ()
    positive: Keywords = ()

    def __post_init__(self) -> None:
        for name in ("urgent", "critical", "human", "negative", "positive"):
            check(name, getattr(self, name))
        names = [category.id for category in self.categories]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise ValueError(f"two categories are called {name!r}: rename one")

    def named(self, category_id: str) -> Category | None:
        return next((one for one in self.categories if one.id == category_id), None)


def check(where: str, keywords: tuple[str, ...]) -> None:
    """Raises ValueError for a keyword that would match nearly everything."""
    for keyword in keywords:
        short = len(_LETTERS.findall(keyword)) < FEWEST_LETTERS
        symbol = not _LETTERS.search(keyword) and not keyword.isascii()  # an emoji is no accident
        if (short and not symbol) or keyword.lower() in _EVERYWHERE:
            raise ValueError(
                f"{where}: the keyword {keyword!r} would match nearly every message: "
                "write a longer word or a phrase"
            )
