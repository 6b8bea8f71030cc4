"""Questions whose answer came before the record of their having been asked."""

from pynamodb.exceptions import PutError

from chalicelib.store import keys, surveys
from chalicelib.store.mapping import fields
from chalicelib.store.models_outreach import SurveyItem
from chalicelib.store.outreach_records import Survey
from chalicelib.store.table import CONDITION_FAILED, translated


def keep_unasked(survey: Survey) -> Survey:
    """The question as it is kept from now on, or was by the time this came; still unanswered, if
    it is new."""
    pk, sk = keys.survey(survey.id)
    item = SurveyItem(pk=pk, sk=sk, version=1, **fields(survey, "id", "version"))
    item.gsi2pk = keys.timeline(survey.customer_id)
    item.gsi2sk = f"Q#{keys.moment(survey.asked_at, survey.id)}"
    try:
        with translated():
            item.save(condition=SurveyItem.pk.does_not_exist(), add_version_condition=False)
    except PutError as error:
        if error.cause_response_code != f"{CONDITION_FAILED}Exception":
            raise
    return surveys.get(survey.id)
