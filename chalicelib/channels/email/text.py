"""A mail's words: of its parts those that its writer wrote, as one plain text."""

import re
from itertools import pairwise

from chalicelib.channels.email.charsets import decode
from chalicelib.channels.email.parts import Part
from chalicelib.channels.html_text import LONGEST as LONGEST_HTML
from chalicelib.channels.html_text import plain_text

LONGEST = 131_072
"""Characters of text that are kept."""
_BYTES = 2 * LONGEST_HTML
_NOT_SHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")


def body_text(root: Part) -> str | None:
    """What the mail says; None if it is empty, or all files.

    Of alternatives the plain one counts, unless it is blank; several parts one after the other all
    count, but not the same words twice, as mailers send them that mean alternatives.
    """
    reader = _Reader()
    text = reader.text(root)
    if not text:
        # Some systems name the only text they send, which makes it look like a file.
        rest = (part for part in root.walk() if part.type in ("text/plain", "text/html"))
        text = next((found for part in rest if (found := reader.leaf(part))), "")
    return text[:LONGEST].rstrip() or None


def is_body(part: Part) -> bool:
    """Whether a part is read as text, not kept as a file."""
    alone = part.number == "1" and not part.disposition
    return (
        part.type in ("text/plain", "text/html")
        and part.disposition != "attachment"
        and (alone or not part.filename)
    )


class _Reader:
    """Reads parts as text up to a limit for all of them together."""

    def __init__(self) -> None:
        self.left = LONGEST_HTML

    def text(self, part: Part) -> str:
        if part.type == "multipart/alternative":
            return self._alternative(part.children)
        if part.children:
            return _one_after_the_other([self.text(child) for child in part.children])
        return self.leaf(part) if is_body(part) else ""

    def leaf(self, part: Part) -> str:
        text = decode(part.content(_BYTES), part.charset)[: self.left]
        self.left -= len(text)
        if part.type == "text/html":
            return plain_text(text)
        if part.parameters.get("format", "").lower() == "flowed":
            text = _unflowed(text, joined=part.parameters.get("delsp", "").lower() == "yes")
        return _NOT_SHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()

    def _alternative(self, children: tuple[Part, ...]) -> str:
        # The plain ones first, then from the last on: the later, the richer (RFC 2046).
        ranked = [child for child in children if _is_plain(child)]
        ranked += [child for child in reversed(children) if not _is_plain(child)]
        return next((text for child in ranked if (text := self.text(child))), "")


def _is_plain(part: Part) -> bool:
    return part.type == "text/plain" or any(_is_plain(child) for child in part.children[:1])


def _one_after_the_other(texts: list[str]) -> str:
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault("".join(text.split()), text)
    return "\n\n".join(text for text in found.values() if text)


def _unflowed(text: str, *, joined: bool) -> str:
    """Lines as they were before they were wrapped (RFC 3676): one that ends in a space goes on in
    the next, if that is quoted as deeply. `joined` says that the space is not part of the text."""
    text = text[:LONGEST].replace("\r\n", "\n")
    if " \n" not in text:
        return text.replace("\n ", "\n")
    lines = [_parted(line) for line in text.split("\n")]
    found: list[str] = []
    flowing = False
    for (depth, words), (next_depth, _) in pairwise([*lines, (-1, "")]):
        if not flowing:
            found.append("\n" + ">" * depth + " " * bool(depth))
        flowing = words.endswith(" ") and words != "-- " and next_depth == depth
        found.append(words.removesuffix(" ") if flowing and joined else words)
    return "".join(found)


def _parted(line: str) -> tuple[int, str]:
    words = line.lstrip(">")
    depth = len(line) - len(words)
    words = words.removeprefix(" ")
    return depth, words
