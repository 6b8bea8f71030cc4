"""What an article may hold: plain text within limits. HTML is refused, not cleaned: what is left of
a page without its tags reads like no page, and only its author can tell what was meant. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html.entities import html5

from chalicelib.errors import InvalidRequest
from chalicelib.playbook_values import LOCALES
from chalicelib.store.article_records import ArticleText

LONGEST_TITLE = 120
LONGEST_BODY = 2_000
"""Characters: what one message of nearly every channel holds, and all that is searched."""
MOST_KEYWORDS = 30
LONGEST_KEYWORD = 60
MOST_ARTICLES = 500
"""All of them lie in the memory of a function."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TAG = re.compile(
    r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|<!doctype|<[a-z]+[\s/]+\w+\s*=", re.IGNORECASE
)
_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)


def check_id(article_id: str) -> None:
    """Raises InvalidRequest."""
    if not _ID.fullmatch(article_id) or article_id == "search":
        raise InvalidRequest(
            f"{article_id[:80]!r} is no id for an article: write 1 to 64 small letters, digits and "
            'dashes, e.g. "return-an-item"'
        )


def check_category(category: str | None, known: Iterable[str]) -> None:
    """Raises InvalidRequest for a category that the playbook doesn't have, if it has any."""
    names = list(known)
    if category is not None and names and category not in names:
        raise InvalidRequest(
            f"category: the playbook has no {category[:60]!r}: write one of {', '.join(names)}"
        )


def checked(texts: Mapping[str, ArticleText]) -> dict[str, ArticleText]:
    """The texts as they are kept: without needless white space, in one form of Unicode. Raises
    InvalidRequest naming the place and the fix."""
    strange = [locale for locale in texts if locale not in LOCALES]
    if strange or not texts:
        shown = f", not {strange[0][:20]!r}" if strange else ""
        raise InvalidRequest(f"texts: write the article in {' or '.join(LOCALES)}, or both{shown}")
    return {locale: _text(f"texts.{locale}", text) for locale, text in texts.items()}


def _text(place: str, text: ArticleText) -> ArticleText:
    if len(text.keywords) > MOST_KEYWORDS:
        raise InvalidRequest(f"{place}.keywords: at most {MOST_KEYWORDS} of them are read")
    return ArticleText(
        title=_line(f"{place}.title", text.title, LONGEST_TITLE),
        body=_plain(f"{place}.body", text.body, LONGEST_BODY),
        keywords=tuple(
            _line(f"{place}.keywords[{number}]", keyword, LONGEST_KEYWORD)
            for number, keyword in enumerate(text.keywords)
        ),
    )


def _line(place: str, text: str, longest: int) -> str:
    plain = _plain(place, text, longest)
    if "\n" in plain:
        raise InvalidRequest(f"{place}: write it in one line")
    return plain


def _plain(place: str, text: str, longest: int) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = "\n".join(line.rstrip() for line in lines.split("\n")).strip()
    if not plain:
        raise InvalidRequest(f"{place}: it is empty: write what customers shall read")
    if len(plain) > longest:
        raise InvalidRequest(f"{place}: {len(plain)} characters are too many: at most {longest}")
    for number, line in enumerate(plain.split("\n"), 1):
        for problem in _problems(line):
            raise InvalidRequest(f"{place}, line {number}: {problem}")
    return plain


def _problems(line: str) -> Iterator[str]:
    """What a line of plain text can't hold, and the fix."""
    if tag := _TAG.search(line):
        yield f"{tag[0][:40]!r} is HTML: write plain text (an address as https://…)"
    entity = _ENTITY.search(line)
    if entity and (entity[1].startswith("#") or f"{entity[1]};" in html5):
        yield f"{entity[0]!r} is HTML: write the character itself"
    if any(unicodedata.category(one) == "Cc" and one != "\t" for one in line):
        yield "it holds a control character: write it anew"
