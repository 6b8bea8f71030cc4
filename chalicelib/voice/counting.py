"""Counting issues: what is newly known of a contact, written once however often it comes."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.errors import Contention
from chalicelib.store import kpi_counters
from chalicelib.store.table import Refused
from chalicelib.voice.facts import Facts, counted, issue_list, joined

ATTEMPTS = 8
ROW = "issue"


class Counters(Protocol):
    """Where issues lie: `store.kpi_counters`, which says what each call does."""

    def commit(self, write: kpi_counters.Write) -> bool: ...

    def cards(self, subjects: Iterable[str]) -> dict[str, tuple[dict[str, Any], int]]: ...


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact's facts, and the day and counter in which it counts, if it does."""

    facts: Facts
    counted: tuple[str, str] | None = None
    listed: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Counts contacts. Every call may be repeated, and comes out the same in any order."""

    zone: ZoneInfo
    counters: Counters = kpi_counters
    pause: Callable[[int], None] = lambda _attempt: None

    def learn(self, subject: str, news: Facts) -> None:
        """`subject` is the id of a conversation or a review. Raises Contention or Unavailable to be
        called again."""
        name = f"voice:{subject}"
        for attempt in range(ATTEMPTS):
            document, version = self.counters.cards([name]).get(name, (None, None))
            before = msgspec.convert(document, Card, strict=False) if document else None
            facts = joined(before.facts, news) if before else news
            if before and facts == before.facts:
                return
            after = self._card(subject, facts)
            write = kpi_counters.Write(
                subject=name,
                card=(msgspec.to_builtins(after), version),
                counts=_difference(before, after),
                rows={ROW: after.listed} if after.listed != (before and before.listed) else {},
            )
            try:
                self.counters.commit(write)
            except Refused:
                self.pause(attempt)
            else:
                return
        raise Contention(f"what is known of {subject} keeps changing: repeat the call")

    def _card(self, subject: str, facts: Facts) -> Card:
        found = counted(subject, facts, self.zone)
        if found is None:
            return Card(facts=facts)
        day, cell, place = found
        listed = (issue_list(cell.category, cell.severity), place.text)
        return Card(facts=facts, counted=(day, cell.counter), listed=listed)


def _difference(before: Card | None, after: Card) -> dict[tuple[str, str, str], int]:
    change: Counter[tuple[str, str, str]] = Counter()
    for card, by in ((before, -1), (after, 1)):
        if card and card.counted:
            day, counter = card.counted
            change[day, kpi_counters.ISSUES, counter] += by
    return {key: n for key, n in change.items() if n}
