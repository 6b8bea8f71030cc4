"""The page on which a question of ours is answered: the score that was clicked in the mail is
chosen already, nothing is recorded before the button is pressed."""

import re
from html import escape

from chalice.app import Response

from chalicelib.errors import NotFound
from chalicelib.outreach.compose import SCORES, said_to
from chalicelib.outreach.surveys import LONGEST_COMMENT
from chalicelib.playbook_values import Words
from chalicelib.store.outreach_records import Survey
from chalicelib.web.survey_words import WORDS
from chalicelib.web.visits import Visit

CHANNEL = "page"
"""The channel that answers given here are recorded with."""

_SCORE = re.compile(r"[0-9]{1,2}")


def show(visit: Visit) -> Response:
    survey = _survey(visit)
    clicked = score_in(visit.query.get("score", ""), survey.kind)
    said = "" if survey.score is None else f"<p>{WORDS['again'][visit.locale]}</p>"
    score = survey.score if clicked is None else clicked
    return _form(visit, survey, score=score, comment=survey.comment or "", before=said)


def take(visit: Visit) -> Response:
    """Keep the answer and thank, or say what is missing with everything still in its place."""
    survey, locale = _survey(visit), visit.locale
    score = score_in(visit.form.line("score"), survey.kind)
    comment = visit.form.text("comment").strip()
    scale = SCORES[survey.kind]
    if score is None:
        words = WORDS["no_score"][locale].format(lowest=scale[0], highest=scale[-1])
        return _form(visit, survey, score=None, comment=comment, before=_error(words), status=400)
    if len(comment) > LONGEST_COMMENT:
        words = WORDS["too_long"][locale].format(long=len(comment), most=LONGEST_COMMENT)
        return _form(visit, survey, score=score, comment=comment, before=_error(words), status=400)
    kept = visit.wiring.surveys.answer(
        survey.id, score=score, at=visit.now, channel=CHANNEL, comment=comment
    )
    thanks = said_to(_thanks(visit, kept), visit.customer, visit.playbook)
    return visit.page(
        WORDS["thanks"][locale],
        f'<p class="note" role="status">{escape(thanks)}</p>'
        f'<p><a href="?score={kept.score}">{WORDS["change"][locale]}</a></p>',
    )


def score_in(text: str, kind: str) -> int | None:
    """The score that a form or a link names; None for what is none on this kind's scale. Pure."""
    score = int(text) if _SCORE.fullmatch(text) else None
    return score if score in SCORES[kind] else None


def _survey(visit: Visit) -> Survey:
    """The question of this link, also when the days are over in which a bare number in a chat would
    be taken for its answer."""
    survey = visit.wiring.surveys.read(visit.link.about)
    if survey.kind not in SCORES:
        raise NotFound(f"{survey.id} asks nothing")
    return survey


def _question(visit: Visit, survey: Survey) -> Words:
    nps = visit.playbook.nps
    if survey.kind == "nps" and nps:
        return nps.question
    if survey.kind == "nps":  # the brand has given it up since: what it was about still stands
        return Words(tr=WORDS["nps"]["tr"], en=WORDS["nps"]["en"])
    return visit.playbook.satisfaction.question


def _thanks(visit: Visit, survey: Survey) -> Words:
    rules, nps = visit.playbook.satisfaction, visit.playbook.nps
    if survey.kind == "nps":
        return nps.thanks if nps else rules.thanks
    assert survey.score is not None
    return rules.sorry if survey.score <= rules.low else rules.thanks


def _error(words: str) -> str:
    return f'<p class="error" role="alert">{words}</p>'


def _form(
    visit: Visit,
    survey: Survey,
    *,
    score: int | None,
    comment: str,
    before: str,
    status: int = 200,
) -> Response:
    kind, locale = survey.kind, visit.locale
    scale = SCORES[kind]
    radios = "".join(
        f'<label><input type="radio" name="score" value="{one}" required'
        f"{' checked' if one == score else ''}>{one}</label>"
        for one in scale
    )
    ends = (
        f"{scale[0]} = {WORDS[f'{kind}_lowest'][locale]}, "
        f"{scale[-1]} = {WORDS[f'{kind}_highest'][locale]}"
    )
    question = escape(said_to(_question(visit, survey), visit.customer, visit.playbook))
    body = (
        f'{before}<form method="post" action="?" accept-charset="utf-8">'
        f'<fieldset aria-describedby="ends"><legend>{question}</legend>'
        f'<div class="scale">{radios}</div><p class="hint" id="ends">{ends}</p></fieldset>'
        f'<p><label class="field" for="comment">{WORDS["comment"][locale]}</label>'
        f'<textarea id="comment" name="comment" maxlength="{LONGEST_COMMENT}"'
        f' aria-describedby="comment-hint">{_in_textarea(comment)}</textarea>'
        f'<span class="hint" id="comment-hint">'
        f"{WORDS['comment_hint'][locale].format(most=LONGEST_COMMENT)}</span></p>"
        f"<button>{WORDS['send'][locale]}</button></form>"
    )
    return visit.page(WORDS[kind][locale], body, status)


def _in_textarea(text: str) -> str:
    """A line feed right behind the tag would be dropped by browsers: one of our own goes first."""
    return f"\n{escape(text)}" if text else ""
