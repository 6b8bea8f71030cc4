"""Messages that have every word of a search: first those that may, by their kept words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.search.words import has, may_have, words
from chalicelib.store import entries, searching
from chalicelib.store.records import Entry
from chalicelib.store.searching import Found

MOST_READ = 300
READ = 100
"""How many messages are read in one call, and with one request."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for: words (the first is looked up), between which moments, before which
    place of the page before, of which customer ids (none: of all)."""

    words: tuple[str, ...]
    start: datetime
    end: datetime
    before: str
    family: tuple[str, ...] = ()

    def weeks(self) -> Iterator[datetime]:
        week = searching.week_of(self.end)
        while week + timedelta(days=7) > self.start:
            yield week
            week -= timedelta(days=7)

    def fits(self, found: Found) -> bool:
        """As far as can be told without the message."""
        there = self.start <= found.at < self.end and found.place < self.before
        return there and may_have(found.words, self.words)

    def has(self, entry: Entry) -> bool:
        text = f"{entry.details.get('subject', '')} {entry.text or ''}"
        ours = not self.family or entry.customer_id in self.family
        return ours and has(words(text), self.words)


def find(wanted: Search, *, limit: int) -> tuple[list[Entry], str | None]:
    """The messages, the latest first, and the cursor of the next page. Where few of many fit, a
    page may have less than `limit`, or none, and others follow."""
    shown: list[Entry] = []
    left = MOST_READ
    for chunk in _candidates(wanted):
        loaded = entries.get_entries([one.entry_key for one in chunk])
        for one in chunk:
            entry = loaded.get(one.entry_key)
            if entry is not None and wanted.has(entry):
                shown.append(entry)
            if len(shown) == limit:
                return shown, one.place
        left -= len(chunk)
        if left <= 0:
            return shown, chunk[-1].place
    return shown, None


def _candidates(wanted: Search) -> Iterator[list[Found]]:
    """What may fit, the latest first, in portions that one request reads."""
    for week in wanted.weeks():
        fitting = [one for one in searching.in_week(week, wanted.words[0]) if wanted.fits(one)]
        for start in range(0, len(fitting), READ):
            yield fitting[start : start + READ]
