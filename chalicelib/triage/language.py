"""Turkish or English, from a few words: common words, letters, and how words begin and end.

Messages are short and typed without diacritics, so no single sign decides; each adds up, and a
message with too few signs for its length (another language, a number, "ok") stays unknown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.triage.words import READ, tokens

TURKISH, ENGLISH, UNKNOWN = "tr", "en", "unknown"

_TURKISH = """
acaba ama artik aldim alo bana bari ben beni benim bi bir biri biraz bu bunu bunun burada cok da
daha de degil den diye dun eger en evet fakat falan gecen gibi gore gun haber hala hangi hani hayir
hem hep her hic icin ile ilgili ise iste iyi kac kadar ki kim kimse lutfen merhaba mi misiniz miyim
mu musunuz muyum nasil ne neden nerde nerede nereye nicin niye o olan olarak oldu olmadi olsun olur
onu orada ortada rica sadece sayfa selam sen sey simdi siz size sizin son sonra su tamam tesekkur
tesekkurler var ve veya ya yani yardim yeni yine yok zaman zaten bugun yarin istiyorum ediyorum
gelmedi adres fatura garanti hesap hizmet iade indirim kargo kargom kupon magaza musteri para param
sifre siparis siparisim urun urunu
"""
_ENGLISH = """
a about after again all am an and any anyone are as at be been but by can could did do does doing
for from get give go good got had has have hello help her here hey hi how i if in is it its just
know let like me my need never no not now of off on one only or our out over please possible she
should since so some sorry still that the their them then there these they thing this to today too
two u until up us very was way we were what when where which while who why will with would yes yet
you your yours thanks thank want account code delivery invoice item order package product received
refund size
"""
_COMMON = {TURKISH: frozenset(_TURKISH.split()), ENGLISH: frozenset(_ENGLISH.split())}
_BOTH = frozenset(
    {"on", "in", "an", "o", "en", "at", "as", "i", "a", "no", "it", "son", "de", "da"}
)
"""Words of both languages, or of many: half a sign."""
_LETTERS = {TURKISH: re.compile(r"[ğışĞİŞ]"), ENGLISH: re.compile(r"[wxq]")}
_ENDINGS = {
    TURKISH: re.compile(
        r"\w{2,}(?:yor(?:um|sun|uz|lar)?|(?:[iu]?[mn])?[iu]z|l[ae]r[iu]?[mn]?|d[iu][mk]?|t[iu][mk]?"
        r"|m[iu]s|[ae]c[ae][kg]\w*|m[ae]k|m[ae]d[iu]\w*|s[iu]n[iu]z|d[ae]n|n[iu]n|l[iu]k|s[iu]z"
        r"|[bcdgklmnrstvyz][iu]m|(?:[iu]m|[iu]n|l[ae]r[iu]?n?)d[ae](?:n|ki)?)"
    ),
    ENGLISH: re.compile(
        r"\w{2,}(?:ing|tion|ed|ly|ment|ght|ck|th|sh|ould|ess|ee|ow|ay|ou|ive)|th\w+"
    ),
}
_NEEDED = 0.35
"""Signs for each word, at least, by which one language must lead the other."""
_ALONE = 1.0
"""Signs, at least, however short the message is."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """`code` is "tr", "en" or "unknown"; `why` names the signs that decided, the best first."""

    code: str
    why: tuple[str, ...]


def language_of(text: str) -> Language:
    """In which language any text is."""
    words = tokens(text)[:60]
    found = {code: _signs(code, text, words) for code in (TURKISH, ENGLISH)}
    points = {code: sum(signs.values()) for code, signs in found.items()}
    best = max(points, key=points.__getitem__)
    lead = 2 * points[best] - sum(points.values())
    if points[best] < _ALONE or lead < _NEEDED * len(words) or lead < _ALONE / 2:
        return Language(code=UNKNOWN, why=())
    signs = found[best]
    return Language(code=best, why=tuple(sorted(signs, key=signs.__getitem__, reverse=True)[:3]))


def _signs(code: str, text: str, words: Sequence[str]) -> dict[str, float]:
    """What speaks for the language, and how much: 2 for a common word, 1 for an ending."""
    signs: dict[str, float] = {}
    for word in words:
        if word in _COMMON[code]:
            signs[word] = 1.0 if word in _BOTH else 2.0
        elif len(word) > 3 and _ENDINGS[code].fullmatch(word):
            signs[f"{word} (ending)"] = 1.0
        elif code == ENGLISH and _LETTERS[code].search(word):
            signs[f"{word} (letters)"] = 0.7
    if code == TURKISH:
        for letter in _LETTERS[code].findall(text[:READ]):
            signs[letter] = 2.0
    return signs
