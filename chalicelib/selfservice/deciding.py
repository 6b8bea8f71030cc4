"""Deciding: answer, offer a choice, wait for the question, or hand over to a person. Pure."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from chalicelib.selfservice.shelf import Found
from chalicelib.selfservice_sections import SelfService

Reason = Literal[
    "unsure", "asked", "angry", "urgent", "repeat", "not_helped", "off", "alert"
]  # fmt: skip
"""Why a person has to answer, as the event HandedOff tells it."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """From which certainty an article answers by itself (`confident`) or is worth offering
    (`close`); by how much (`lead`) the best must be ahead of the second to be the answer; how many
    are offered, and how many `attempts` one conversation gets."""

    confident: float
    close: float
    lead: float
    offers: int
    attempts: int

    @classmethod
    def of(cls, rules: SelfService) -> "Thresholds":
        """The playbook's."""
        return cls(
            confident=rules.confident,
            close=rules.close,
            lead=rules.lead,
            offers=rules.offers,
            attempts=rules.attempts,
        )


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a message has been understood.

    `found` are articles in the message's language, `elsewhere` those that its words find in the
    other, where `found` has nothing close.

    `available`: whether self-service may speak here at all. `question`: whether the message says
    more than a greeting. `files`: whether it came with files, at which a person must look.
    `attempts` are those made in this conversation, `answered`: an article was the last word there.
    `contacts` counts the conversations about the same, this one among them; with the one of number
    `patience` a person takes over.
    """

    found: Sequence[Found] = ()
    elsewhere: Sequence[Found] = ()
    available: bool = True
    alert: bool = False
    question: bool = True
    files: bool = False
    wants_human: bool = False
    sentiment: str = "neutral"
    urgent: bool = False
    severity: str = "info"
    attempts: int = 0
    answered: bool = False
    contacts: int = 1
    patience: int = 3


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """This article answers; `certainty` of it."""

    article_id: str
    certainty: float


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One of these may: the customer chooses."""

    article_ids: tuple[str, ...]
    certainty: float


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """Only a greeting so far: the question will come."""


class HandOff(msgspec.Struct, frozen=True, kw_only=True):
    """A person has to answer."""

    reason: Reason


class Thanked(msgspec.Struct, frozen=True, kw_only=True):
    """The article helped: the customer thanks, and asks nothing more."""


Decision = Answer | Offer | Wait | HandOff | Thanked


def decide(facts: Facts, limits: Thresholds) -> Decision:
    """What to do about a message. Whatever speaks for a person comes before any article: someone
    who is angry, in danger or here for the third time wants no page to read."""
    if reason := _person_first(facts):
        return HandOff(reason=reason)
    if facts.answered and not facts.question and facts.sentiment == "positive":
        return Thanked()
    if facts.attempts >= limits.attempts or facts.files:
        return HandOff(reason="unsure")
    if not facts.question:
        return Wait() if not facts.attempts else HandOff(reason="unsure")
    close = [one for one in facts.found if one.certainty >= limits.close]
    if not close:
        return _elsewhere(facts, limits)
    best, *others = close
    ahead = not others or best.certainty >= others[0].certainty + limits.lead
    if best.certainty >= limits.confident and ahead:
        return Answer(article_id=best.article_id, certainty=best.certainty)
    chosen = tuple(one.article_id for one in close[: limits.offers])
    return Offer(article_ids=chosen, certainty=best.certainty)


def _elsewhere(facts: Facts, limits: Thresholds) -> Decision:
    """What only the other language has is offered, and only what would else have been the answer:
    nobody gets a text unasked that they may not be able to read."""
    certain = [one for one in facts.elsewhere if one.certainty >= limits.confident]
    if not certain:
        return HandOff(reason="unsure")
    chosen = tuple(one.article_id for one in certain[: limits.offers])
    return Offer(article_ids=chosen, certainty=certain[0].certainty)


def _person_first(facts: Facts) -> Reason | None:
    reasons: tuple[tuple[bool, Reason], ...] = (
        (not facts.available, "off"),
        (facts.alert, "alert"),
        (facts.contacts >= facts.patience, "repeat"),
        (facts.wants_human, "asked"),
        (facts.urgent or facts.severity == "critical", "urgent"),
        (facts.sentiment == "negative", "angry"),
    )
    return next((reason for holds, reason in reasons if holds), None)
