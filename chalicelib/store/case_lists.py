"""Queues: conversations of one status by the time they began, all of them or some.

Whose a conversation is stands in its key, so a team's or a person's queue costs what is in it and
a thousand of the others' keys a request. For anything else conversations are read and looked at, a
bounded number of them in one call.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.store import places
from chalicelib.store.conversations import from_item
from chalicelib.store.models import Item
from chalicelib.store.records import Conversation
from chalicelib.store.table import get_many, translated

MOST_KEYS = 5_000
KEYS = 1_000
"""How many places are looked through in one call, and with one request."""

MOST_READ = 500
READ = 100
"""How many conversations are read in one call, and with one request."""

Fits = Callable[[Conversation], bool]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which conversations: a team's, a person's ("-": nobody's, None: anybody's), and those of
    which `fits` holds."""

    team: str | None = None
    assignee: str | None = None
    fits: Fits | None = None

    @property
    def narrow(self) -> bool:
        return self.team is not None or self.assignee is not None


def listed(
    status: str, wanted: Wanted, *, limit: int, after: str | None = None
) -> tuple[list[Conversation], str | None]:
    """Conversations of this status that are wanted, oldest first, and the cursor of the next page.

    Where few fit, a page may have less than `limit`, or none, and others follow.
    """
    fits = _fitting(wanted)
    found: list[Conversation] = []
    left = MOST_READ
    for rows, last in _pages(status, wanted, limit, after):
        for chunk in _chunks(rows, READ):
            loaded = get_many(((row.pk, row.sk) for row in chunk), consistent=False)
            for row in chunk:
                case = _case(loaded.get((row.pk, row.sk)))
                if case is not None and case.status == status and fits(case):
                    found.append(case)
                if len(found) == limit:
                    return found, places.after(row.gsi2sk or "")
            left -= len(chunk)
            if left <= 0:
                return found, places.after(chunk[-1].gsi2sk or "")
        if last is None:
            return found, None
        after = last
    return found, after


def _pages(
    status: str, wanted: Wanted, limit: int, after: str | None
) -> Iterator[tuple[list[Item], str | None]]:
    """Rows that may be wanted, and the cursor behind the page they are from (None: the last)."""
    theirs = places.theirs(wanted.team, wanted.assignee)
    size = KEYS if wanted.narrow else READ if wanted.fits else limit
    for _ in range(MOST_KEYS // KEYS):
        bound = Item.gsi2sk > after if after else None
        with translated():
            rows = list(Item.listing.query(f"V#{status}", bound, limit=size, page_size=size))
        after = places.after(rows[-1].gsi2sk or "") if len(rows) == size else None
        yield [row for row in rows if theirs(row.gsi2sk or "")], after
        if after is None:
            return


def _fitting(wanted: Wanted) -> Fits:
    """What is asked of a conversation once it is read: its key may be a moment behind."""

    def fits(case: Conversation) -> bool:
        return (
            wanted.team in (None, case.team or places.NOBODY)
            and wanted.assignee in (None, case.assignee or places.NOBODY)
            and (wanted.fits is None or wanted.fits(case))
        )

    return fits


def _case(row: Item | None) -> Conversation | None:
    return from_item(row) if row is not None else None


def _chunks(rows: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
