"""What a reader of the public answers asks for, and which articles that is, each in a language."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.playbook_values import LOCALES, Locale
from chalicelib.selfservice.either_language import OTHER, in_both
from chalicelib.selfservice.index import Index
from chalicelib.store.article_records import Article, ArticleText
from chalicelib.wiring import Wiring

LONGEST_QUESTION = 200
"""Characters that are read of a question; the rest is left out."""

MOST_FOUND = 10
CLOSE = 0.6
"""From here an article in the reader's language leaves nothing to look for in the other."""
LEAST_CERTAIN = 0.25
"""Below this an article only shares a word with the question."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An article, and the language it is shown in."""

    article: Article
    language: Locale

    @property
    def text(self) -> ArticleText:
        return self.article.texts[self.language]


def question_in(query: Mapping[str, str]) -> str:
    return " ".join(query.get("q", "")[:LONGEST_QUESTION].split())


def language(asked: str | None, accepted: str, wiring: Wiring) -> Locale:
    """What is asked for, else what the browser prefers, else the brand's own."""
    for part in [asked or "", *accepted[:200].split(",")]:
        primary = part.partition(";")[0].strip().partition("-")[0].lower()
        for locale in LOCALES:
            if locale == primary:
                return locale
    return wiring.playbook.brand.default_locale


def every(index: Index, locale: Locale) -> list[Shown]:
    """All articles in this language; if there is none at all, those in the other."""
    for spoken in (locale, OTHER[locale]):
        found = [
            Shown(article=one, language=spoken)
            for one in index.articles.values()
            if spoken in one.texts
        ]
        if found:
            return found
    return []


def found(wiring: Wiring, question: str, locale: Locale) -> list[Shown]:
    """What answers a question, the best first; where nothing in this language is close to it, then
    what is closer in the other."""
    index = wiring.library.index
    own, others = in_both(index, question, locale, enough=CLOSE)
    certain = {
        one.article_id: Shown(article=index.articles[one.article_id], language=spoken)
        # Of an article that is found in both, the text in the page's language is shown.
        for spoken, rated in ((OTHER[locale], others), (locale, own))
        for one in rated
        if one.certainty >= LEAST_CERTAIN
    }
    order = [one.article_id for one in (*own, *others)]
    return [certain[name] for name in dict.fromkeys(order) if name in certain][:MOST_FOUND]


def one(index: Index, article_id: str, locale: Locale) -> Shown | None:
    """A published article, in this language if it has it, else in the other; None: no such one."""
    article = index.articles.get(article_id)
    if article is None:
        return None
    return Shown(article=article, language=locale if locale in article.texts else OTHER[locale])
