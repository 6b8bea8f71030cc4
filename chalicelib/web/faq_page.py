"""The public answers: every published article, or those that answer a question. Nobody is known
here and nothing is kept; what is shown may be cached by anybody for five minutes."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from urllib.parse import urlencode

import msgspec
from chalice.app import Response

from chalicelib.errors import InvalidRequest
from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.selfservice.index import Index
from chalicelib.store.article_records import Article
from chalicelib.web.faq_words import WORDS
from chalicelib.web.http import Headers
from chalicelib.web.layout import page
from chalicelib.wiring import Wiring

LONGEST_QUESTION = 200
"""Characters that are read of a question; the rest is left out."""

MOST_FOUND = 10
LEAST_CERTAIN = 0.25
"""Below this an article only shares a word with the question."""

CACHED = "public, max-age=300"
OTHER: Mapping[Locale, Locale] = {"tr": "en", "en": "tr"}


def show(wiring: Wiring, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """The page; `q` searches it, `lang` chooses its language."""
    locale = _language(query.get("lang"), headers.get("accept-language", ""), wiring)
    question = _question(query)
    index = wiring.library.index
    body = _search(question, locale) + (
        _results(_found(index, question, locale), question, locale)
        if question
        else _sections(_every(index, locale), locale, wiring)
    )
    link = urlencode({"lang": OTHER[locale], **({"q": question} if question else {})})
    body += f'<p><a href="?{escape(link)}" lang="{OTHER[locale]}">{WORDS["switch"][locale]}</a></p>'
    # Search engines may find the answers, not the endless pages of other people's questions.
    robots = "noindex" if question else "index, follow"
    answer = page(locale, wiring.playbook.brand.name, WORDS["title"][locale], body, robots=robots)
    return _cached(answer, headers, {"Vary": "Accept-Language"})


def listed(wiring: Wiring, query: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """The same as JSON, for other pages to show. Raises InvalidRequest for an unknown language."""
    asked = query.get("lang") or wiring.playbook.brand.default_locale
    if asked not in LOCALES:
        raise InvalidRequest(f"lang: there is no {asked[:20]!r}: write one of {', '.join(LOCALES)}")
    locale: Locale = "tr" if asked == "tr" else "en"
    question, index = _question(query), wiring.library.index
    found = _found(index, question, locale) if question else _every(index, locale)
    document = {"language": locale, "articles": [_public(one, locale) for one in found]}
    body = msgspec.json.encode(document).decode().replace("<", "\\u003c")
    answer = Response(
        body=body,
        status_code=200,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Access-Control-Allow-Origin": "*",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
    return _cached(answer, headers, {})


def _cached(answer: Response, headers: Mapping[str, str], more: Headers) -> Response:
    """The answer as caches may keep it; to who has it already, that it is the same."""
    tag = f'"{sha256(str(answer.body).encode()).hexdigest()[:32]}"'
    answer.headers |= {"Cache-Control": CACHED, "ETag": tag, **more}
    if tag in headers.get("if-none-match", ""):
        return Response(body="", status_code=304, headers=answer.headers)
    return answer


def _question(query: Mapping[str, str]) -> str:
    return " ".join(query.get("q", "")[:LONGEST_QUESTION].split())


def _language(asked: str | None, accepted: str, wiring: Wiring) -> Locale:
    """What is asked for, else what the browser prefers, else the brand's own."""
    for part in [asked or "", *accepted[:200].split(",")]:
        primary = part.partition(";")[0].strip().partition("-")[0].lower()
        for locale in LOCALES:
            if locale == primary:
                return locale
    return wiring.playbook.brand.default_locale


def _every(index: Index, locale: Locale) -> list[Article]:
    return [one for one in index.articles.values() if locale in one.texts]


def _found(index: Index, question: str, locale: Locale) -> list[Article]:
    rated = index.search(question, locale)[:MOST_FOUND]
    return [index.articles[one.article_id] for one in rated if one.certainty >= LEAST_CERTAIN]


def _public(article: Article, locale: Locale) -> dict[str, str | None]:
    text = article.texts[locale]
    return {
        "id": article.id,
        "title": text.title,
        "body": text.body,
        "category": article.category,
    }


def _search(question: str, locale: Locale) -> str:
    return (
        '<form method="get" role="search"><fieldset>'
        f'<label class="field" for="q">{WORDS["search"][locale]}</label>'
        f'<input type="hidden" name="lang" value="{locale}">'
        f'<input type="text" id="q" name="q" maxlength="{LONGEST_QUESTION}" '
        f'value="{escape(question)}"></fieldset>'
        f'<button type="submit">{WORDS["button"][locale]}</button></form>'
    )


def _results(found: Sequence[Article], question: str, locale: Locale) -> str:
    heading = escape(WORDS["found"][locale].format(q=question))
    back = f'<p><a href="?lang={locale}">{WORDS["all"][locale]}</a></p>'
    if not found:
        return f'<p class="note" role="status">{WORDS["nothing"][locale]}</p>{back}'
    first, *rest = found
    shown = _article(first, locale, opened=True) + "".join(_article(one, locale) for one in rest)
    return f"<h2>{heading}</h2>{shown}{back}"


def _sections(found: Sequence[Article], locale: Locale, wiring: Wiring) -> str:
    """The articles by category, in the playbook's order."""
    if not found:
        return f'<p class="note" role="status">{WORDS["empty"][locale]}</p>'
    triage = wiring.playbook.triage
    titles = {one.id: one.title.in_(locale) for one in triage.categories} if triage else {}
    parts = []
    for category in [*titles, None]:
        inside = [one for one in found if _within(one, titles) == category]
        if inside:
            title = titles[category] if category else WORDS["other" if titles else "all"][locale]
            shown = "".join(_article(one, locale) for one in inside)
            parts.append(f"<h2>{escape(title)}</h2>{shown}")
    return "".join(parts)


def _within(article: Article, titles: Mapping[str, str]) -> str | None:
    return article.category if article.category in titles else None


def _article(article: Article, locale: Locale, *, opened: bool = False) -> str:
    text = article.texts[locale]
    body = "".join(
        f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.body.split("\n\n")
    )
    state = " open" if opened else ""
    name = escape(article.id)
    return f'<details id="{name}"{state}><summary>{escape(text.title)}</summary>{body}</details>'
