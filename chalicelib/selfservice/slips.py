"""Words that are a slip of the finger away from one another. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

SHORTEST = 4
"""Letters of a word in which a slip is looked for: shorter ones turn into others."""


class Slips:
    """The words that are known, found by what is nearly them."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_form: dict[str, set[str]] = defaultdict(set)
        for word in known:
            for form in _shortened(word):
                self._by_form[form].add(word)

    def of(self, word: str) -> Iterator[str]:
        """The known words that are one slip away from this one and begin alike."""
        if len(word) < SHORTEST:
            return
        near = {known for form in _shortened(word) for known in self._by_form.get(form, ())}
        for known in near:
            alike = known[0] == word[0] and len(known) >= SHORTEST - 1
            if alike and _one_slip(word, known):
                yield known


def _shortened(term: str) -> set[str]:
    """The term and what is left of it without one of its letters."""
    return {term, *(term[:at] + term[at + 1 :] for at in range(len(term)))}


def _one_slip(one: str, other: str) -> bool:
    """Whether a letter was left out, doubled, mistaken, or changed places with the next."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(one) != len(other)
    left, right = one[start:], other[start:]
    if len(left) != len(right):
        return left[1:] == right or left == right[1:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    # Of a Turkish stem the last letter is pushed out, or another drawn in: "ftura" is "fatur".
    shifted = len(one) > SHORTEST and (left[1:] == right[:-1] or left[:-1] == right[1:])
    return swapped or shifted or left[1:] == right[1:]
