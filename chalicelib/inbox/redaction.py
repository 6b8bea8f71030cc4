"""A text without what could tell whose it is: addresses, numbers, links, the customer's name. Pure.

What a message is about survives; who wrote it should not. Names of others, and what is told in
words ("the blue house beside the station"), stay: look at an export before it leaves the brand.
"""

import re
from collections.abc import Sequence

MAIL, LINK, NUMBER, NAME = "[mail]", "[link]", "[number]", "[name]"

_MAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_CODE = re.compile(r"#?(?<!\w)[A-Z]{1,10}[A-Z0-9-]*(?!\w)", re.IGNORECASE | re.ASCII)
CODE_DIGITS = 2
"""So many digits make a word an order's or a parcel's number: TR-2024-17, KHV1001."""
_DIGITS = re.compile(r"[#+]?\(?\d(?:[\s().\-/]{0,2}\d){3,}")
"""Phone, order, card and account numbers, however they are grouped: four digits or more."""
_SHORT = re.compile(r"#\d+")
SHORTEST_NAME = 3


def redacted(text: str, names: Sequence[str] = ()) -> str:
    """The text with each of these put into words that say what stood there. `names` are the
    customer's, in any case."""
    for pattern, word in ((_LINK, LINK), (_MAIL, MAIL), (_HANDLE, NAME)):
        text = pattern.sub(word, text)
    text = _CODE.sub(_coded, text)
    for pattern in (_DIGITS, _SHORT):
        text = pattern.sub(NUMBER, text)
    for name in _parts(names):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text


def _coded(found: re.Match[str]) -> str:
    word = found[0]
    return NUMBER if sum(map(str.isdigit, word)) >= CODE_DIGITS else word


def _parts(names: Sequence[str]) -> list[str]:
    words = {word for name in names for word in name.split() if len(word) >= SHORTEST_NAME}
    return sorted(words, key=len, reverse=True)
