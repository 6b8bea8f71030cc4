"""The page of one answer, which asks whether it helped, and the page that thanks for the word.

A word counts by its ballot: once, for what was shown. Who has none that is good meets the answer
again, with a new one; who was not helped, the ways to reach a person.
"""

from collections.abc import Mapping

from chalice.app import Response

from chalicelib.errors import Forbidden, InvalidRequest, TooLarge, Unavailable
from chalicelib.playbook_values import Locale
from chalicelib.web import faq_ballots, faq_finding, faq_reach
from chalicelib.web import faq_parts as parts
from chalicelib.web.faq_words import WORDS
from chalicelib.web.forms import Form
from chalicelib.web.layout import page
from chalicelib.web.page_words import KIND_PAGES
from chalicelib.wiring import Wiring

LARGEST = 10_000
"""Bytes of a word: ours have a few hundred."""

SAID = {"yes": True, "no": False}


def show(
    wiring: Wiring, article_id: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> Response:
    """The answer, in the language that is asked for if it is written in it."""
    locale = faq_finding.language(query.get("lang"), headers.get("accept-language", ""), wiring)
    return _answer(wiring, article_id, locale)


def take(
    wiring: Wiring,
    article_id: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    form: Form,
) -> Response:
    """Count the word, and thank. Counted, known already, or one too many: readers see the same."""
    locale = faq_finding.language(query.get("lang"), headers.get("accept-language", ""), wiring)
    try:
        ballot = faq_ballots.read(wiring, form.line("ballot"), article_id)
        helped = SAID[form.line("helped")]
        faq_ballots.cast(wiring, ballot, helped=helped)
    except (Forbidden, KeyError) as error:
        status = 403 if isinstance(error, Forbidden) else InvalidRequest.status
        before = f'<p class="error" role="alert">{WORDS["again"][locale]}</p>'
        return _answer(wiring, article_id, locale, before=before, status=status)
    except Unavailable as error:
        title, text = (words[locale] for words in KIND_PAGES["busy"])
        return page(locale, wiring.playbook.brand.name, title, f"<p>{text}</p>", error.status)
    said = WORDS["glad" if helped else "sorry"][locale]
    body = f'<p class="note" role="status">{said}</p>'
    if not helped:
        body += faq_reach.part(wiring, locale)
    return page(locale, wiring.playbook.brand.name, WORDS["thanks"][locale], body + _back(locale))


def checked(raw: bytes) -> bytes:
    """What was sent, if it can be ours. Raises TooLarge."""
    if len(raw) > LARGEST:
        raise TooLarge(f"a word on an answer may have {LARGEST} bytes, not {len(raw)}")
    return raw


def _answer(
    wiring: Wiring, article_id: str, locale: Locale, *, before: str = "", status: int = 200
) -> Response:
    brand = wiring.playbook.brand.name
    shown = faq_finding.one(wiring.library.index, article_id, locale)
    if shown is None:
        body = f"<p>{WORDS['gone'][locale]}</p>{_back(locale)}"
        return page(locale, brand, WORDS["gone_title"][locale], body, 404)
    lang, _ = parts.spoken(shown, locale)
    other = f'<p class="hint">{WORDS["this_elsewhere"][locale]}</p>' if lang else ""
    ballot = faq_ballots.handed_out(wiring, shown.article, shown.language)
    asked = parts.vote(f"?lang={locale}", ballot, locale) if ballot else ""
    switch = parts.switch("", locale) if len(shown.article.texts) > 1 else ""
    return page(
        locale,
        brand,
        shown.text.title,
        f"{before}{other}<div{lang}>{parts.paragraphs(shown.text.body)}</div>{asked}"
        f"{_back(locale)}{switch}",
        status,
        robots="index, follow" if status == 200 else "noindex",
        spoken=shown.language,
    )


def _back(locale: Locale) -> str:
    return f'<p><a href="../faq?lang={locale}">{WORDS["all"][locale]}</a></p>'
