"""Surveys: questions that were asked, and their answers.

Of each kind the customer's last question is also pointed at from beside the customer, so that a
bare number in a chat finds what it answers.
"""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import AnsweredItem, AskedItem, SurveyItem
from chalicelib.store.outreach_records import Survey
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated


def from_item(found: Item) -> Survey:
    return record(Survey, found, id=found.pk.removeprefix("Q#"))


def put_asked(transaction: Transaction, survey: Survey) -> None:
    """Keep a question together with the record of its having been sent. An answer that was faster
    than this record stays."""
    row, attributes = SurveyItem(*keys.survey(survey.id)), SurveyItem.get_attributes()
    asked = fields(survey, "id", "version", "channel")
    actions: list[Action] = [
        SurveyItem.type.set(SurveyItem),
        SurveyItem.gsi2pk.set(keys.timeline(survey.customer_id)),
        SurveyItem.gsi2sk.set(f"Q#{keys.moment(survey.asked_at, survey.id)}"),
        SurveyItem.channel.set(SurveyItem.channel | survey.channel),
        *(attributes[name].set(value) for name, value in asked.items()),
        SurveyItem.version.add(1),
    ]
    transaction.update("survey", row, actions)
    here = AskedItem(*keys.asked(survey.customer_id, survey.channel))
    here.survey_id, here.until = survey.id, survey.until
    transaction.put("asked", here)


def find(survey_id: str) -> Survey | None:
    key = keys.survey(survey_id)
    found = get_many([key]).get(key)
    return from_item(found) if found else None


def get(survey_id: str) -> Survey:
    """Raises NotFound."""
    found = find(survey_id)
    if found is None:
        raise NotFound(f"no survey {survey_id}")
    return found


def pending(family: Sequence[str], channel: str, *, at: datetime) -> Survey | None:
    """The question last asked on this channel, if it may still be answered at that moment."""
    pointers = get_many(keys.asked(one, channel) for one in family)
    asked = [item for item in pointers.values() if isinstance(item, AskedItem)]
    latest = max(asked, key=lambda item: item.until, default=None)
    return find(latest.survey_id) if latest and at <= latest.until else None


def answer(
    survey: Survey, *, score: int, at: datetime, comment: str | None, channel: str
) -> Survey:
    """The survey with its answer, listed among all answers of the month it was given in.

    Raises Contention if it has changed since it was read: read again and repeat.
    """
    row = SurveyItem(*keys.survey(survey.id))
    actions: list[Action] = [
        SurveyItem.score.set(score),
        SurveyItem.answered_at.set(at),
        SurveyItem.channel.set(channel),
        SurveyItem.comment.set(comment) if comment else SurveyItem.comment.remove(),
        SurveyItem.version.add(1),
    ]
    transaction = Transaction()
    transaction.update("survey", row, actions, SurveyItem.version == survey.version)
    transaction.put("answer", _listed(survey, at))
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"survey {survey.id} has just changed") from refused
    return get(survey.id)


def _listed(survey: Survey, at: datetime) -> Item:
    """Under the month of the answer that counts; a changed one moves with it."""
    item = AnsweredItem(*keys.answered(survey.id))
    item.gsi2pk, item.gsi2sk = f"Q#{survey.kind}#{at:%Y-%m}", keys.moment(at, survey.id)
    return item


def answered(
    kind: str, month: str, *, limit: int, before: str | None = None
) -> tuple[list[Survey], str | None]:
    """Answers of a month ("2026-11") to questions of a kind, latest first, and the next cursor."""
    bound = Item.gsi2sk < before if before else None
    with translated():
        rows = list(
            Item.listing.query(
                f"Q#{kind}#{month}", bound, scan_index_forward=False, limit=limit, page_size=limit
            )
        )
    order: list[Key] = [keys.survey(row.pk.removeprefix("Q#")) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor
