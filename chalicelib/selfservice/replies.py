"""A pressed button, or the number of one: what the customer says to an article, as an event."""

from datetime import datetime

from chalicelib import events
from chalicelib.selfservice import attempts
from chalicelib.selfservice.attempts import Attempt
from chalicelib.store import entries
from chalicelib.store.records import Entry

HELPED = 1
"""The number of "yes, it helped"; the other one is no."""


def take(
    key: str, number: int, *, customer_id: str, at: datetime, message_key: str
) -> events.Event | None:
    """Keep what was answered (by number, from 1) to the attempt of this name, and return what it
    tells the world; None if there was no such choice. A repeat changes nothing and tells the same.
    """
    attempt = attempts.one(key)
    if attempt is None or not 1 <= number <= attempt.choices:
        return None
    if attempt.confident:
        return _rated(attempt, number, customer_id, at)
    none = number > len(attempt.articles)
    chosen = events.ArticleChosen(
        conversation_id=attempt.conversation_id,
        customer_id=customer_id,
        at=at,
        message_key=message_key,
        article_id=None if none else attempt.articles[number - 1],
    )
    return events.event(chosen, key, message_key, at=at, trace=attempt.conversation_id)


def _rated(attempt: Attempt, number: int, customer_id: str, at: datetime) -> events.Event:
    helped = number == HELPED
    name = attempts.rating_key(attempt.key, helped)
    line = Entry(
        key=name,
        at=at,
        kind="article",
        customer_id=customer_id,
        conversation_id=attempt.conversation_id,
        details={"articles": list(attempt.articles), "helped": helped, "by": "customer"},
    )
    kept = {one.key: one for one in entries.keep_beside([line])}.get(name, line)
    rated = events.ArticleRated(
        article_id=attempt.articles[0],
        customer_id=customer_id,
        at=kept.at,
        helped=helped,
        conversation_id=attempt.conversation_id,
    )
    return events.event(rated, name, at=kept.at, trace=attempt.conversation_id)
