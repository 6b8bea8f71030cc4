"""What is to be counted of what customers say when they are asked, and of what they buy. Pure."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib import events
from chalicelib.clock import iso
from chalicelib.metrics import folding, surveys
from chalicelib.metrics.cards import BOUGHT, line
from chalicelib.metrics.step import Step, Steps, of_case
from chalicelib.metrics.surveys import Question, Reviewing
from chalicelib.metrics.tally import Calendar, Tally, plain

SURVEYS = ("satisfaction", "nps")


def _scored(
    _id: str, _at: datetime, data: events.SurveyAnswered, _calendar: Calendar
) -> list[Step]:
    asked = Step(
        subject=f"Q#{data.survey_id}",
        blank=Question(),
        fold=lambda question, _calendar: (surveys.replied(question, data), Tally()),
    )
    if data.kind != "satisfaction" or not data.conversation_id:
        return [asked]
    told = of_case(data.conversation_id, lambda case: folding.scored(case, data), looks=True)
    return [asked, told]


def _sent(_id: str, at: datetime, data: events.NotificationSent, _calendar: Calendar) -> list[Step]:
    if data.kind in SURVEYS:
        return [
            Step(
                subject=f"Q#{data.notification_id}",
                blank=Question(),
                fold=lambda question, _calendar: (surveys.asked(question, at, data), Tally()),
            )
        ]
    if data.kind == "review_reminder" and data.order_key:
        return [
            Step(
                subject=f"O#{plain(data.order_key)}",
                blank=Reviewing(),
                fold=lambda order, _calendar: (surveys.reminded(order, at, data), Tally()),
            )
        ]
    return []


def _reviewed(
    _id: str, at: datetime, data: events.ReviewSubmitted, _calendar: Calendar
) -> list[Step]:
    return [
        Step(
            subject=f"O#{plain(data.order_key)}",
            blank=Reviewing(),
            fold=lambda order, _calendar: (surveys.reviewed(order, at), Tally()),
        )
    ]


def _bought(_id: str, _at: datetime, data: events.OrderPlaced, _calendar: Calendar) -> list[Step]:
    note = (data.customer_id, line(iso(data.at), BOUGHT, data.order_key))
    return [Step(subject=f"O#{plain(data.order_key)}", note=note, looks=True)]


STEPS: Mapping[type[events.Data], Steps] = {
    events.SurveyAnswered: _scored,
    events.NotificationSent: _sent,
    events.ReviewSubmitted: _reviewed,
    events.OrderPlaced: _bought,
}
