"""Which product a message is about, where it says so by naming an order. Pure.

A product is told only of an order that the message names, and only if that order has just one, or
the message names one of its several by its title. Everything else would be a guess.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAST_DIGITS = 3
_NAME = re.compile(r"(?<!\w)#?[A-Za-z0-9][A-Za-z0-9\-]{0,39}(?!\w)", re.ASCII)
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, kw_only=True)
class Bought:
    """An order of the customer's: the names it goes by, and its products as key → title."""

    names: Sequence[str]
    products: dict[str, str]


def candidates(text: str) -> frozenset[str]:
    """What in a text may be the name of an order: words with three digits or more, or after #."""
    found = (match[0] for match in _NAME.finditer(text[:_LONGEST_TEXT]))
    return frozenset(_bare(one) for one in found if _may_name(one))


def _may_name(word: str) -> bool:
    digits = sum(map(str.isdigit, word))
    return digits >= LEAST_DIGITS or (word.startswith("#") and digits > 0)


def product_named(text: str, orders: Sequence[Bought], fold: Callable[[str], str]) -> str | None:
    """The key of the one product that the text is about, None if it doesn't say."""
    said = candidates(text)
    named = [order for order in orders if said & {_bare(name) for name in order.names if name}]
    products = {key: title for order in named for key, title in order.products.items()}
    if len(products) == 1:
        return next(iter(products))
    words = f" {' '.join(fold(text).split())} "
    titled = [key for key, title in products.items() if title and fold(title).strip() in words]
    return titled[0] if len(titled) == 1 else None


def _bare(name: str) -> str:
    return name.lstrip("#").upper()
