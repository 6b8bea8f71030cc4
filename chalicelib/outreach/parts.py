"""A text that is too long for one message, in parts that each fit. Pure."""

from chalicelib.channels.base import Outlet

_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", " ")
"""Where a text may be cut, the best first."""


def parts(text: str, outlet: Outlet) -> list[str]:
    """The text in runs of at most `outlet.longest`, as the channel measures it, cut between
    paragraphs, sentences or words where that is possible. Nothing but white space is lost."""
    found: list[str] = []
    left = text
    while outlet.measure(left) > outlet.longest:
        room = _room(left, outlet)
        cut = _cut(left, room)
        found.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return [part for part in [*found, left] if part] or [text]


def _room(text: str, outlet: Outlet) -> int:
    """How many characters of the text fit, found by halving: a channel may count in bytes."""
    low, high = 1, min(len(text), outlet.longest)
    while low < high:
        middle = (low + high + 1) // 2
        if outlet.measure(text[:middle]) <= outlet.longest:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, room: int) -> int:
    """Where to cut: at the best break in the second half of what fits, else at its very end."""
    for mark in _BREAKS:
        at = text.rfind(mark, room // 2, room)
        if at > 0:
            return at + len(mark.rstrip()) or at
    return room
