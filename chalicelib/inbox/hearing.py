"""What a short message may mean besides its words: a wish to be left alone (or not any more), or
the answer to a question of ours. Pure.
"""

import re
import unicodedata

from chalicelib.playbook_sections import OptOut

LONGEST = 40
"""Characters of a message that can be meant for a machine."""

_BARE_SCORE = re.compile(r"(\d{1,2})(?:\s*/\s*(?:5|10))?")
_PRESSED = re.compile(r"survey:(ntf_[a-z0-9]{1,40}):(\d{1,2})")
_CHOSEN = re.compile(r"article:(ntf_[a-z0-9]{1,40}):(\d{1,2})")
_STARS = re.compile("(?:[⭐★🌟]\\s*){1,5}")
_AROUND = " \t\r\n.,;:!?\"'“”’()[]*_~"


def wish(text: str | None, words: OptOut) -> bool | None:
    """False if the whole message is one of the brand's words for "no more", True for one that
    allows it again, None if it is neither. Case, dots on i's, accents and punctuation don't matter.
    """
    said = _folded(text)
    if not said:
        return None
    if said in {_folded(word) for word in words.stop}:
        return False
    return True if said in {_folded(word) for word in words.start} else None


def score(text: str | None) -> int | None:
    """The number that a message is, and nothing else: "4", "4/5", "4️⃣", "⭐⭐⭐⭐"; None if it is
    more or something else."""
    if not text or len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text)
    bare = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    if _STARS.fullmatch(bare.strip()):
        return sum(bare.count(star) for star in "⭐★🌟")
    found = _BARE_SCORE.fullmatch(bare.strip(_AROUND))
    return int(found[1]) if found else None


def pressed(payload: str | None) -> tuple[str, int] | None:
    """The survey and the score that a pressed button of ours stands for."""
    found = _PRESSED.fullmatch(payload or "")
    return (found[1], int(found[2])) if found else None


def chosen(payload: str | None) -> tuple[str, int] | None:
    """The offered article (by its notification's id) and the number of what was chosen there, that
    a pressed button of ours stands for."""
    found = _CHOSEN.fullmatch(payload or "")
    return (found[1], int(found[2])) if found else None


def agreement(text: str | None) -> bool | None:
    """Whether the whole message says yes or no, by word or by thumb; None if it says neither."""
    said = _folded(text)
    bare = "".join(one for one in said if unicodedata.category(one) not in ("Sk", "Cf"))
    if bare in _YES:
        return True
    return False if bare in _NO else None


def _folded(text: str | None) -> str:
    """Text as it is compared: Turkish knows four i's, and phones write whichever is nearest."""
    if not text or len(text) > LONGEST:
        return ""
    one_i = text.translate(_I).casefold()
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", one_i) if unicodedata.category(c) != "Mn"
    )
    return " ".join(bare.strip(_AROUND).split())


_YES = {
    "evet", "e", "oldu", "evet oldu", "yardimci oldu", "isime yaradi", "tamam", "tamamdir",
    "tesekkurler", "tesekkur ederim", "cok tesekkurler", "cok tesekkur ederim", "sagol", "sag ol",
    "sagolun", "yes", "y", "yep", "yes it did", "it helped", "ok", "okay", "thanks", "thank you",
    "thanks a lot", "thank you very much", "👍", "🙏",
}  # fmt: skip
_NO = {
    "hayir", "h", "olmadi", "yardimci olmadi", "ise yaramadi", "isime yaramadi",
    "no", "n", "nope", "it did not", "👎",
}  # fmt: skip

_I = {ord("İ"): "i", ord("I"): "i", ord("ı"): "i"}
