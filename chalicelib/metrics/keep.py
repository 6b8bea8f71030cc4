"""Counting: what an event adds to the figures, written once however often it comes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from chalicelib import events
from chalicelib.clock import Clock
from chalicelib.errors import Contention, NotFound
from chalicelib.metrics import folding
from chalicelib.metrics.cards import Card, Change, turn
from chalicelib.metrics.cases import Case
from chalicelib.metrics.following import LONGEST, Followed, Note, followed
from chalicelib.metrics.step import Step
from chalicelib.metrics.steps import steps
from chalicelib.metrics.tally import Calendar, Tally, part
from chalicelib.store import customers, kpi_counters
from chalicelib.store.table import Refused

ATTEMPTS = 8

REMEMBERED = timedelta(days=400)
"""How long it is known of a message or an answer that it has been counted: far beyond the 28 days
that an event may wait in a queue and behind it."""


class Figures(Protocol):
    """Where figures lie: `store.kpi_counters`, which says what each call does."""

    def commit(self, write: kpi_counters.Write) -> bool: ...

    def cards(self, subjects: Iterable[str]) -> dict[str, tuple[dict[str, Any], int]]: ...

    def notes(
        self, family: Iterable[str], since: datetime | None = None, until: datetime | None = None
    ) -> list[str]: ...


def family(customer_id: str) -> Sequence[str]:
    """Under whose ids a person's history lies, as far as is known now."""
    try:
        return customers.get(customer_id).family
    except NotFound:
        return (customer_id,)


@dataclass(frozen=True, kw_only=True)
class Counting:
    """Counts events. Every call may be repeated, and comes out the same in any order."""

    calendar: Calendar
    clock: Clock
    figures: Figures = kpi_counters
    family: Callable[[str], Sequence[str]] = family
    pause: Callable[[int], None] = lambda _attempt: None

    def count(self, event_id: str, at: datetime, data: events.Data) -> None:
        """Raises Contention or Unavailable to be called again."""
        if isinstance(data, events.CustomersMerged | events.CustomersParted):
            self._look(data.customer_id)
            self._look(data.other_id)
            return
        for step in steps(event_id, at, data, self.calendar):
            card = self._apply(step)
            if step.looks:
                self._look_around(step, card)

    def _apply(self, step: Step) -> Card | None:
        """Returns the step's card as it is now, if it has one."""
        for attempt in range(ATTEMPTS):
            card = self._card(step) if step.fold else None
            facts, extra = step.blank, step.extra or Tally()
            if step.fold and card:
                facts, extra = step.fold(card.facts, self.calendar)
                if facts == card.facts and not extra.counts:
                    return card
            write, after = self._write(step, card, facts, extra)
            try:
                counted = self.figures.commit(write)
            except Refused:
                self.pause(attempt)
                continue
            return after if counted else card
        raise Contention(f"the card of {step.subject} keeps changing: repeat the call")

    def _card(self, step: Step) -> Card:
        found = self.figures.cards([step.subject]).get(step.subject)
        if found is None:
            assert step.blank is not None
            return Card(facts=step.blank)
        return _card_of(*found)

    def _write(
        self, step: Step, card: Card | None, facts: Any, extra: Tally
    ) -> tuple[kpi_counters.Write, Card | None]:
        after: Card | None = None
        if card is not None:
            after, change = turn(step.subject, card, facts, extra, self.calendar)
        else:
            rows = {row.name: row.listed for row in extra.rows}
            change = Change(counts=extra.counts, rows=rows)
        return kpi_counters.Write(
            subject=step.subject,
            card=(_document(after), card.version) if after and card else None,
            counts={(day, part(name), name): n for (day, name), n in change.counts.items()},
            rows=change.rows,
            notes={**change.notes, **({step.note: True} if step.note else {})},
            once=step.once,
            forget_at=self.clock() + REMEMBERED,
        ), after

    def _look_around(self, step: Step, card: Card | None) -> None:
        """What the notes of a step follow, or are followed by."""
        noted = [step.note] if step.note else list(card.noted) if card else []
        if not noted:
            return
        times = [Note.parse(line).at for _, line in noted]
        self._look(noted[0][0], min(times) - LONGEST, max(times))

    def _look(
        self, customer_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> None:
        """Bring up to date what followed the notes of a time, or all, of a person.

        What is noted is written before it is looked who the person is, and looked at once more
        after anything was written: so of two that change something at once, one sees both.
        """
        for attempt in range(ATTEMPTS):
            people = self.family(customer_id)
            lines = self.figures.notes(people, since, until + LONGEST if until else None)
            found = followed(map(Note.parse, lines), since=since, until=until)
            if not self._bring_up(found):
                return
            self.pause(attempt)
        raise Contention(f"what {customer_id} does keeps changing: repeat the call")

    def _bring_up(self, found: dict[str, Followed]) -> bool:
        """Whether anything had to be written."""
        wrote = False
        for name, stored in self.figures.cards(found).items():
            facts = _card_of(*stored).facts
            if isinstance(facts, Case) and folding.followed(facts, found[name]) != facts:
                self._apply(_following(name, found[name]))
                wrote = True
        return wrote


def _following(name: str, what: Followed) -> Step:
    def fold(case: Case, _calendar: Calendar) -> tuple[Case, Tally]:
        return folding.followed(case, what), Tally()

    return Step(subject=name, blank=Case(), fold=fold)


def _document(card: Card) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(card, str_keys=True)
    document.pop("version", None)
    return document


def _card_of(document: dict[str, Any], version: int) -> Card:
    return msgspec.convert(document | {"version": version}, Card, strict=False)
