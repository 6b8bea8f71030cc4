"""The index: which articles answer a question, and how certain that is. Pure; in memory."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from chalicelib.selfservice.common_words import COMMON
from chalicelib.selfservice.shelf import Found, Shelf
from chalicelib.store.article_records import Article

Analyse = Callable[[str, str], Sequence[str]]
"""(text, language) → its terms, in order: folded, without endings. Articles and questions go
through the same function, so they meet."""

SAME_CATEGORY, OTHER_CATEGORY = 0.25, 0.25
"""Of the doubt left is taken away, or of the certainty, by as much as triage is sure of the
article's category, or of another."""

NUMBER = "#"
"""What stands for a long number, as of an order: no article is about it, but it is no greeting."""


class Index:
    """All published articles, each in its languages."""

    def __init__(self, articles: Iterable[Article], analyse: Analyse) -> None:
        self.articles = {one.id: one for one in articles if one.published}
        self._shelves = dict(self._shelved(analyse))

    def _shelved(self, analyse: Analyse) -> Iterator[tuple[str, Shelf]]:
        for language in sorted({name for one in self.articles.values() for name in one.texts}):
            texts = {
                one.id: one.texts[language]
                for one in self.articles.values()
                if language in one.texts
            }
            yield language, Shelf(texts, _meant(analyse, language))

    def search(
        self,
        question: str,
        language: str,
        *,
        without: Collection[str] = (),
        category: str | None = None,
        sure: float = 0.0,
    ) -> list[Found]:
        """The articles in this language that have to do with the question, the most certain first;
        those of the `category` that triage is `sure` of gain, others lose."""
        shelf = self._shelves.get(language)
        every = shelf.search(question, without) if shelf else []
        rated = (self._with_category(one, category, sure) for one in every)
        return sorted(rated, key=lambda one: (-one.certainty, one.article_id))

    def says_something(self, question: str, language: str) -> bool:
        """Whether a question says more than a greeting; True where nothing can be found anyway."""
        shelf = self._shelves.get(language)
        return shelf is None or shelf.says_something(question)

    def _with_category(self, found: Found, category: str | None, sure: float) -> Found:
        known = self.articles[found.article_id].category
        if category is None or known is None:
            return found
        certainty, sure = found.certainty, min(max(sure, 0.0), 1.0)
        if known == category:
            certainty += (1 - certainty) * SAME_CATEGORY * sure
        else:
            certainty *= 1 - OTHER_CATEGORY * sure
        return Found(article_id=found.article_id, certainty=certainty, words=found.words)


def _meant(analyse: Analyse, language: str) -> Callable[[str], list[str]]:
    """The terms of a text in a language, without the words, and the emoji, that say nothing."""
    common = COMMON.get(language, frozenset())

    def meant(text: str) -> list[str]:
        terms = (term for term in analyse(text, language) if term not in common)
        return [term for term in terms if term == NUMBER or term.isalnum()]

    return meant
