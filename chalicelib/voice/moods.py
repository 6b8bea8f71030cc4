"""Who is unhappy: what a customer's last words were, good or bad. Pure.

A sign is one thing that tells how a customer feels: an answer to a survey, a review, a message. Of
each survey and review the last word counts. A customer is unhappy from their last bad sign on,
until a later one is good, or somebody of the staff has cared for them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

KEPT = 20
"""Signs that are kept of a customer, the latest: older ones decide nothing any more."""

LOW_NPS, HIGH_NPS = 6, 9
LOW_STARS, HIGH_STARS = 2, 4

Feeling = Literal["bad", "neutral", "good"]


class Sign(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`source` names the survey, review or message; `rank` tells later words of one moment from
    earlier ones; `score` as it was given."""

    at: datetime
    source: str
    kind: Literal["survey", "nps", "review", "message"]
    feeling: Feeling
    rank: int = 0
    score: int | None = None
    conversation_id: str | None = None

    @property
    def order(self) -> tuple[datetime, int, str]:
        return self.at, self.rank, self.feeling


class Mood(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's signs, the latest first, and until when all of them have been cared for."""

    signs: tuple[Sign, ...] = ()
    cared_at: datetime | None = None
    cared_by: str | None = None

    @property
    def unhappy(self) -> Sign | None:
        """The latest bad sign, if it still stands."""
        bad = [sign for sign in self.signs if sign.feeling == "bad"]
        good = [sign.at for sign in self.signs if sign.feeling == "good"]
        if not bad:
            return None
        last = max(bad, key=lambda sign: (sign.at, sign.source))
        gone = max(good, default=None)
        if gone is not None and gone > last.at:
            return None
        return None if self.cared_at is not None and self.cared_at >= last.at else last


def felt(mood: Mood, *signs: Sign) -> Mood:
    """The mood with these signs, whatever came first, and however often."""
    latest: dict[str, Sign] = {}
    for sign in (*mood.signs, *signs):
        known = latest.get(sign.source)
        if known is None or sign.order > known.order:
            latest[sign.source] = sign
    newest = sorted(latest.values(), key=lambda sign: (sign.at, sign.source), reverse=True)
    return msgspec.structs.replace(mood, signs=tuple(newest[:KEPT]))


def cared(mood: Mood, at: datetime, by: str) -> Mood:
    """Cared for at this moment; an earlier word changes nothing."""
    if mood.cared_at is not None and mood.cared_at >= at:
        return mood
    return msgspec.structs.replace(mood, cared_at=at, cared_by=by)


def of_family(moods: Iterable[Mood]) -> Mood:
    """One person's moods, kept under several ids, as one."""
    whole = Mood()
    for mood in moods:
        whole = felt(whole, *mood.signs)
        if mood.cared_at is not None:
            whole = cared(whole, mood.cared_at, mood.cared_by or "")
    return whole


def of_score(score: int, low: int, high: int) -> Feeling:
    if score <= low:
        return "bad"
    return "good" if score >= high else "neutral"
