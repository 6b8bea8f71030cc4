"""What customers say in words: the phrases that set their bad marks apart from their good ones.

For each phrase of one to three words, the log-odds of its being said with a low score against a
high one, with an informative Dirichlet prior: Monroe, B. L., Colaresi, M. P. and Quinn, K. M.
(2008), "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the Content of
Political Conflict", Political Analysis 16(4), 372–403. With y the texts of a side that have the
phrase, n the sum of these over all phrases, and α and α₀ the same over all texts times `PRIOR`, for
each side

    log((y + α) / (n + α₀ − y − α)),      variance ≈ 1/(y_low + α) + 1/(y_high + α)

and z is the difference of both sides over the root of the variance. A text counts once for a
phrase, however often it repeats it.

Pure. The texts that are given must be without what tells whose they are: see `Text`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log, sqrt
from typing import Literal

from chalicelib.voice.common import COMMON

PRIOR = 0.1
"""The prior is worth a tenth of all texts: enough that a phrase of two texts is no finding."""

LONGEST = 3
FEWEST = 2
"""A phrase that only one customer uses is not shown: it may tell who that is."""

MOST_LETTERS = 1_000
"""That are read of one text."""

MOST_EXAMPLES = 3

Side = Literal["low", "middle", "high"]

_WORD = re.compile(r"\[\w+\]|[^\W\d_]+(?:['’][^\W\d_]+)?|\d\S*|[.,;:!?()\n\"]+")


@dataclass(frozen=True, kw_only=True)
class Text:
    """A comment: whose, on which side its score lies, and its words, in which addresses, numbers
    and names have been put into brackets ("[name]")."""

    id: str
    customer_id: str
    side: Side
    text: str


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """As it is mostly written; in how many texts of each side; z > 0 goes with low scores.
    `examples` are ids of texts."""

    phrase: str
    low: int
    high: int
    texts: int
    z: float
    examples: Sequence[str]


@dataclass(kw_only=True)
class _Heap:
    sides: Counter[Side] = field(default_factory=Counter)
    customers: set[str] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)
    ids: dict[Side, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def texts(self) -> int:
        return self.sides.total()


Words = tuple[str, ...]


def phrases(
    texts: Iterable[Text], fold: Callable[[str], str], *, limit: int
) -> tuple[list[Phrase], list[Phrase]]:
    """The phrases that go with low scores, and those that go with high ones, the most telling
    first; at most `limit` each. `texts` in the order in which examples shall be given."""
    heaps = _heaps(texts, cache(fold))
    totals: Counter[Side] = Counter()
    for heap in heaps.values():
        totals.update(heap.sides)
    shown = {words: heap for words, heap in heaps.items() if len(heap.customers) >= FEWEST}
    within = _within(shown)
    found = [
        (_score(heap.sides, totals), words) for words, heap in shown.items() if words not in within
    ]
    found.sort(key=lambda one: (-one[0], -shown[one[1]].texts, one[1]))
    low = [_phrase(z, shown[words], "low") for z, words in found if z > 0][:limit]
    high = [_phrase(z, shown[words], "high") for z, words in reversed(found) if z < 0][:limit]
    return low, high


def _heaps(texts: Iterable[Text], fold: Callable[[str], str]) -> dict[Words, _Heap]:
    heaps: dict[Words, _Heap] = defaultdict(_Heap)
    for text in texts:
        for words, written in _said(text.text[:MOST_LETTERS], fold).items():
            heap = heaps[words]
            heap.sides[text.side] += 1
            heap.customers.add(text.customer_id)
            heap.written[written] += 1
            if len(heap.ids[text.side]) < MOST_EXAMPLES:
                heap.ids[text.side].append(text.id)
    return heaps


def _said(text: str, fold: Callable[[str], str]) -> dict[Words, str]:
    """Each phrase of a text, folded, and how it is written there first."""
    found: dict[Words, str] = {}
    for run in _runs(text, fold):
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                words = tuple(folded for folded, _ in run[start:end])
                written = " ".join(one for _, one in run[start:end])
                found.setdefault(words, written)
    return found


def _runs(text: str, fold: Callable[[str], str]) -> Iterator[list[tuple[str, str]]]:
    """Words that stand together: without common words, numbers and what is in brackets, and not
    beyond a comma or full stop."""
    run: list[tuple[str, str]] = []
    for match in _WORD.finditer(text):
        word = match[0]
        folded = fold(word).replace("’", "'").partition("'")[0] if word[0].isalpha() else ""
        if len(folded) > 1 and folded not in COMMON:
            run.append((folded, word))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _within(heaps: dict[Words, _Heap]) -> set[Words]:
    """Phrases that a longer one, of just as many texts, says in full."""
    found = set()
    for longer, heap in heaps.items():
        for size in range(1, len(longer)):
            for at in range(len(longer) - size + 1):
                part = longer[at : at + size]
                if part in heaps and heaps[part].texts == heap.texts:
                    found.add(part)
    return found


def _score(sides: Counter[Side], totals: Counter[Side]) -> float:
    """z of a phrase; 0 where a side has no other phrase to compare with."""
    prior, all_prior = PRIOR * sides.total(), PRIOR * totals.total()
    odds = []
    for side in ("low", "high"):
        y, n = sides[side], totals[side]
        rest = n + all_prior - y - prior
        if rest <= 0:
            return 0.0
        odds.append(log((y + prior) / rest))
    variance = 1 / (sides["low"] + prior) + 1 / (sides["high"] + prior)
    return (odds[0] - odds[1]) / sqrt(variance)


def _phrase(z: float, heap: _Heap, side: Side) -> Phrase:
    return Phrase(
        phrase=min(heap.written, key=lambda one: (-heap.written[one], one)),
        low=heap.sides["low"],
        high=heap.sides["high"],
        texts=heap.texts,
        z=z,
        examples=heap.ids[side],
    )
