"""What a page of erasing works with, and what it comes to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.consequences.hands import Hands
from chalicelib.store.erasure_records import Erasure

PAGE = 50
"""How much is taken away in one go: a second's work, as ten messages share a worker's half minute.
"""

AT_ONCE = timedelta(0)
SOON = timedelta(seconds=5)
"""After which an index shows no more what is gone."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Something was found: the erasure as it is now, and after which rest to look again."""

    erasure: Erasure
    rest: timedelta = AT_ONCE


Taker = Callable[[Erasure, str, Hands], Taken | None]
"""Takes away a page of one kind of what is kept under one id; None if nothing is. May be cut off
anywhere, and called again with the same."""
