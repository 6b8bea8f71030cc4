"""Whom of the staff a note names: @ada, @Ada Yılmaz. Pure.

An agent is named by their id, their name, or their first name where nobody else has it. The longest
name that stands there counts. Whatever else follows an @ is text: nobody is called so.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from chalicelib.store.routing_records import Agent

MOST = 20
"""That one note may name; who is named after them is text."""

LOOKED_AT = 200
"""Signs in one note: what has more is no note to somebody."""

_AT = re.compile(r"(?<![\w.@+-])@(?=\w)")
_FOLDS = str.maketrans({"İ": "i", "I": "i", "ı": "i", "Ş": "s", "ş": "s", "Ğ": "g", "ğ": "g",
    "Ç": "c", "ç": "c", "Ö": "o", "ö": "o", "Ü": "u", "ü": "u"})  # fmt: skip
_FOLLOWS = re.compile(r"[\w@]|[.-]\w")


def folded(text: str) -> str:
    """As names are compared: neither case nor Turkish letters tell two apart. As long as it was."""
    return text.translate(_FOLDS).lower()


def names(agents: Iterable[Agent]) -> dict[str, str]:
    """By which names agents can be called, folded, and the id of each."""
    known = sorted(agents, key=lambda one: one.id)
    full = Counter(folded(one.name) for one in known)
    first = Counter(_first(one) for one in known)
    found = {_first(one): one.id for one in known if first[_first(one)] == 1}
    found |= {folded(one.name): one.id for one in known if full[folded(one.name)] == 1}
    return found | {folded(one.id): one.id for one in known}


def _first(agent: Agent) -> str:
    return folded(agent.name).partition(" ")[0]


def mentioned(text: str, called: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of those whom a text names, in its order, each once; `called` is what `names`
    found."""
    plain = folded(text)
    longest = sorted(called, key=len, reverse=True)
    found: dict[str, None] = {}
    for at in islice(_AT.finditer(plain), LOOKED_AT):
        name = next((one for one in longest if _stands(plain, at.end(), one)), None)
        if name is not None:
            found[called[name]] = None
    return tuple(found)[:MOST]


def _stands(text: str, at: int, name: str) -> bool:
    return bool(name) and text.startswith(name, at) and not _FOLLOWS.match(text, at + len(name))


def unknown(wanted: Sequence[str], called: Mapping[str, str]) -> str | None:
    """The first of these names that nobody has."""
    return next((one for one in wanted if folded(one) not in called), None)
