"""What the classifier looks at: stems, pairs of stems, and pieces of words, each with its weight.

A pair tells what "card" and "arrive" together mean wherever they stand; pieces of three to five
letters carry over typos and endings. The names are readable, as reasons are told with them.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from chalicelib.triage.words import stems, tokens

SHARES = (1.0, 0.5, 1.0, 1.0)
"""What stems, neighbours, pairs and pieces count for, found by trying: docs/triage.md."""
_SCALE = math.sqrt(sum(share * share for share in SHARES))
MOST_WORDS = 120
"""Words that are looked at: bounds the time that a long message takes."""
_NEAR = 12
"""Words between which a pair may stand: all of a usual message."""

Counts = tuple[Mapping[str, int], ...]
"""How often each feature is in a text; one mapping for each of the four views."""


def counts(text: str, language: str) -> Counts:
    """The features of any text; none of one without words."""
    words = tokens(text)[:MOST_WORDS]
    stemmed = stems(words, language)
    return (
        Counter(stemmed),
        Counter(map(" ".join, pairwise(stemmed))),
        Counter(_pairs(stemmed)),
        Counter(piece for word in words for piece in pieces(word)),
    )


def _pairs(stemmed: Sequence[str]) -> Iterator[str]:
    """Two different stems, in the order of the alphabet."""
    distinct = list(dict.fromkeys(stemmed))
    for index, one in enumerate(distinct):
        for other in distinct[index + 1 : index + _NEAR]:
            yield f"{one}+{other}" if one < other else f"{other}+{one}"


def pieces(word: str) -> Iterator[str]:
    """Each three, four and five letters in a row, with "_" where the word begins and ends."""
    edged = f"_{word}_"
    size = len(edged)
    for length in (3, 4, 5):
        if size <= length:
            yield edged
            break
        for start in range(size - length + 1):
            yield edged[start : start + length]


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A text as the classifier takes it: the rows of known features, what each counts for, and
    how much of the text is unknown (0 to 1)."""

    rows: Sequence[int]
    values: Sequence[float]
    unknown: float


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The features that training saw, and how rare each is (inverse document frequency)."""

    places: tuple[Mapping[str, int], ...]
    """Row of each feature, by view; rows run on from one view to the next."""
    rarity: "array[float]"
    """By row."""
    unseen: float
    """Rarity of what training never saw."""

    def weigh(self, found: Counts) -> Weighed:
        """Each view has the same length whatever the text's, unknown features included: of a text
        that is mostly unknown, what is known counts for little."""
        rows: list[int] = []
        values: list[float] = []
        unknown = 0.0
        for view, share, places in zip(found, SHARES, self.places, strict=True):
            known, strange = self._known(view, places)
            seen = sum(value * value for _, value in known)
            unknown += strange / (seen + strange) if view else 1.0
            if known:
                factor = share / _SCALE / math.sqrt(seen + strange)
                rows.extend(row for row, _ in known)
                values.extend(value * factor for _, value in known)
        return Weighed(rows=rows, values=values, unknown=unknown / len(found))

    def _known(
        self, view: Mapping[str, int], places: Mapping[str, int]
    ) -> tuple[list[tuple[int, float]], float]:
        """Row and weight of known features, and the sum of the others' squared weights."""
        known, strange = [], 0.0
        for name, count in view.items():
            often = 1.0 + math.log(count) if count > 1 else 1.0
            row = places.get(name)
            if row is None:
                strange += (often * self.unseen) ** 2
            else:
                known.append((row, often * self.rarity[row]))
        return known, strange
