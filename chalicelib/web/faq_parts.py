"""The parts of the public answers' pages, as HTML; whatever people wrote is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from chalicelib.playbook import Playbook
from chalicelib.playbook_values import Locale
from chalicelib.selfservice.either_language import OTHER
from chalicelib.selfservice.wording import LANGUAGES
from chalicelib.web.faq_finding import LONGEST_QUESTION, Shown
from chalicelib.web.faq_words import WORDS

Ballots = Mapping[str, str]
"""Signed ballots by article id; for articles without one a link leads to the article's own page."""


def search(question: str, locale: Locale) -> str:
    # Ids of articles have no underscore, so none is the same.
    return (
        '<form method="get" role="search" class="ask">'
        f'<label class="field" for="the_question">{WORDS["search"][locale]}</label>'
        f'<input type="hidden" name="lang" value="{locale}">'
        f'<input type="text" id="the_question" name="q" maxlength="{LONGEST_QUESTION}" '
        f'enterkeyhint="search" value="{escape(question)}">'
        f'<button type="submit">{WORDS["button"][locale]}</button></form>'
    )


def switch(question: str, locale: Locale) -> str:
    """The link to the same page in the other language."""
    other = OTHER[locale]
    link = urlencode({"lang": other, **({"q": question} if question else {})})
    return f'<p><a href="?{escape(link)}" lang="{other}">{WORDS["switch"][locale]}</a></p>'


def nothing(locale: Locale) -> str:
    return f'<p class="note" role="status">{WORDS["nothing"][locale]}</p>'


def back(locale: Locale) -> str:
    return f'<p><a href="?lang={locale}">{WORDS["all"][locale]}</a></p>'


def results(found: Sequence[Shown], question: str, locale: Locale, ballots: Ballots) -> str:
    """What answers a question: in the page's language, then what is in the other."""
    first, mine = found[0], sum(one.language == locale for one in found)
    shown = [article(one, locale, ballots, opened=one is first) for one in found]
    heading = f"<h2>{escape(WORDS['found'][locale].format(q=question))}</h2>"
    if mine == 0:
        heading = f'<p class="note" role="status">{WORDS["only_elsewhere"][locale]}</p>{heading}'
    elif mine < len(found):
        shown.insert(mine, f"<h2>{WORDS['elsewhere'][locale]}</h2>")
    return heading + "".join(shown)


def sections(found: Sequence[Shown], locale: Locale, playbook: Playbook) -> str:
    """The articles by category, in the playbook's order."""
    if not found:
        return f'<p class="note" role="status">{WORDS["empty"][locale]}</p>'
    titles = (
        {one.id: one.title.in_(locale) for one in playbook.triage.categories}
        if playbook.triage
        else {}
    )
    parts = []
    if found[0].language != locale:
        parts.append(f'<p class="note">{WORDS["only_elsewhere"][locale]}</p>')
    for category in [*titles, None]:
        inside = [one for one in found if _within(one, titles) == category]
        if inside:
            title = titles[category] if category else WORDS["other" if titles else "all"][locale]
            shown = "".join(article(one, locale, {}) for one in inside)
            parts.append(f"<h2>{escape(title)}</h2>{shown}")
    return "".join(parts)


def _within(shown: Shown, titles: Mapping[str, str]) -> str | None:
    return shown.article.category if shown.article.category in titles else None


def article(shown: Shown, locale: Locale, ballots: Ballots, *, opened: bool = False) -> str:
    """An article to unfold, marked if it is of another language than the page."""
    name = escape(shown.article.id)
    lang, mark = spoken(shown, locale)
    ballot = ballots.get(shown.article.id)
    state = " open" if opened else ""
    asked = (
        vote(f"faq/{name}?lang={locale}", ballot, locale, of=f"{name}_title")
        if ballot
        else f'<p><a href="faq/{name}?lang={locale}">{WORDS["helped"][locale]}</a></p>'
    )
    return (
        f'<details id="{name}"{state}><summary><span id="{name}_title"{lang}>'
        f"{escape(shown.text.title)}</span>{mark}</summary>"
        f"<div{lang}>{paragraphs(shown.text.body)}</div>{asked}</details>"
    )


def spoken(shown: Shown, locale: Locale) -> tuple[str, str]:
    """The attribute that tells a screen reader how to speak it, and the words that tell everybody;
    empty in the page's own language."""
    if shown.language == locale:
        return "", ""
    mark = f' <span class="mark">({LANGUAGES[shown.language].in_(locale)})</span>'
    return f' lang="{shown.language}"', mark


def paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))


def vote(action: str, ballot: str, locale: Locale, *, of: str = "") -> str:
    """The question whether it helped: two buttons of a plain form. `of`: the element that says of
    what, where there are several on a page."""
    about = f' aria-describedby="{of}"' if of else ""
    return (
        f'<form method="post" action="{action}" class="helped" accept-charset="utf-8">'
        f"<fieldset{about}><legend>{WORDS['helped'][locale]}</legend>"
        f'<input type="hidden" name="ballot" value="{escape(ballot)}">'
        f'<button class="quiet" name="helped" value="yes">{WORDS["yes"][locale]}</button> '
        f'<button class="quiet" name="helped" value="no">{WORDS["no"][locale]}</button>'
        "</fieldset></form>"
    )
