"""Attempts: what self-service tried in a conversation and what the customer said to it, as lines of
the timeline. Each has a name made of its number, so a conversation's are found in one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import parse_iso
from chalicelib.selfservice_sections import MOST_ATTEMPTS
from chalicelib.store import entries
from chalicelib.store.records import Entry

MOST = MOST_ATTEMPTS + 3
"""Of one conversation: those the playbook allows, and articles chosen after them."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The `number`th: these articles were sent (`confident`) or offered, because of the message
    `message_key` of `asked_at`. `helped` is what the customer last said of it, None: nothing."""

    conversation_id: str
    number: int
    articles: tuple[str, ...]
    confident: bool
    message_key: str
    asked_at: datetime
    at: datetime
    language: str
    certainty: float = 1.0
    helped: bool | None = None

    @property
    def key(self) -> str:
        return attempt_key(self.conversation_id, self.number)

    @property
    def choices(self) -> int:
        """How many answers there are: yes and no, or each article and none of them."""
        return 2 if self.confident else len(self.articles) + 1

    def entry(self, customer_id: str) -> Entry:
        """Its line on the timeline."""
        return Entry(
            key=self.key,
            at=self.at,
            kind="article",
            customer_id=customer_id,
            conversation_id=self.conversation_id,
            details={
                "articles": list(self.articles),
                "confident": self.confident,
                "message_key": self.message_key,
                "asked_at": self.asked_at,
                "language": self.language,
                "certainty": round(self.certainty, 3),
                "by": "self_service",
            },
        )


def attempt_key(conversation_id: str, number: int) -> str:
    """The name of the attempt, its line and its notification."""
    return f"article:{conversation_id}:{number}"


def place_of(key: str) -> tuple[str, int] | None:
    """The conversation and number of an attempt by its name; None if it is no attempt's."""
    kind, _, rest = key.partition(":")
    conversation_id, _, number = rest.rpartition(":")
    return (conversation_id, int(number)) if kind == "article" and number.isdecimal() else None


def rating_key(key: str, helped: bool) -> str:
    return f"{key}:{'helped' if helped else 'not_helped'}"


def of(*conversation_ids: str) -> dict[str, list[Attempt]]:
    """All attempts of these conversations (up to four), in order, in one request."""
    names = [attempt_key(one, n) for one in conversation_ids for n in range(1, MOST + 1)]
    every = [*names, *(rating_key(name, yes) for name in names for yes in (True, False))]
    found: dict[str, Entry] = {}
    for start in range(0, len(every), 100):
        found |= entries.get_entries(every[start : start + 100])
    made: dict[str, list[Attempt]] = {one: [] for one in conversation_ids}
    for name in names:
        if entry := found.get(name):
            attempt = _read(entry, found)
            made[attempt.conversation_id].append(attempt)
    return made


def one(key: str) -> Attempt | None:
    """The attempt of this name, if there is one."""
    ratings = [rating_key(key, helped) for helped in (True, False)]
    found = entries.get_entries([key, *ratings])
    return _read(found[key], found) if key in found and place_of(key) else None


def _read(entry: Entry, found: dict[str, Entry]) -> Attempt:
    said = [
        (rating.at, helped)
        for helped in (False, True)
        if (rating := found.get(rating_key(entry.key, helped)))
    ]
    known = entry.details
    place = place_of(entry.key)
    return Attempt(
        conversation_id=entry.conversation_id or "",
        number=place[1] if place else 0,
        articles=tuple(known["articles"]),
        confident=known["confident"],
        message_key=known["message_key"],
        asked_at=parse_iso(known["asked_at"]),
        at=entry.at,
        language=known["language"],
        certainty=known["certainty"],
        helped=max(said)[1] if said else None,
    )


def tried(attempts: Sequence[Attempt]) -> set[str]:
    """The articles a customer has been sent: never again in this conversation."""
    return {name for attempt in attempts if attempt.confident for name in attempt.articles}


def rejected(attempts: Sequence[Attempt]) -> bool:
    """Whether the customer said of the latest article that it did not help."""
    rated = [attempt.helped for attempt in attempts if attempt.helped is not None]
    return bool(rated) and rated[-1] is False
