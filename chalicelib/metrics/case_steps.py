"""What is to be counted of what happens in conversations. Pure.

What happens there without bound – messages, answers – is not remembered on the card: such events
are counted once by a row of their own. All others may come again and again.
"""

from collections.abc import Mapping
from datetime import datetime

from chalicelib import events
from chalicelib.metrics import answering, folding
from chalicelib.metrics.cards import Facts
from chalicelib.metrics.cases import Case
from chalicelib.metrics.step import Step, Steps, of_case
from chalicelib.metrics.tally import Calendar, Row, Tally, channel_dimension, plain


def _received(
    event_id: str, _at: datetime, data: events.MessageReceived, calendar: Calendar
) -> list[Step]:
    tally, day = Tally(), calendar.day(data.at)
    tally.add(day, "in", channel_dimension(data.channel), detail=calendar.hour(data.at))
    row = Row(
        conversation_id=data.conversation_id,
        name=f"in#{event_id}",
        figure="messages_in",
        day=day,
        channel=plain(data.channel),
        at=data.at,
    )
    tally.rows.append(row)
    return [Step(subject=data.conversation_id, extra=tally, once=row.name)]


def _opened(
    _id: str, at: datetime, data: events.ConversationOpened, _calendar: Calendar
) -> list[Step]:
    return [of_case(data.conversation_id, lambda case: folding.opened(case, at, data), looks=True)]


def _resolved(
    _id: str, at: datetime, data: events.ConversationResolved, _calendar: Calendar
) -> list[Step]:
    return [
        of_case(data.conversation_id, lambda case: folding.resolved(case, at, data), looks=True)
    ]


def _reopened(
    _id: str, at: datetime, data: events.ConversationReopened, _calendar: Calendar
) -> list[Step]:
    return [of_case(data.conversation_id, lambda case: folding.reopened(case, at, data))]


def _triaged(
    event_id: str, _at: datetime, data: events.MessageTriaged, _calendar: Calendar
) -> list[Step]:
    if not data.category:
        return []
    said = folding.said(data.at, event_id, data.category)
    return [of_case(data.conversation_id, lambda case: folding.triaged(case, said))]


def _labelled(
    event_id: str, _at: datetime, data: events.ConversationLabelled, _calendar: Calendar
) -> list[Step]:
    if not data.category:
        return []
    said = folding.said(data.at, event_id, data.category)
    return [of_case(data.conversation_id, lambda case: folding.labelled(case, said))]


def _answered(
    event_id: str, _at: datetime, data: events.ConversationAnswered, _calendar: Calendar
) -> list[Step]:
    name = data.conversation_id

    def answered(case: Case, calendar: Calendar) -> tuple[Facts, Tally]:
        return answering.answered(name, case, event_id, data, calendar)

    def waited(case: Case, calendar: Calendar) -> tuple[Facts, Tally]:
        return answering.waited(name, case, event_id, data, calendar)

    out = Step(subject=name, blank=Case(), fold=answered, once=f"out#{event_id}")
    if data.waited_since is None:
        return [out]
    return [out, Step(subject=name, blank=Case(), fold=waited, once=f"next#{event_id}")]


def _offered(
    _id: str, _at: datetime, data: events.ArticleOffered, _calendar: Calendar
) -> list[Step]:
    return [of_case(data.conversation_id, lambda case: folding.served(case, data.at), looks=True)]


def _rated(_id: str, _at: datetime, data: events.ArticleRated, _calendar: Calendar) -> list[Step]:
    if data.helped or not data.conversation_id:
        return []
    return [of_case(data.conversation_id, folding.needed_person)]


def _handed(_id: str, _at: datetime, data: events.HandedOff, _calendar: Calendar) -> list[Step]:
    return [of_case(data.conversation_id, folding.needed_person)]


def _missed(_id: str, _at: datetime, data: events.SlaMissed, _calendar: Calendar) -> list[Step]:
    return [
        of_case(data.conversation_id, lambda case: folding.missed(case, data.target, data.due_at))
    ]


STEPS: Mapping[type[events.Data], Steps] = {
    events.MessageReceived: _received,
    events.ConversationOpened: _opened,
    events.ConversationResolved: _resolved,
    events.ConversationReopened: _reopened,
    events.MessageTriaged: _triaged,
    events.ConversationLabelled: _labelled,
    events.ConversationAnswered: _answered,
    events.ArticleOffered: _offered,
    events.ArticleRated: _rated,
    events.HandedOff: _handed,
    events.SlaMissed: _missed,
}
