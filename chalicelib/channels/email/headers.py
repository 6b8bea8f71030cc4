"""The header of a mail or of one of its parts: fields, encoded words and parameters."""

import binascii
import re
import string
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from chalicelib.channels.email.charsets import decode

_BLOCK = 131_072
_LINES = 3_000
_VALUE = 16_384
"""Bytes of a header, its lines, and bytes of one value that are read: far above what mail has."""
_MOST_WORDS = 500
_MOST_SEGMENTS = 100

_BLANK = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_WORDS = re.compile(rb"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(
    rb""";\s*+([\w!#$&.+^`|~%'*-]{1,60})\s*+=\s*+(?:"((?:[^"\\]++|\\.)*+)"?|([^;"]*+))""",
    re.DOTALL,
)
_SEGMENT = re.compile(r"(.+?)(?:\*([0-9]{1,2}))?(\*)?")
_ESCAPED = re.compile(rb'\\(["\\])')
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + b"0123456789+/"))
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")


class Headers:
    """Fields by name in lower case, each value unfolded, its bytes as they came. `cut` says that
    there were more than are read."""

    def __init__(self, fields: Iterable[tuple[str, bytes]], *, cut: bool = False) -> None:
        self.cut = cut
        self._fields: dict[str, list[bytes]] = {}
        for name, value in fields:
            self.cut = self.cut or (len(value) > _VALUE and name.lower() == "from")
            self._fields.setdefault(name.lower(), []).append(value[:_VALUE].strip())

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def all(self, name: str) -> list[bytes]:
        return self._fields.get(name, [])

    def items(self) -> Iterator[tuple[str, bytes]]:
        return ((name, value) for name, values in self._fields.items() for value in values)

    def raw(self, name: str) -> bytes:
        """The first value; b"" if there is none."""
        return next(iter(self.all(name)), b"")

    def plain(self, name: str) -> str:
        """The first value in lower case, as the key words of standards are compared."""
        return self.raw(name).decode("ascii", "replace").lower()

    def words(self, name: str, charset: str | None = None) -> str:
        """The first value as people read it. `charset` is what 8-bit bytes are likely to be in."""
        return " ".join(decoded(self.raw(name), charset).split())


def split(raw: bytes) -> tuple[Headers, bytes]:
    """A mail's or part's header and body. Without an empty line between them, the body begins
    with the first line that is no field."""
    if raw.startswith((b"\n", b"\r\n")):
        return Headers(()), raw.removeprefix(b"\r").removeprefix(b"\n")
    blank = _BLANK.search(raw)
    block = raw[: blank.start() + 1] if blank else raw
    fields, end = _fields(block, whole=blank is not None)
    if not fields:
        return Headers(()), raw
    cut = blank is not None and end < len(block)
    return Headers(fields, cut=cut), raw[blank.end() :] if blank else raw[end:]


def _fields(block: bytes, *, whole: bool) -> tuple[list[tuple[str, bytes]], int]:
    """The fields, and where they end. A line that is no field belongs to the field before it: it
    was folded without its indent. In a block that isn't `whole`, the body starts there."""
    found: list[tuple[str, list[bytes]]] = []
    end = 0
    for line in block[:_BLOCK].split(b"\n", _LINES)[:_LINES]:
        folded = line[:1] in (b" ", b"\t")
        field = None if folded else _FIELD.fullmatch(line)
        if field:
            found.append((field[1].decode("ascii"), [field[2]]))
        elif found and (folded or whole):
            found[-1][1].append(line if folded else b" " + line)
        elif not whole:
            break
        end += len(line) + 1
    return [(name, b"".join(lines).replace(b"\r", b"")) for name, lines in found], end


def decoded(value: bytes, charset: str | None = None) -> str:
    """A field's value with its encoded words read, neighbours of one charset together: mailers
    cut between the bytes of a letter."""
    pieces: list[str] = []
    held: list[bytes] = []
    held_in = ""
    at = 0
    for word in _WORDS.finditer(value, 0):
        between = value[at : word.start()]
        name = word[1].decode("ascii", "replace").lower()
        if held and (between.strip() or name != held_in):
            pieces.append(decode(b"".join(held), held_in))
            held = []
        if between.strip() or at == 0:
            pieces.append(decode(between, charset))
        held.append(_word(word[2], word[3]))
        held_in, at = name, word.end()
        if len(pieces) + len(held) > _MOST_WORDS:
            break
    if held:
        pieces.append(decode(b"".join(held), held_in))
    return _INVISIBLE.sub("", "".join([*pieces, decode(value[at:], charset)]))


def _word(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"qQ":
        return binascii.a2b_qp(text, header=True)
    return unbase64(text)


def unbase64(text: bytes) -> bytes:
    """The bytes of base64, as far as they can be read: characters that don't belong are left out,
    and a last group that was cut short tells what it can."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        clean = text.translate(None, _NOT_BASE64)
        whole = clean[:-1] if len(clean) % 4 == 1 else clean
        return binascii.a2b_base64(whole + b"==")


def typed(value: bytes) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its value in lower case, and its parameters by name, those in
    several or encoded segments (RFC 2231) put together."""
    main = b"".join(value.partition(b";")[0].split()[:1]).lower().decode("ascii", "replace")
    segments: dict[str, list[tuple[int, bool, bytes]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(value)):
        match = _SEGMENT.fullmatch(found[1].decode("ascii", "replace").lower())
        text = (found[3] or b"").strip() if found[2] is None else _ESCAPED.sub(rb"\1", found[2])
        if match and count < _MOST_SEGMENTS:
            place = int(match[2] or 0)
            segments.setdefault(match[1], []).append((place, bool(match[3]), text))
    return main, {name: _joined(found) for name, found in segments.items()}


def _joined(segments: list[tuple[int, bool, bytes]]) -> str:
    segments.sort(key=lambda segment: segment[0])
    if not any(encoded for _, encoded, _ in segments):
        return decoded(b"".join(text for _, _, text in segments))
    charset = b""
    if segments[0][1] and segments[0][2].count(b"'") >= 2:
        charset, _, text = segments[0][2].split(b"'", 2)
        segments[0] = (0, True, text)
    raw = b"".join(unquote_to_bytes(text) if encoded else text for _, encoded, text in segments)
    return _INVISIBLE.sub("", decode(raw, charset.decode("ascii", "replace")))
