"""The page of the public answers: every published article, or those that answer a question. Nobody
is known here, and no question is kept. The list may be cached by anybody for five minutes; an
answer to a question holds ballots, and is kept by no cache."""

from collections.abc import Mapping
from hashlib import sha256

from chalice.app import Response

from chalicelib.web import faq_finding as finding
from chalicelib.web import faq_parts as parts
from chalicelib.web import faq_reach
from chalicelib.web.faq_ballots import handed_out
from chalicelib.web.faq_words import WORDS
from chalicelib.web.http import Headers
from chalicelib.web.layout import page
from chalicelib.wiring import Wiring

CACHED = "public, max-age=300"


def show(wiring: Wiring, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """The page; `q` searches it, `lang` chooses its language."""
    locale = finding.language(query.get("lang"), headers.get("accept-language", ""), wiring)
    question = finding.question_in(query)
    body = parts.search(question, locale)
    if question:
        found = finding.found(wiring, question, locale)
        body += (
            parts.results(found, question, locale, _ballots(wiring, found))
            if found
            else parts.nothing(locale) + faq_reach.part(wiring, locale)
        )
        body += parts.back(locale)
    else:
        found = finding.every(wiring.library.index, locale)
        body += parts.sections(found, locale, wiring.playbook)
    body += parts.switch(question, locale)
    # Search engines may find the answers, not the endless pages of other people's questions.
    robots = "noindex" if question else "index, follow"
    answer = page(locale, wiring.playbook.brand.name, WORDS["title"][locale], body, robots=robots)
    return answer if question else cached(answer, headers, {"Vary": "Accept-Language"})


def _ballots(wiring: Wiring, found: list[finding.Shown]) -> dict[str, str]:
    made = {one.article.id: handed_out(wiring, one.article, one.language) for one in found}
    return {name: ballot for name, ballot in made.items() if ballot}


def cached(answer: Response, headers: Mapping[str, str], more: Headers) -> Response:
    """The answer as caches may keep it; to who has it already, that it is the same."""
    tag = f'"{sha256(str(answer.body).encode()).hexdigest()[:32]}"'
    answer.headers |= {"Cache-Control": CACHED, "ETag": tag, **more}
    if tag in headers.get("if-none-match", ""):
        return Response(body="", status_code=304, headers=answer.headers)
    return answer
