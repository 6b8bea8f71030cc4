"""Names of customers, as words by which they are found. Pure.

Each word of a name leads a row that has the others behind it, so "yilmaz ayse" is found among ten
thousand that are called Yılmaz, and Yılmaz among all.
"""

import re
from collections.abc import Sequence

from chalicelib.search.words import LONGEST
from chalicelib.triage.words import fold

MOST = 4
"""Words of one name, or of a search for one."""

SHORTEST = 2
"""Letters of a word: Su and Oz are names."""

_WORD = re.compile(r"[^\W\d_]+")


def name_words(text: str) -> list[str]:
    """The words of a name, folded, in order: "Gülşah ÇAĞRI" and "gulsah cagri" are one."""
    found = (word[:LONGEST] for word in _WORD.findall(fold(text)) if len(word) >= SHORTEST)
    return list(dict.fromkeys(found))[:MOST]


def turned(name: str) -> list[str]:
    """The words of a name as often as it has some, each of them in front once."""
    words = name_words(name)
    return [" ".join([one, *(other for other in words if other != one)]) for one in words]


def beginnings(query: str) -> list[str]:
    """What to look up for a search, the sharpest first: its longest word with the next one behind
    it, then the longest word alone."""
    wanted = sorted(name_words(query), key=len, reverse=True)
    return [" ".join(wanted[:count]) for count in (2, 1) if len(wanted) >= count]


def is_called(name_words_: Sequence[str], query: str) -> bool:
    """Whether every word of the search begins one of the name."""
    wanted = name_words(query)
    return bool(wanted) and all(any(word.startswith(one) for word in name_words_) for one in wanted)
