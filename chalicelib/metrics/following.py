"""What a person did after something: came back after a resolution, asked again after an article,
bought after an answer. Pure.

Who is one person is what is known now, all merges considered: the notes of a whole family are
looked at together, and once more whenever it changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote

from chalicelib.clock import parse_iso
from chalicelib.metrics.cards import ARTICLE, BOUGHT, OPENED, RESOLVED, SCORED
from chalicelib.metrics.cases import BOUGHT as BUYING
from chalicelib.metrics.cases import DEFLECTED, REPEAT

FOLLOWS = {RESOLVED: (OPENED, REPEAT), ARTICLE: (OPENED, DEFLECTED), SCORED: (BOUGHT, BUYING)}
"""What is watched for after each kind of note, and for how long."""

LONGEST = max(window for _, window in FOLLOWS.values())


@dataclass(frozen=True, kw_only=True)
class Note:
    """One line beside a customer."""

    at: datetime
    kind: str
    subject: str
    detail: str = ""

    @classmethod
    def parse(cls, text: str) -> "Note":
        at, kind, subject, detail = text.split("#", 3)
        return cls(at=parse_iso(at), kind=kind, subject=unquote(subject), detail=unquote(detail))


@dataclass(kw_only=True)
class Followed:
    """What followed, of one case: by the number of the resolution, by the survey."""

    returned: dict[int, bool] = field(default_factory=dict)
    asked_again: bool | None = None
    bought: dict[str, bool] = field(default_factory=dict)


def followed(
    notes: Iterable[Note], *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Followed]:
    """By case, what followed each of its notes from `since` to `until`; `notes` are all of the
    person's, up to the longest time after those."""
    known = list(notes)
    times = {
        kind: sorted((n.at, n.subject) for n in known if n.kind == kind)
        for kind in (OPENED, BOUGHT)
    }
    found: dict[str, Followed] = {}
    for note in known:
        inside = (since is None or note.at >= since) and (until is None or note.at <= until)
        if note.kind not in FOLLOWS or not inside:
            continue
        kind, window = FOLLOWS[note.kind]
        _tell(found.setdefault(note.subject, Followed()), note, _after(note, times[kind], window))
    return found


def _after(note: Note, times: list[tuple[datetime, str]], window: timedelta) -> bool:
    return any(
        note.at < at <= note.at + window and subject != note.subject for at, subject in times
    )


def _tell(of: Followed, note: Note, did: bool) -> None:
    if note.kind == RESOLVED:
        of.returned[int(note.detail)] = did
    elif note.kind == ARTICLE:
        of.asked_again = did
    else:
        of.bought[note.detail] = did
