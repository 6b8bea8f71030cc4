"""A subject's card: its facts, and what they have added to the counters so far. Pure.

The counters are, at any time, the sum of what all cards say they have added (and of what needs no
card: see `steps`). That holds because a card and the difference it makes are written together.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from chalicelib.clock import iso
from chalicelib.metrics.adding import contribution
from chalicelib.metrics.cases import Case
from chalicelib.metrics.surveys import Question, Reviewing
from chalicelib.metrics.tally import Calendar, Row, Tally, plain

Facts = Case | Question | Reviewing

OPENED, RESOLVED, ARTICLE, SCORED, BOUGHT = "o", "r", "a", "s", "p"
"""What is noted beside a customer: they began a case, one was solved, an article was sent, they
answered a survey, they bought."""


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`counted`: "day counter" → how much; `rows`: name → (list, place); `noted`: (whose, what).

    `version` counts its writes; None: never written."""

    facts: Facts
    counted: dict[str, int] = {}
    rows: dict[str, tuple[str, str]] = {}
    noted: tuple[tuple[str, str], ...] = ()
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be written besides the card: counters by (day, name), rows (None: out of its
    list), and whether a note holds."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    notes: Mapping[tuple[str, str], bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.counts or self.rows or self.notes)


def listed(rows: list[Row]) -> dict[str, tuple[str, str]]:
    return {row.name: row.listed for row in rows}


def turn(
    name: str, card: Card, facts: Facts, extra: Tally, calendar: Calendar
) -> tuple[Card, Change]:
    """The card with these facts, and what else is to be written; `extra` is added whatever the
    facts say."""
    if isinstance(facts, Case):
        tally = contribution(name, facts, calendar)
    else:
        tally = facts.tally(calendar)
    counted = {f"{day} {code}": n for (day, code), n in tally.counts.items() if n}
    rows, noted = listed(tally.rows), notes(name, facts)
    after = Card(
        facts=facts, counted=counted, rows=rows, noted=noted, version=(card.version or 0) + 1
    )
    return after, Change(
        counts=_counts(card.counted, counted, extra),
        rows=_rows(card.rows, rows) | listed(extra.rows),
        notes={note: False for note in card.noted if note not in noted}
        | {note: True for note in noted if note not in card.noted},
    )


def _counts(
    before: Mapping[str, int], after: Mapping[str, int], extra: Tally
) -> dict[tuple[str, str], int]:
    total: Counter[tuple[str, str]] = Counter(extra.counts)
    for counted, sign in ((after, 1), (before, -1)):
        for text, n in counted.items():
            day, _, code = text.partition(" ")
            total[day, code] += sign * n
    return {key: n for key, n in total.items() if n}


def _rows(
    before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, str] | None]:
    gone: dict[str, tuple[str, str] | None] = {name: None for name in before if name not in after}
    return gone | {name: place for name, place in after.items() if before.get(name) != place}


def notes(name: str, facts: Facts) -> tuple[tuple[str, str], ...]:
    """What is noted beside the customer whose case it is, as (customer, line)."""
    if not isinstance(facts, Case) or facts.opened_at is None:
        return ()
    lines = [line(iso(e.at), RESOLVED, name, str(n)) for n, e in facts.endings.items()]
    if facts.by_customer:
        lines.append(line(iso(facts.opened_at), OPENED, name))
    if facts.article_at is not None:
        lines.append(line(iso(facts.article_at), ARTICLE, name))
    lines += [line(iso(s.at), SCORED, name, survey) for survey, s in facts.scores.items()]
    return tuple((facts.customer_id, one) for one in sorted(lines))


def line(at: str, kind: str, subject: str, detail: str = "") -> str:
    """A note's text, which sorts by time."""
    return f"{at}#{kind}#{plain(subject)}#{plain(detail) if detail else ''}"
