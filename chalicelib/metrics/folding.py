"""How each fact changes a case: the earliest of its kind, the latest word, or a set, so that no
order of arrival makes a difference. Pure."""

from datetime import datetime

from msgspec.structs import replace

from chalicelib import events
from chalicelib.metrics.cases import Case, Ending, Said, Score
from chalicelib.metrics.following import Followed


def opened(case: Case, at: datetime, data: events.ConversationOpened) -> Case:
    if case.opened_at is not None and case.opened_at <= at:
        return case
    return replace(
        case,
        opened_at=at,
        customer_id=data.customer_id,
        channel=data.channel,
        by_customer=data.opened_by == "customer",
    )


def resolved(case: Case, at: datetime, data: events.ConversationResolved) -> Case:
    known, paused = case.endings.get(data.resolution), tuple(data.paused)
    if known is not None and (known.at, known.reason, known.paused) <= (at, data.reason, paused):
        return case
    returned = known.returned if known else False
    ending = Ending(at=at, reason=data.reason, returned=returned, paused=paused)
    return replace(case, endings=case.endings | {data.resolution: ending})


def reopened(case: Case, at: datetime, data: events.ConversationReopened) -> Case:
    """The event's time is that of its telling: of several the earliest is the nearest to it."""
    known = case.reopened.get(data.resolution)
    if known is not None and known <= at:
        return case
    return replace(case, reopened=case.reopened | {data.resolution: at})


def said(at: datetime, event_id: str, category: str) -> Said:
    return Said(at=at, id=event_id, category=category)


def triaged(case: Case, word: Said) -> Case:
    return case if case.triaged and not case.triaged < word else replace(case, triaged=word)


def labelled(case: Case, word: Said) -> Case:
    return case if case.staff and not case.staff < word else replace(case, staff=word)


def served(case: Case, at: datetime) -> Case:
    if case.article_at is not None and case.article_at >= at:
        return case
    return replace(case, article_at=at)


def needed_person(case: Case) -> Case:
    return case if case.needed_person else replace(case, needed_person=True)


def missed(case: Case, target: str, due_at: datetime) -> Case:
    known = case.missed.get(target)
    if known is not None and known <= due_at:
        return case
    return replace(case, missed=case.missed | {target: due_at})


def scored(case: Case, data: events.SurveyAnswered) -> Case:
    """The answer given last counts."""
    known = case.scores.get(data.survey_id)
    if known is not None and (known.at, known.score) >= (data.at, data.score):
        return case
    score = Score(
        at=data.at,
        score=data.score,
        resolution=data.resolution,
        channel=data.channel,
        bought=known.bought if known else False,
    )
    return replace(case, scores=case.scores | {data.survey_id: score})


def followed(case: Case, what: Followed) -> Case:
    """What the same person did afterwards, as far as is known now."""
    endings = {
        n: replace(ending, returned=what.returned.get(n, ending.returned))
        for n, ending in case.endings.items()
    }
    scores = {
        survey: replace(score, bought=what.bought.get(survey, score.bought))
        for survey, score in case.scores.items()
    }
    again = case.asked_again if what.asked_again is None else what.asked_again
    return replace(case, endings=endings, scores=scores, asked_again=again)
