"""How X counts a post: 280 units, of which most letters take one, wide ones and emojis two."""

import re
import unicodedata

LONGEST_POST = 280
_LINK = 23
_LINKS = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_SIGN = "[\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_TONE = "[\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJIS = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_SIGN}{_TONE}(?:\u200d{_SIGN}{_TONE})*"
)
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points that take one unit; all others take two."""


def weight(text: str) -> int:
    """The units of a text. A link takes 23 however long it is, and an emoji two however many code
    points it is made of. Links that are written without https:// are counted letter by letter."""
    text = unicodedata.normalize("NFC", text)
    words, links = _LINKS.subn("", text)
    letters, emojis = _EMOJIS.subn("", words)
    return links * _LINK + emojis * 2 + sum(1 if _is_light(ord(one)) else 2 for one in letters)


def _is_light(point: int) -> bool:
    return any(first <= point <= last for first, last in _LIGHT)
