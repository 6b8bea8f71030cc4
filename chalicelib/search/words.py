"""Which words of a message can be searched, and whether a text has what is searched for. Pure.

Words are folded (`triage.words.fold`), so "İADE", "iade" and "Iade" are one, and "şikâyet" and
"sikayet" too; a search for the beginning of a word finds it, whatever Turkish ending it has.
"""

import re
from collections.abc import Sequence

from chalicelib.triage.words import fold

MOST = 12
"""Words of one message that can be searched: what it costs is bounded, however long it is."""

SHORTEST, LONGEST = 3, 40
"""Letters of a word; of a longer one the beginning counts."""

MOST_SOUGHT = 8
"""Words of one search."""

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Every different word of a text that is long enough, folded, in order."""
    found = (word[:LONGEST] for word in _WORD.findall(fold(text)) if len(word) >= SHORTEST)
    return list(dict.fromkeys(found))


def kept(text: str) -> list[str]:
    """Those under which a message is found: numbers and codes first, as they name one thing, then
    the longest, which are the rarest as a rule; of equally long ones the first."""
    found = words(text)
    ranked = sorted(found, key=lambda word: (not _names(word), -len(word)))
    return ranked[:MOST]


def sought(query: str) -> list[str]:
    """The words of a search, the one to look up first at the front."""
    found = words(query)[:MOST_SOUGHT]
    return sorted(found, key=lambda word: (not _names(word), -len(word)))


def has(text_words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether each of these is the beginning of one of the text's words."""
    return all(any(word.startswith(one) for word in text_words) for one in wanted)


def may_have(kept_words: Sequence[str], wanted: Sequence[str]) -> bool:
    """The same, as far as can be told from the kept words: if they are as many as are kept, the
    text may have others."""
    return len(kept_words) >= MOST or has(kept_words, wanted)


def order_name(text: str) -> str:
    """An order's name as it is looked up: "#1001", "1001" and " #1001 " are one."""
    return "".join(_WORD.findall(fold(text)))[:LONGEST]


def _names(word: str) -> bool:
    return any(map(str.isdigit, word))
