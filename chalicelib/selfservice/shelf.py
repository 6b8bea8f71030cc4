"""The articles of one language, ready to be searched. Pure; in memory.

Okapi BM25 over three fields (BM25F), each term worth at most its rarity, so that the sum can be set
against what the question as a whole is worth: that share is the certainty, comparable between
questions and between brands. docs/decisions/0021 says why this is no SQLite.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log

from chalicelib.selfservice.slips import Slips
from chalicelib.store.article_records import ArticleText

Terms = Callable[[str], Sequence[str]]
"""A text's terms in order: folded, without endings, without words that say nothing."""

TITLE, KEYWORDS, BODY = 3.0, 3.0, 1.0
"""What a word counts by where it stands."""
K = 1.2
"""How soon a word that comes again adds nothing (BM25's k1)."""
B = 0.5
"""How much a long body is held against it (BM25's b). Titles and keywords are short by nature."""
TYPICAL = 60
"""Words of a body that is neither long nor short."""
TWICE = TITLE + KEYWORDS
"""The weight of a word from which on it is worth all of its rarity."""
MISSPELT = 0.7
"""What a word one slip away from one of the articles' is worth."""
STRANGE = 0.6
"""What a word that no article knows takes away, of the rarest one's worth."""
WHOLE = 0.5
"""Of the doubt left is taken away by a title or keyword of several words that is all there."""
PIECES = 0.85
"""What an article is worth of which no title and no keyword is all there, only pieces."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """An article and how certain it is (0 to 1) that it answers; `words` of the question that led
    to it, as they are in the index."""

    article_id: str
    certainty: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question in terms of the shelf: what each of its known terms is worth (slips less), and
    what the question is worth as a whole."""

    known: Mapping[str, float]
    whole: float


class Shelf:
    """The articles' texts by id; `terms` takes a text apart."""

    def __init__(self, texts: Mapping[str, ArticleText], terms: Terms) -> None:
        self._terms = terms
        self._weights = {name: _weights(text, terms) for name, text in texts.items()}
        self._phrases = {name: _phrases(text, terms) for name, text in texts.items()}
        self._holding: dict[str, set[str]] = defaultdict(set)
        for name, weights in self._weights.items():
            for term in weights:
                self._holding[term].add(name)
        self._slips = Slips(self._holding)

    def search(self, question: str, without: Collection[str] = ()) -> list[Found]:
        """Every article that has to do with the question."""
        asked = self._asked(question)
        names = {name for term in asked.known for name in self._holding[term]} - set(without)
        return [self._rated(name, asked) for name in names]

    def says_something(self, question: str) -> bool:
        """Whether there is anything in it besides a greeting."""
        return bool(self._terms(question))

    def _asked(self, question: str) -> Asked:
        known: dict[str, float] = {}
        strange = 0
        for term in dict.fromkeys(self._terms(question)):
            if term in self._holding:
                known[term] = 1.0
            elif near := self._near(term):
                known[near] = max(known.get(near, 0.0), MISSPELT)
            else:
                strange += 1
        worth = sum(self._rarity(term) for term in known)
        # A long story must not hide the question in it: strangers count less the more there are.
        doubt = STRANGE * self._rarity_of(1) * log(1 + strange)
        return Asked(known=known, whole=worth + doubt)

    def _near(self, term: str) -> str | None:
        """The commonest word of the articles that is one slip away."""
        near = self._slips.of(term)
        return max(near, key=lambda one: (len(self._holding[one]), one), default=None)

    def _rated(self, name: str, asked: Asked) -> Found:
        weights = self._weights[name]
        words = sorted(term for term in asked.known if term in weights)
        score = sum(
            self._rarity(term) * asked.known[term] * _saturated(weights[term]) for term in words
        )
        certainty = self._whole(name, min(score / asked.whole, 1.0), asked)
        return Found(article_id=name, certainty=certainty, words=tuple(words))

    def _whole(self, name: str, certainty: float, asked: Asked) -> float:
        as_typed = {term for term, sure in asked.known.items() if sure == 1}
        there = [phrase for phrase in self._phrases[name] if phrase <= as_typed]
        if any(len(phrase) > 1 for phrase in there):
            return certainty + (1 - certainty) * WHOLE
        return certainty if there else certainty * PIECES

    def _rarity(self, term: str) -> float:
        return self._rarity_of(len(self._holding[term]))

    def _rarity_of(self, holding: int) -> float:
        """BM25's inverse document frequency, in the form that is never negative."""
        return log(1 + (len(self._weights) - holding + 0.5) / (holding + 0.5))


def _saturated(weight: float) -> float:
    """What a word's weight in an article is worth, 0 to 1."""
    return min(weight / (weight + K) * (TWICE + K) / TWICE, 1.0)


def _weights(text: ArticleText, terms: Terms) -> dict[str, float]:
    """How often each term stands in an article, by where."""
    body = Counter(terms(text.body))
    long = max(1 - B + B * sum(body.values()) / TYPICAL, 1.0)
    weights: dict[str, float] = defaultdict(float)
    for counted, counts in (
        (Counter(terms(text.title)), TITLE),
        (Counter(term for keyword in text.keywords for term in terms(keyword)), KEYWORDS),
        (body, BODY / long),
    ):
        for term, number in counted.items():
            weights[term] += counts * number
    return dict(weights)


def _phrases(text: ArticleText, terms: Terms) -> frozenset[frozenset[str]]:
    """The terms of the title, and of each keyword: whoever says all of one means this article."""
    every = (frozenset(terms(phrase)) for phrase in (text.title, *text.keywords))
    return frozenset(phrase for phrase in every if phrase)
