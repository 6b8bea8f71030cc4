"""Bytes → text when the name of the charset is missing, unknown or wrong, as it often is."""

import codecs
import re
from functools import lru_cache

_GUESS = "cp1254"
"""Western European with the Turkish letters: what is neither declared nor UTF-8."""
_KNOWN = re.compile(
    r"utf-?(?:8|16|32)(?:-?[lb]e)?|iso-?8859-?[0-9]{1,2}(?:-[ei])?|latin-?[0-9]{1,2}"
    r"|(?:windows|cp|ibm)-?[0-9]{3,4}|koi8-[rut]|gb2312|gb_2312-80|gbk|gb18030|hz-gb-2312"
    r"|big5(?:-hkscs)?|euc-(?:jp|kr|cn)|shift-?jis|iso-2022-(?:jp|kr)(?:-[0-9])?"
    r"|ks-c-5601-1987|tis-620|macintosh|mac-(?:turkish|roman|cyrillic)"
)
"""Of the codecs, those for mail: others are slow, or decode something else than charsets."""
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
"""Charsets that are declared where a wider one was used."""
_ONE_BYTE = ("cp125", "cp8", "iso8859", "koi8", "mac", "tis")
_SEVEN_BITS = ("iso2022", "hz", "utf-16", "utf-32")
_TELLING = 4
"""Letters that show UTF-8: fewer may be valid in a charset of two bytes by chance."""


def decode(raw: bytes, declared: str | None = None) -> str:
    """The text, whatever `declared` says: what is valid UTF-8 beyond doubt is read as that."""
    codec = _codec(declared or "")
    if raw.isascii() and not (codec or "").startswith(_SEVEN_BITS):
        return raw.decode("ascii")
    utf8 = _strictly(raw, "utf-8")
    if codec in (None, "utf-8"):
        return _best_guess(raw) if utf8 is None else utf8
    assert codec
    if utf8 is not None and (codec.startswith(_ONE_BYTE) or _foreign(utf8) >= _TELLING):
        return utf8
    found = _strictly(raw, codec)
    if found is not None:
        return found
    return raw.decode(codec, "replace") if utf8 is None else utf8


def _best_guess(raw: bytes) -> str:
    """UTF-8 with damage, if the damage is the smaller part of it."""
    damaged = raw.decode("utf-8", "replace")
    lost = damaged.count("\ufffd")
    return damaged if lost * 2 < _foreign(damaged) else raw.decode(_GUESS, "replace")


def _foreign(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeError:
        return None


@lru_cache(maxsize=256)
def _codec(declared: str) -> str | None:
    """Python's name of the charset; None if there is none to rely on (plain ASCII among them)."""
    name = declared.strip().lower().replace("_", "-").removeprefix("x-")
    if not _KNOWN.fullmatch(name):
        return None
    try:
        found = codecs.lookup({"ks-c-5601-1987": "cp949", "gb-2312-80": "gb2312"}.get(name, name))
    except LookupError:
        return None
    return _WIDER.get(found.name, found.name)
