"""The words of a message, in one form for Turkish and English, however it was typed.

Folding makes "İADE", "iade" and "Iade" one, "şikâyet" and "sikayet" too: customers leave out
diacritics, and capitals of i and ı are mistaken for one another, so no rule can tell which was
meant. Keywords of the playbook and messages go through the same functions, so they meet.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import import_module, util
from types import ModuleType

READ = 2_000
"""Characters that are read of a message: what it is about is said by then, and a pasted log of
100 KB costs no more than a long mail."""
LONGEST = 40
"""Characters of the longest word; the rest of what is longer tells nothing."""

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[\u2600-\u27bf\U0001f300-\U0001faff]")
_NEGATED = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|could|should|would|ca|wo)nt")
_IRREGULAR = {"ca": "can", "wo": "will", "sha": "shall"}
_NUMBER = re.compile(r"\d{4,}")


def fold(text: str) -> str:
    """Lower case without diacritics, the four i's of Turkish one; of a long text the beginning.
    Folding twice changes nothing."""
    text = text[:READ]
    if text.isascii():
        return text.lower()
    folded = _fold(text)
    while (again := _fold(folded)) != folded:  # letters that case folding makes of others
        folded = again
    return folded


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return unicodedata.normalize("NFC", bare).replace("ı", "i")[:READ]


def tokens(text: str) -> list[str]:
    """The folded words, emoji among them, in order: "can't" is can, not; of "iPhone'um" and "I'm"
    what stands before the apostrophe; a long number is "#", as it names one order and no topic."""
    return [word for found in _TOKEN.findall(fold(text)) for word in _plain(found)]


def _plain(found: str) -> Iterator[str]:
    word, _, end = found.replace("’", "'").partition("'")
    if end == "t" and word.endswith("n"):
        yield _IRREGULAR.get(word[:-1], word[:-1])
        yield "not"
    elif not end and _NEGATED.fullmatch(word):
        yield _IRREGULAR.get(word[:-2], word[:-2])
        yield "not"
    elif word == "cannot":
        yield "can"
        yield "not"
    else:
        yield "#" if _NUMBER.fullmatch(word) else word[:LONGEST]


def stems(words: Sequence[str], language: str) -> list[str]:
    """Each word without its endings: Turkish for "tr", as English for everything else.

    A Turkish stem is the first five letters: with folded i's and no diacritics, Snowball's rules
    of vowel harmony leave "ur" of "urunu" and nothing off "gelmedi"; five letters do better at
    this (docs/triage.md) and cost nothing."""
    if language == "tr":
        return [word[:5] for word in words]
    return [_english(word) for word in words]


@lru_cache(maxsize=20_000)
def _english(word: str) -> str:
    return _snowball("english")(word)


@cache
def _snowball(language: str) -> Callable[[str], str]:
    """Snowball's stemmer of one language. The package itself imports all thirty of its languages,
    ten times what one takes, so it is entered by the side door."""
    name = "snowballstemmer"
    spec = util.find_spec(name)
    if name not in sys.modules and spec is not None:
        package = ModuleType(name)
        package.__path__ = list(spec.submodule_search_locations or ())
        sys.modules[name] = package
    module = import_module(f"{name}.{language}_stemmer")
    stem: Callable[[str], str] = getattr(module, f"{language.title()}Stemmer")().stemWord
    return stem
