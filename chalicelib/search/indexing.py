"""Index: let a line be found by its words as they are now, and by no others.

It is read again after its words are laid down, so whoever changes or erases it meanwhile is not
overtaken: either they see the words and take them away, or this does.
"""

from datetime import datetime, timedelta

from chalicelib.errors import Contention
from chalicelib.search.sources import words_of
from chalicelib.store import searching
from chalicelib.store.word_rows import Place

ATTEMPTS = 5


def index(entry_key: str, *, keep: timedelta, now: datetime) -> None:
    """Repeating it changes nothing. Three requests for a line that has words; one for a line that
    has none, or is older than `keep`. Raises Contention if it keeps changing."""
    laid: frozenset[Place] | None = None
    for _ in range(ATTEMPTS):
        seen = searching.look(entry_key)
        wanted = frozenset[Place]()
        if seen.entry is not None and not seen.barred and seen.entry.at + keep > now:
            at = seen.entry.at
            wanted = frozenset(Place(at=at, word=word) for word in words_of(seen.entry))
        if seen.places == wanted and (laid or frozenset()) == wanted:
            return
        stale = (seen.places | (laid or frozenset())) - wanted
        searching.lay(entry_key, wanted, stale=stale, keep=keep)
        laid = wanted
    raise Contention(f"the words of {entry_key} could not be kept: it keeps changing")
