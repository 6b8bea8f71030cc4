"""Lines that have every word of a search: first those that may, by their kept words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.inbox.labelling import line_key
from chalicelib.search.sources import Source, source, text_of
from chalicelib.search.words import common_beginning, has, may_have, words
from chalicelib.store import entries, labels, word_rows
from chalicelib.store.records import Entry
from chalicelib.store.word_rows import Found

MOST_READ = 300
READ = 100
"""How many lines are read in one call, and with one request."""

LOOKED_UP = 2
"""So many of the words are looked up, one query a week each: of a long text not every word is kept,
and one of two is more often than one of one (docs/staff.md)."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for: words (the first are looked up), between which moments, before which
    place of the page before, of which customer ids (none: of all), in what (None: in all)."""

    words: tuple[str, ...]
    start: datetime
    end: datetime
    before: str
    family: tuple[str, ...] = ()
    within: Source | None = None

    def weeks(self) -> Iterator[datetime]:
        week = word_rows.week_of(self.end)
        while week + timedelta(days=7) > self.start:
            yield week
            week -= timedelta(days=7)

    def fits(self, found: Found) -> bool:
        """As far as can be told without the line."""
        there = self.start <= found.at < self.end and found.place < self.before
        return there and may_have(found.words, self.words)

    def has(self, entry: Entry) -> bool:
        ours = not self.family or entry.customer_id in self.family
        kind = source(entry)
        right = kind is not None and self.within in (None, kind)
        return ours and right and has(words(text_of(entry)), self.words)


def find(wanted: Search, *, limit: int) -> tuple[list[Entry], str | None]:
    """The lines, the latest first, and the cursor of the next page. Where few of many fit, a page
    may have less than `limit`, or none, and others follow."""
    shown: list[Entry] = []
    left = MOST_READ
    for chunk in _candidates(wanted):
        loaded = _loaded(wanted, chunk)
        for one in chunk:
            if entry := loaded.get(one.entry_key):
                shown.append(entry)
            if len(shown) == limit:
                return shown, one.place
        left -= len(chunk)
        if left <= 0:
            return shown, chunk[-1].place
    return shown, None


def _candidates(wanted: Search) -> Iterator[list[Found]]:
    """What may fit, the latest first, in portions that one request reads."""
    beginnings = {common_beginning(word) for word in wanted.words[:LOOKED_UP]}
    for week in wanted.weeks():
        found = {
            one.place: one
            for beginning in beginnings
            for one in word_rows.in_week(week, beginning)
            if wanted.fits(one)
        }
        fitting = [found[place] for place in sorted(found, reverse=True)]
        for start in range(0, len(fitting), READ):
            yield fitting[start : start + READ]


def _loaded(wanted: Search, chunk: Sequence[Found]) -> dict[str, Entry]:
    """Those lines that have it all, as they are now, by key."""
    found = entries.get_entries([one.entry_key for one in chunk])
    fitting = {key: entry for key, entry in found.items() if wanted.has(entry)}
    labelled = {
        key: entry.conversation_id or ""
        for key, entry in fitting.items()
        if source(entry) == "label"
    }
    last = labels.last_of(labelled.values())
    for key, conversation_id in labelled.items():
        # A label counts as long as the conversation has it.
        label = last.get(conversation_id)
        if label is None or line_key(label) != key:
            del fitting[key]
    return fitting
