"""Which words of a text can be searched, and whether a text has what is searched for. Pure.

Words are folded (`triage.words.fold`), so "İADE", "iade" and "Iade" are one, and "şikâyet" and
"sikayet" too; a search for the beginning of a word finds it, whatever Turkish ending it has.
"""

import re
from collections.abc import Sequence

from chalicelib.search.telling import ranked
from chalicelib.triage.words import fold

MOST, MOST_OF_LONG = 12, 24
"""Words under which one text is found: what it costs is bounded, however long it is."""

LONG = 250
"""Characters of a text from which on it is long: a twelfth of its words is too little then
(docs/staff.md has the measurements)."""

SHORTEST, LONGEST = 3, 40
"""Letters of a word; of a longer one the beginning counts. A code may have two: "E4"."""

MOST_SOUGHT = 8
"""Words of one search."""

_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")

_SOFTENED = {"k": "g", "p": "b", "t": "d"}
_SHORTEST_SOFTENED = 4


def words(text: str) -> list[str]:
    """Every different word of a text that is long enough, folded, in order."""
    found = (word[:LONGEST] for word in _WORD.findall(fold(text)) if _counts(word))
    return list(dict.fromkeys(found))


def _counts(word: str) -> bool:
    return len(word) >= SHORTEST or _CODE.fullmatch(word) is not None


def kept(text: str) -> list[str]:
    """Those under which a text is found, the most telling first."""
    return ranked(words(text))[: MOST_OF_LONG if len(text) > LONG else MOST]


def sought(query: str) -> list[str]:
    """The words of a search, the most telling first."""
    return ranked(words(query)[:MOST_SOUGHT])


def common_beginning(wanted: str) -> str:
    """How every word begins that a search for this one finds."""
    return wanted[:-1] if _softened(wanted) else wanted


def begins(word: str, wanted: str) -> bool:
    """Whether a text's word is found by this one: it begins so, or so softened as Turkish does it
    before an ending (tekerlek, tekerleği)."""
    return word.startswith(wanted) or bool(
        (soft := _softened(wanted)) and word.startswith(soft) and len(word) > len(soft)
    )


def _softened(wanted: str) -> str | None:
    soft = _SOFTENED.get(wanted[-1:])
    return f"{wanted[:-1]}{soft}" if soft and len(wanted) >= _SHORTEST_SOFTENED else None


def has(text_words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether each of these finds one of the text's words."""
    return all(any(begins(word, one) for word in text_words) for one in wanted)


def may_have(kept_words: Sequence[str], wanted: Sequence[str]) -> bool:
    """The same, as far as can be told from the kept words: if they are as many as are kept, the
    text may have others."""
    return len(kept_words) in (MOST, MOST_OF_LONG) or has(kept_words, wanted)


def order_name(text: str) -> str:
    """An order's name as it is looked up: "#1001", "1001" and " #1001 " are one."""
    return "".join(_WORD.findall(fold(text)))[:LONGEST]
