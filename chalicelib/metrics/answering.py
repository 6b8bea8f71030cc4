"""Answers, of which a case may have any number: its first ones are on its card, all others are
counted at once. Pure."""

from datetime import datetime

from msgspec.structs import replace

from chalicelib import events
from chalicelib.metrics.cases import Answer, Case
from chalicelib.metrics.tally import Calendar, Row, Tally, channel_dimension, plain


def answered(
    conversation_id: str,
    case: Case,
    event_id: str,
    data: events.ConversationAnswered,
    calendar: Calendar,
) -> tuple[Case, Tally]:
    """That an answer went out. The first of its kind is the card's; one that was taken for it until
    an earlier one came is a next one."""
    kind = _kind(data)
    new = Answer(at=data.at, id=event_id, channel=data.channel, since=data.waited_since)
    tally, day = Tally(), calendar.day(new.at)
    channel = channel_dimension(new.channel)
    tally.add(day, f"out_{kind}", channel, detail=calendar.hour(new.at))
    row = Row(
        conversation_id=conversation_id,
        name=f"out#{event_id}",
        figure=f"answers_{kind}",
        day=day,
        channel=plain(new.channel),
        at=new.at,
    )
    tally.rows.append(row)
    first = case.first.get(kind)
    if first is None or (new.at, new.id) < (first.at, first.id):
        case = replace(case, first=case.first | {kind: new})
        if first is not None and first.since is not None:
            _next(conversation_id, kind, first, first.since, tally, calendar)
    return case, tally


def waited(
    conversation_id: str,
    case: Case,
    event_id: str,
    data: events.ConversationAnswered,
    calendar: Calendar,
) -> tuple[Case, Tally]:
    """How long a customer had waited for an answer that has been counted; a first answer's wait is
    kept in case an earlier one comes. An answer that is told again may not know the wait any more:
    that it was known once is enough."""
    kind, tally = _kind(data), Tally()
    first, since = case.first.get(kind), data.waited_since
    if since is None:
        return case, tally
    if first is not None and first.id == event_id:
        if first.since is None:
            case = replace(case, first=case.first | {kind: replace(first, since=since)})
        return case, tally
    answer = Answer(at=data.at, id=event_id, channel=data.channel)
    _next(conversation_id, kind, answer, since, tally, calendar)
    return case, tally


def _kind(data: events.ConversationAnswered) -> str:
    return "bot" if data.bot else "human"


def _next(
    conversation_id: str,
    kind: str,
    answer: Answer,
    since: datetime,
    tally: Tally,
    calendar: Calendar,
) -> None:
    day, channel = calendar.day(answer.at), channel_dimension(answer.channel)
    tally.time(calendar, day, f"next_{kind}", channel, since, answer.at)
    row = Row(
        conversation_id=conversation_id,
        name=f"next#{answer.id}",
        figure=f"next_response_{kind}",
        day=day,
        channel=plain(answer.channel),
        at=answer.at,
        value=str(max(round((answer.at - since).total_seconds()), 0)),
    )
    tally.rows.append(row)
