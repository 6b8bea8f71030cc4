"""How a code is written, and read however somebody types it. Pure."""

import secrets
from collections.abc import Callable, Sequence

ALPHABET = "2346789CDFGHJKMNPQRTVWXY"
"""Neither 0 and O, 1, I and L, 5 and S, 8 and B nor 2 and Z together; no vowels, which make words.
"""

LENGTH = 10
"""24 to the power of 10: of a million valid codes, one guess in 63 million hits one."""

_GROUP = 5
_LETTERS = frozenset(ALPHABET)
_BETWEEN = frozenset(" \t\u00a0-_.\u2010\u2011\u2013\u2014")


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A code nobody can guess, such as "KV7P2-9XQ4M"."""
    return _grouped("".join(choose(ALPHABET) for _ in range(LENGTH)))


def reading(text: str) -> str | None:
    """The code that was meant, whatever its case and wherever spaces and dashes were put; None for
    what can't be one of ours: a shop's orders bear others, too."""
    letters = "".join(letter for letter in text.upper() if letter not in _BETWEEN)
    return _grouped(letters) if len(letters) == LENGTH and set(letters) <= _LETTERS else None


def _grouped(letters: str) -> str:
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"
