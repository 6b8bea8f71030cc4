"""Since when a customer waits for an answer, whichever order news of messages and answers come in.
Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.clock import iso, parse_iso, to_millis
from chalicelib.store import pauses
from chalicelib.store.records import OPEN, Conversation

REMEMBERED = 5
"""Answers whose outcome is kept, so that a repeat tells the same of them."""


def after_message(case: Conversation, at: datetime) -> datetime | None:
    """Since when they wait, now that they are known to have written at that moment: what was
    written before the last answer needs none."""
    answered = case.replied_at is not None and at <= case.replied_at
    if case.status != OPEN or answered:
        return case.waiting_since
    return min(at, case.waiting_since or at)


def heard(case: Conversation, at: datetime) -> dict[str, Any]:
    """What changes once they are known to have written at that moment: they may wait from then on,
    and it was no longer their turn."""
    changes: dict[str, Any] = {
        "waiting_since": after_message(case, at),
        "pauses": pauses.heard(pauses.known(case), at),
    }
    return {name: value for name, value in changes.items() if value != getattr(case, name)}


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What an answer meant: `first` of its kind, and since when the customer had waited for it."""

    notification_id: str
    at: datetime
    bot: bool
    first: bool
    waited_since: datetime | None
    by: str | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """As the conversation remembers it."""
        since = self.waited_since
        return {
            "id": self.notification_id,
            "first": self.first,
            "since": iso(since) if since else None,
        }


def answered(
    case: Conversation,
    notification_id: str,
    at: datetime,
    *,
    bot: bool,
    by: str | None,
    since: datetime | None,
) -> Answered:
    """What this answer meant; of one that is remembered, what was told of it. `since` is the first
    message it answers."""
    earlier = next((one for one in case.answers if one["id"] == notification_id), None)
    if earlier is not None:
        told = earlier.get("since")
        first, waited = bool(earlier["first"]), parse_iso(told) if told else None
    else:
        first = (case.served_at if bot else case.answered_at) is None
        waited = since
    return Answered(
        notification_id=notification_id, at=at, bot=bot, first=first, waited_since=waited, by=by
    )


def changes(case: Conversation, answer: Answered, unanswered: datetime | None) -> dict[str, Any]:
    """What an answer changes in its conversation; nothing if it is remembered. `unanswered` is the
    customer's first message after it, if they wrote again before it was known here."""
    if any(one["id"] == answer.notification_id for one in case.answers):
        return {}
    moment = "served_at" if answer.bot else "answered_at"
    known: datetime | None = getattr(case, moment)
    found: dict[str, Any] = {
        moment: min(answer.at, known or answer.at),
        "replied_at": max(answer.at, case.replied_at or answer.at),
        "answers": (*case.answers, answer.kept)[-REMEMBERED:],
        "pauses": pauses.answered(pauses.known(case), to_millis(answer.at), unanswered),
    }
    if case.waiting_since is not None and case.waiting_since <= answer.at:
        found |= {"waiting_since": unanswered, "promised_at": None}
    return found
