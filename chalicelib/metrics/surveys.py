"""What is known of one question that was asked, and of one order whose review was asked for. Pure.

As with cases: facts in any order, and what they add is worked out from all of them.
"""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from chalicelib import events
from chalicelib.metrics.tally import Calendar, Tally, channel_dimension

REVIEWED = timedelta(days=30)
"""So long after the first reminder a review counts as its success."""

MOST_REVIEWS = 200
"""Times of reviews that are remembered of one order: more products than that nobody reviews."""


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="question"):
    """A survey's facts: when and where it was asked, and its last answer."""

    kind: str = ""
    asked_at: datetime | None = None
    asked_on: str = ""
    answered_at: datetime | None = None
    answered_on: str = ""
    score: int | None = None

    def tally(self, calendar: Calendar) -> Tally:
        tally = Tally()
        if self.asked_at is not None:
            day, channel = calendar.day(self.asked_at), channel_dimension(self.asked_on)
            tally.add(day, f"asked_{self.kind}", channel)
            if self.score is not None:
                tally.add(day, f"answered_{self.kind}", channel)
        if self.kind == "nps" and self.answered_at is not None:
            day = calendar.day(self.answered_at)
            tally.add(day, "nps", channel_dimension(self.answered_on), detail=str(self.score))
        return tally


class Reviewing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="reviewing"):
    """An order's facts: its first reminder, and when it or its products were reviewed."""

    reminded_at: datetime | None = None
    reminded_on: str = ""
    reviews: tuple[datetime, ...] = ()

    def tally(self, calendar: Calendar) -> Tally:
        tally = Tally()
        at = self.reminded_at
        if at is not None:
            day, channel = calendar.day(at), channel_dimension(self.reminded_on)
            tally.add(day, "reminded", channel)
            if any(at <= review <= at + REVIEWED for review in self.reviews):
                tally.add(day, "reminded_reviewed", channel)
        return tally


def asked(question: Question, at: datetime, data: events.NotificationSent) -> Question:
    if question.asked_at is not None and question.asked_at <= at:
        return question
    return replace(question, kind=data.kind, asked_at=at, asked_on=data.channel)


def replied(question: Question, data: events.SurveyAnswered) -> Question:
    if question.answered_at is not None and question.score is not None:
        known = question.answered_at, question.score
        if known >= (data.at, data.score):
            return question
    return replace(
        question,
        kind=data.kind,
        answered_at=data.at,
        answered_on=data.channel,
        score=data.score,
    )


def reminded(order: Reviewing, at: datetime, data: events.NotificationSent) -> Reviewing:
    if order.reminded_at is not None and order.reminded_at <= at:
        return order
    return replace(order, reminded_at=at, reminded_on=data.channel)


def reviewed(order: Reviewing, at: datetime) -> Reviewing:
    times = sorted({*order.reviews, at})[:MOST_REVIEWS]
    return replace(order, reviews=tuple(times))
