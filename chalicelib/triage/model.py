"""The classifier: a text's labels, how sure each is, whether it is about none of them, and why.

Linear, so that a reason is what each word added. No numpy: all labels are added up at once in one
big whole number, four bytes for each label. Rows hold one byte for each, which Python spreads and
multiplies in C; a message takes a quarter of a millisecond, of 150 labels a third.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.triage.features import MOST_WORDS, Counts, Weighed, counts, pieces
from chalicelib.triage.language import language_of
from chalicelib.triage.weights import ZERO, Weights, unpacked
from chalicelib.triage.words import stems, tokens

DEFAULT = Path(__file__).with_name("default.model")
_FINE = 4096
"""What values are multiplied by to become whole. The sum of all stays below four bytes:
255 · 4096 · √(number of features, at most some thousands)."""
_LANE = 4


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A label and how likely it is, 0 to 1."""

    label: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the classifier makes of a text."""

    guesses: tuple[Guess, ...]
    """All labels, the likeliest first."""
    outside: bool
    """Whether the text is about none of the labels: a person should look."""
    score: float
    """What `outside` rests on; larger is more surely inside."""
    unknown: float
    """How much of the text training never saw, 0 to 1."""
    why: tuple[str, ...]
    """The words of the text that speak most for the first label, the strongest first."""

    @property
    def label(self) -> str:
        """The likeliest label, outside or not."""
        return self.guesses[0].label


@cache
def default() -> "Classifier":
    """The classifier that Temas ships, loaded when first asked for."""
    return Classifier(unpacked(DEFAULT.read_bytes()))


class Classifier:
    """Gives each text its labels. Never raises, whatever the text."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._rows = memoryview(weights.rows)

    def classify(self, text: str, reasons: int = 3) -> Verdict:
        """Judge a text, and name up to so many words that decided."""
        language = self.weights.stem or language_of(text).code
        found = counts(text, language)
        weighed = self.weights.vocabulary.weigh(found)
        scores = self._scores(weighed)
        rest = scores.pop() if self.weights.background else None
        order = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        shares = _shares(scores, self.weights.heat)
        score = inside(scores, rest, weighed.unknown, self.weights.spread)
        return Verdict(
            guesses=tuple(
                Guess(label=self.weights.labels[one], share=shares[one]) for one in order
            ),
            outside=not weighed.rows or score < self.weights.least,
            score=score,
            unknown=weighed.unknown,
            why=self._why(text, language, found, weighed, order[0])[:reasons],
        )

    def _scores(self, weighed: Weighed) -> list[float]:
        size = len(self.weights.labels)
        rows, spread_out = self._rows, bytearray(_LANE * size)
        total, weight = 0, 0
        for row, value in zip(weighed.rows, weighed.values, strict=True):
            whole = round(value * _FINE)
            spread_out[::_LANE] = rows[row * size : row * size + size]
            total += int.from_bytes(spread_out, "little") * whole
            weight += whole
        lanes = struct.unpack(f"<{size}I", total.to_bytes(_LANE * size, "little"))
        step, zero = self.weights.step / _FINE, ZERO * weight
        return [
            (lane - zero) * step + bias for lane, bias in zip(lanes, self.weights.bias, strict=True)
        ]

    def _why(
        self, text: str, language: str, found: Counts, weighed: Weighed, label: int
    ) -> tuple[str, ...]:
        """Words by what they add to the label: their stem, their pieces, and half of each pair."""
        stem_adds, *both_add, piece_adds = self._adds(found, weighed, label)
        for mark, pairs in zip((" ", "+"), both_add, strict=True):
            for name, add in pairs.items():
                for stem in name.split(mark):
                    stem_adds[stem] = stem_adds.get(stem, 0.0) + add / 2
        words = list(dict.fromkeys(tokens(text)[:MOST_WORDS]))
        total = {
            word: stem_adds.get(stem, 0.0)
            + sum(piece_adds.get(piece, 0.0) for piece in set(pieces(word)))
            for word, stem in zip(words, stems(words, language), strict=True)
        }
        return tuple(
            word for word in sorted(total, key=total.__getitem__, reverse=True) if total[word] > 0
        )

    def _adds(self, found: Counts, weighed: Weighed, label: int) -> list[dict[str, float]]:
        """What each known feature adds to the label, by view."""
        size, rows = len(self.weights.labels), self._rows
        adds = {
            row: (rows[row * size + label] - ZERO) * value
            for row, value in zip(weighed.rows, weighed.values, strict=True)
        }
        return [
            {name: adds[row] for name in view if (row := places.get(name)) is not None}
            for view, places in zip(found, self.weights.vocabulary.places, strict=True)
        ]


def inside(scores: Sequence[float], rest: float | None, unknown: float, spread: float) -> float:
    """How surely a text is about one of the labels: the best score, less what is unknown, less
    what speaks for everything else."""
    best = max(scores)
    return (best if rest is None else best - max(rest, 0.0)) / spread - unknown


def _shares(scores: Sequence[float], heat: float) -> list[float]:
    best = max(scores)
    powers = [math.exp((score - best) / heat) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
