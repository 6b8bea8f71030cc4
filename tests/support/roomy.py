"""Room for deep calls. CPython keeps the frames of its calls in pieces of 16 kB, which it asks the
system for, and gives back, one by one: where the calls of a busy loop happen to cross the end of a
piece, that is done for each of them, hundreds of thousands of times. It was a fifth of the tests'
time. A call with very many local names gets a piece of its own size, and those beneath it the rest.
"""

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

NAMES = 40_000
"""Eight bytes each, rounded up to half a megabyte, of which a third is left for calls beneath."""


def _made() -> Callable[[Callable[[], Any]], Any]:
    names = " = ".join(f"n{number}" for number in range(NAMES))
    space: dict[str, Any] = {}
    exec(f"def roomy(call):\n if call is None:\n  {names} = None\n return call()", space)
    made: Callable[[Callable[[], Any]], Any] = space["roomy"]
    return made


_roomy = _made()


def roomy(call: Callable[[], T]) -> T:
    """What the call returns, with room beneath it."""
    returned: T = _roomy(call)
    return returned
