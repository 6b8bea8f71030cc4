"""Keeping moods: each sign once, whatever order signs come in; and who has been cared for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import msgspec

from chalicelib.errors import Contention
from chalicelib.store import moods as stored
from chalicelib.voice.moods import Mood, Sign, cared, felt

ATTEMPTS = 8


class Moods(Protocol):
    """Where moods lie: `store.moods`, which says what each call does."""

    def find_many(self, customer_ids: Iterable[str]) -> dict[str, stored.Kept]: ...

    def save(
        self,
        customer_id: str,
        document: dict[str, Any],
        version: int | None,
        unhappy_at: datetime | None,
    ) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Caring:
    """Commands on moods. Every one may be repeated. Raises Contention to be called again."""

    moods: Moods = stored
    pause: Callable[[int], None] = lambda _attempt: None

    def feel(self, customer_id: str, sign: Sign) -> Mood:
        return self._change(customer_id, lambda mood: felt(mood, sign))

    def care(self, customer_id: str, at: datetime, by: str) -> Mood:
        return self._change(customer_id, lambda mood: cared(mood, at, by))

    def _change(self, customer_id: str, change: Callable[[Mood], Mood]) -> Mood:
        for attempt in range(ATTEMPTS):
            kept = self.moods.find_many([customer_id]).get(customer_id)
            mood = mood_of(kept)
            after = change(mood)
            if after == mood:
                return mood
            bad = after.unhappy
            document: dict[str, Any] = msgspec.to_builtins(after)
            version = kept[1] if kept else None
            if self.moods.save(customer_id, document, version, bad.at if bad else None):
                return after
            self.pause(attempt)
        raise Contention(f"the signs of {customer_id} keep changing: repeat the call")


def mood_of(kept: stored.Kept | None) -> Mood:
    return msgspec.convert(kept[0], Mood, strict=False) if kept else Mood()
