"""The public answers as JSON, for the brand's own site: the list, one answer with a ballot, and
the word of a reader."""

from collections.abc import Mapping

import msgspec
from chalice.app import Response

from chalicelib.errors import InvalidRequest, NotFound
from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.web import faq_ballots, faq_finding, faq_reach
from chalicelib.web.endpoints import parsed
from chalicelib.web.faq_page import cached
from chalicelib.web.faq_words import WORDS
from chalicelib.web.http import Headers
from chalicelib.wiring import Wiring


class WordRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reader says of an answer, with the ballot that came with it."""

    article: str
    helped: bool
    ballot: str
    language: str | None = None


def listed(wiring: Wiring, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """The answers, or with `article` one of them, with a ballot. Raises InvalidRequest for an
    unknown language, NotFound for an unknown article."""
    locale = _language(query.get("lang"), wiring)
    if "article" in query:
        return _one(wiring, query["article"], locale)
    question = faq_finding.question_in(query)
    found = (
        faq_finding.found(wiring, question, locale)
        if question
        else faq_finding.every(wiring.library.index, locale)
    )
    document = {"language": locale, "articles": [_public(one) for one in found]}
    return cached(_json(document), headers, {})


def take(wiring: Wiring, raw: bytes) -> Response:
    """Count a reader's word, and say what to tell them. Raises InvalidRequest, and Forbidden for a
    ballot that is not good (any more)."""
    said = parsed(raw, WordRequest)
    locale = _language(said.language, wiring)
    ballot = faq_ballots.read(wiring, said.ballot, said.article)
    faq_ballots.cast(wiring, ballot, helped=said.helped)
    answer = {"language": locale, "message": WORDS["glad" if said.helped else "sorry"][locale]}
    if said.helped:
        return _json(answer)
    ways = [
        {"channel": one.channel, "name": one.name, "url": one.url, "shown": one.shown}
        for one in faq_reach.ways(wiring, locale)
    ]
    return _json(answer | {"contact": ways, "when": faq_reach.when(wiring, locale)})


def allowed() -> Response:
    """To a browser that asks whether a page of another origin may send its reader's word."""
    headers: Headers = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return Response(body="", status_code=204, headers=headers)


def _language(asked: str | None, wiring: Wiring) -> Locale:
    asked = asked or wiring.playbook.brand.default_locale
    for locale in LOCALES:
        if locale == asked:
            return locale
    raise InvalidRequest(f"lang: there is no {asked[:20]!r}: write one of {', '.join(LOCALES)}")


def _one(wiring: Wiring, article_id: str, locale: Locale) -> Response:
    shown = faq_finding.one(wiring.library.index, article_id, locale)
    if shown is None:
        raise NotFound(f"article: there is no {article_id[:64]!r}: GET /faq.json lists them")
    ballot = faq_ballots.handed_out(wiring, shown.article, shown.language)
    answer = _json({"language": locale, "articles": [_public(shown)], "ballot": ballot})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _public(shown: faq_finding.Shown) -> dict[str, str | None]:
    return {
        "id": shown.article.id,
        "language": shown.language,
        "title": shown.text.title,
        "body": shown.text.body,
        "category": shown.article.category,
    }


def _json(document: object) -> Response:
    return Response(
        body=msgspec.json.encode(document).decode().replace("<", "\\u003c"),
        status_code=200,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
