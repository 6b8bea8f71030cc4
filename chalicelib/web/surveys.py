"""Staff API: what customers answered when they were asked."""

import re

from chalicelib.errors import InvalidRequest
from chalicelib.outreach.compose import SCORES
from chalicelib.store import surveys
from chalicelib.web.endpoints import CURSOR, LIMIT, Call, Endpoint, Parameter
from chalicelib.web.views import SurveyPage, SurveyView

KIND = Parameter(name="kind", meaning='"satisfaction" (default) or "nps"')
MONTH = Parameter(
    name="month",
    meaning='the month of the answers, in UTC: "2026-11"; this one by default',
    schema={"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$"},
)


def list_surveys(call: Call) -> SurveyPage:
    """Answers of a month, latest first."""
    kind = call.query.get("kind", "satisfaction")
    if kind not in SCORES:
        raise InvalidRequest(f"kind must be {KIND.meaning}")
    month = call.query.get("month", f"{call.wiring.clock():%Y-%m}")
    if not re.fullmatch(str(MONTH.schema["pattern"]), month):
        raise InvalidRequest(f'month must read like "2026-11", not {month[:20]!r}')
    page, cursor = surveys.answered(kind, month, limit=call.limit, before=call.cursor)
    return SurveyPage(surveys=[SurveyView.of(survey) for survey in page], next_cursor=cursor)


def get_survey(call: Call) -> SurveyView:
    """One question and its answer, by the id of the notification that asked it."""
    return SurveyView.of(surveys.get(call.path["survey_id"]))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/surveys",
        scope="reports:read",
        summary="Answers to surveys, latest first",
        handle=list_surveys,
        returns=SurveyPage,
        query=(KIND, MONTH, LIMIT, CURSOR),
    ),
    Endpoint(
        method="GET",
        path="/v1/surveys/{survey_id}",
        scope="reports:read",
        summary="One survey",
        handle=get_survey,
        returns=SurveyView,
    ),
)
