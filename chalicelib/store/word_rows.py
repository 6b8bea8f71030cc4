"""Where words lie: a small item for each kept word of a line, by week and first letters.

A search for the beginning of a word is one query for each week; what it costs does not grow with
the history. One item more remembers the words of a line, so that they can be taken away, and one
that it was taken back (see `searching`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.ids import stable_id
from chalicelib.store import keys
from chalicelib.store.models_staff import WordItem
from chalicelib.store.table import Key, translated

LETTERS = 3
"""By so many letters at the beginning of a word words share a partition."""

MOST_ROWS = 300
"""How many lines of one week are looked through for a word."""

BEHIND = "~"
"""Between a word and its time: behind all letters, so that of words with one beginning the very
word comes first when the latest are read first."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A line that has a word, and all of its kept words."""

    entry_key: str
    at: datetime
    words: tuple[str, ...]

    @property
    def place(self) -> str:
        """Sorts as time does."""
        return keys.moment(self.at, stable_id("e", self.entry_key))


@dataclass(frozen=True, kw_only=True)
class Place:
    """One word of a line, at the line's time."""

    at: datetime
    word: str


def week_of(at: datetime) -> datetime:
    """The Monday, 00:00 UTC, of its week."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=at.weekday())


def in_week(week: datetime, beginning: str) -> list[Found]:
    """Lines of a week with a word that begins so, the latest first. Where there are more than are
    looked through, those with that very word come before others, and of them the latest."""
    with translated():
        rows = WordItem.query(
            _partition(week, beginning),
            WordItem.sk.startswith(beginning),
            scan_index_forward=False,
            limit=MOST_ROWS,
            page_size=MOST_ROWS,
        )
        found = {
            one.entry_key: Found(entry_key=one.entry_key, at=one.at, words=tuple(one.words))
            for one in rows
        }
    return sorted(found.values(), key=lambda one: one.place, reverse=True)


def row(place: Place, entry_key: str, words: Collection[str] = ()) -> WordItem:
    """The item of one word; of one that is to go its keys are enough."""
    where = keys.moment(place.at, stable_id("e", entry_key))
    pk = _partition(week_of(place.at), place.word)
    return WordItem(
        pk, f"{place.word}{BEHIND}{where}", entry_key=entry_key, at=place.at, words=words
    )


def places(known: WordItem) -> frozenset[Place]:
    """What is remembered of a line."""
    return frozenset(Place(at=known.at, word=word) for word in known.words)


def memory(entry_key: str) -> Key:
    """Of the item that remembers the words of a line."""
    return keys.entry(entry_key)[0], "WORDS"


def taken_back(entry_key: str) -> Key:
    """Of the item that says that a line was taken back."""
    return keys.entry(entry_key)[0], "TAKEN_BACK"


def _partition(week: datetime, word: str) -> str:
    return f"WORD#{week:%Y-%m-%d}#{word[:LETTERS]}"
