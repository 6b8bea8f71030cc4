"""The library: all published articles in the memory of one function, read again when they change.

A change shows within `LOOK_SECONDS` in every function that is running, and at once where a question
found no sure answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.selfservice.index import Analyse, Index
from chalicelib.store import articles

LOOK_SECONDS = 30.0
SOONEST_SECONDS = 1.0
"""Within which nobody looks twice."""


@dataclass
class _Shelved:
    looked_at: float = 0.0
    revision: int = -1
    index: Index | None = None


@dataclass(frozen=True, kw_only=True)
class Library:
    """Gives the index. `monotonic` tells seconds; `analyse` turns texts into terms."""

    analyse: Analyse
    monotonic: Callable[[], float]
    _shelved: _Shelved = field(default_factory=_Shelved)

    @property
    def index(self) -> Index:
        """The present index: at most one small read every half minute, all articles only when one
        of them has changed. Raises Unavailable."""
        return self._known_for(LOOK_SECONDS)

    @property
    def latest(self) -> Index:
        """The same, as it was a second ago at most: for a question that nothing answers for
        sure, perhaps an article has just been written. Raises Unavailable."""
        return self._known_for(SOONEST_SECONDS)

    def _known_for(self, seconds: float) -> Index:
        kept, now = self._shelved, self.monotonic()
        if kept.index is not None and now - kept.looked_at < seconds:
            return kept.index
        revision = articles.revision()
        if kept.index is None or revision != kept.revision:
            # Counted before it is read: what changes in between is seen at the next look.
            kept.index, kept.revision = Index(articles.every(), self.analyse), revision
        kept.looked_at = now
        return kept.index
