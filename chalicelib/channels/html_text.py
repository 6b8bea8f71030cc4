"""What a piece of HTML says, in plain words: for mails and tickets that come without a text part.

A few passes of linear regular expressions, not a parser: hostile HTML may be read wrongly, but it
is read in time. Every pattern that looks for an end also takes the end of the text for one.
"""

import re
from html import unescape
from html.entities import html5
from itertools import chain, islice

LONGEST = 262_144
"""Characters of HTML that are read; what comes after is left."""
_MOST_TAGS = 15_000
_MOST_ENTITIES = 10_000
_MOST_IMAGES = 1_000
_LONGEST_URL = 2_048
_REST_OF_TAG = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+>?"""
"""To the end of a tag, which a < ends as well; a > within quotes doesn't."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_UNSEEN = re.compile(
    r"<(?:!--.*?(?:-->|\Z)|(script|style|title|template)\b.*?(?:</\1\b[^<>]*+>?|\Z))",
    re.DOTALL | re.IGNORECASE,
)
_PRE = re.compile(r"<pre\b.*?(?:</pre\b|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(rf"<([/!?]?[a-z][a-z0-9]*+){_REST_OF_TAG}", re.IGNORECASE)
_IMAGE = re.compile(rf"<img\b({_REST_OF_TAG})", re.IGNORECASE)
_SRC = re.compile(r"""[\s"'/]src\s*+=\s*+(?:"([^"]*+)|'([^']*+)|([^\s>"']++))""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?", re.IGNORECASE)

_SOFT = "\x1f"
"""A break that ends a line only where one has begun, as the edges of blocks do."""
_SOFTS = re.compile(rf" ?{_SOFT}[ {_SOFT}]*")
_GAPS = re.compile(r"\n{3,}")
_SPACED = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table")
_BLOCKS = (
    *("div", "li", "tr", "dt", "dd", "pre", "blockquote", "section", "article", "header"),
    *("footer", "body", "center", "address"),
)
_BREAKS = {
    **{f"{slash}{name}": _SOFT for name in (*_SPACED, *_BLOCKS) for slash in ("", "/")},
    **{f"/{name}": f"{_SOFT}\n" for name in _SPACED},
    **dict.fromkeys(("br", "/br", "hr"), "\n"),
    **dict.fromkeys(("/td", "/th"), " "),
}


def plain_text(html: str) -> str:
    """The words of the HTML, its lines and paragraphs as lines; "" if it shows none.

    Styles, scripts and comments are left out, entities decoded. What a style sheet would hide (a
    mail's preview line) is shown.
    """
    text = _shown(html)
    if "<pre" in text.lower():
        text = _PRE.sub(lambda found: found[0].replace("\n", "<br>"), text)
    text = _without_tags(" ".join(text.split()))
    text = _SOFTS.sub(_SOFT, text).replace("\n ", "\n")
    text = text.replace(f"\n{_SOFT}", "\n").replace(_SOFT, "\n")
    text = _decoded(text).replace("\xa0", " ")
    return _GAPS.sub("\n\n", "\n".join(map(str.strip, text.split("\n")))).strip()


def images(html: str) -> list[str]:
    """The web addresses of the images that the HTML shows, each once, in order. Images that came
    along with a mail ("cid:") or stand in the text itself ("data:") are not among them."""
    found: dict[str, None] = {}
    for tag in islice(_IMAGE.finditer(_shown(html)), _MOST_IMAGES):
        source = _SRC.search(tag[1])
        url = _decoded(next(filter(None, source.groups()), "")).strip() if source else ""
        if url.lower().startswith(("https://", "http://")) and len(url) <= _LONGEST_URL:
            found[url] = None
    return list(found)


def _shown(html: str) -> str:
    return _UNSEEN.sub("", _CONTROLS.sub("", html[:LONGEST]))


def _without_tags(html: str) -> str:
    pieces = _TAG.split(html, maxsplit=_MOST_TAGS)
    words, tags = pieces[::2], pieces[1::2]
    # Past the most tags, the last piece holds further ones as they stand: it is left out.
    last = words[-1] if len(tags) < _MOST_TAGS else ""
    breaks = (_BREAKS.get(tag.lower(), "") for tag in tags)
    return "".join(chain.from_iterable(zip(words, breaks, strict=False))) + last


def _decoded(text: str) -> str:
    return _ENTITY.sub(_entity, text, count=_MOST_ENTITIES)


def _entity(found: re.Match[str]) -> str:
    name = found[0]
    return unescape(name) if name[1] == "#" else html5.get(name[1:], name)
