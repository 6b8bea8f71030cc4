"""Surveys: the answers to our questions – checked, kept once, told to the world.

The last answer counts, by the time it was given, whichever way and in whatever order answers come.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import iso, to_millis
from chalicelib.errors import Contention, InvalidRequest, NotFound
from chalicelib.outreach.compose import SCORES
from chalicelib.outreach.questions import question
from chalicelib.playbook import Playbook
from chalicelib.store import notifications, surveys
from chalicelib.store.outreach_records import Survey
from chalicelib.store.records import Contact
from chalicelib.store.unasked import keep_unasked

LONGEST_COMMENT = 2000
"""Characters; what is beyond is cut off: no answer is lost for being long."""

MAX_ATTEMPTS = 6


@dataclass(frozen=True, kw_only=True)
class Surveys:
    """Takes answers. `pause` waits before attempt n + 1."""

    playbook: Playbook
    bus: Callable[[], Bus]
    pause: Callable[[int], None]

    def read(self, survey_id: str) -> Survey:
        """The question as it stands, though its record may still be on its way (version None then).
        Raises NotFound."""
        return surveys.find(survey_id) or self._unasked(survey_id, "")

    def answer(
        self, survey_id: str, *, score: int, at: datetime, channel: str, comment: str | None = None
    ) -> Survey:
        """Keep an answer given `at` on `channel` (or the "page"); returns the survey with the
        answer that counts. A repeat changes nothing but tells the bus again.

        Raises NotFound; InvalidRequest for a score that the question can't have; Contention if
        others keep answering (then repeat the call).
        """
        at, comment = to_millis(at), (comment or "").strip()[:LONGEST_COMMENT] or None
        for attempt in range(MAX_ATTEMPTS):
            survey = surveys.find(survey_id) or keep_unasked(self._unasked(survey_id, channel))
            check(survey.kind, score)
            if not _supersedes((at, score, comment or "", channel), survey):
                break
            try:
                survey = surveys.answer(
                    survey, score=score, at=at, comment=comment, channel=channel
                )
            except Contention:
                self.pause(attempt)
            else:
                break
        else:
            raise Contention(f"survey {survey_id} kept changing: repeat the call")
        self.bus().publish([answered(survey)])
        return survey

    def _unasked(self, survey_id: str, channel: str) -> Survey:
        """The question from its notification alone: its answer was faster than the record of its
        having been sent, or that was never written (an uncertain outcome)."""
        note = notifications.find(survey_id)
        if note is not None:
            contact = Contact(channel=note.channel or channel, address="")
            asked = question(note, contact, self.playbook, note.claimed_at or note.due_at)
            if asked is not None:
                return asked
        raise NotFound(
            f"no survey {survey_id}: a survey is named after the notification that asks it"
        )


def check(kind: str, score: int) -> None:
    """Raises InvalidRequest for a score that this kind of question can't be answered with."""
    scale = SCORES[kind]
    if score not in scale:
        raise InvalidRequest(f"score must be a whole number from {scale[0]} to {scale[-1]}")


def _supersedes(answer: tuple[datetime, int, str, str], survey: Survey) -> bool:
    """Whether this answer (at, score, comment, channel) counts instead of the one there is. Of two
    of the same moment the greater one does, so that every order of arrival agrees."""
    if survey.answered_at is None or survey.score is None:
        return True
    return answer > (survey.answered_at, survey.score, survey.comment or "", survey.channel)


def answered(survey: Survey) -> events.Event:
    """The event that tells of a survey's present answer."""
    assert survey.score is not None
    assert survey.answered_at is not None
    at = survey.answered_at
    data = events.SurveyAnswered(
        survey_id=survey.id,
        kind="nps" if survey.kind == "nps" else "satisfaction",
        customer_id=survey.customer_id,
        score=survey.score,
        at=at,
        channel=survey.channel,
        conversation_id=survey.conversation_id,
        resolution=survey.resolution,
    )
    return events.event(data, survey.id, str(survey.score), iso(at), at=at, trace=survey.id)
