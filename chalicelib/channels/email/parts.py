"""A mail taken apart: its tree of parts, within limits on their number and depth.

Boundaries are looked for as bytes, not line by line: what a mail of many lines or levels costs
stays in proportion to its size.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from chalicelib.channels.email.headers import Headers, split, typed, unbase64

_MOST_PARTS = 200
_DEEPEST = 8
_LONGEST_BOUNDARY = 200
_GUESSED = re.compile(rb"\s*--([^\s]{1,70})[ \t]*\r?\n")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part. `number` is its place ("2.1": the first part within the second), `type` its media
    type; `disposition` says what it is meant as ("inline", "attachment", ""), `filename` how its
    sender called it; `children` are its parts, if it is a multipart, or the mail that it wraps."""

    number: str
    type: str
    parameters: dict[str, str]
    disposition: str
    filename: str | None
    headers: Headers
    payload: bytes
    children: tuple["Part", ...] = ()

    @property
    def charset(self) -> str | None:
        return self.parameters.get("charset")

    @property
    def encoding(self) -> str:
        return self.headers.plain("content-transfer-encoding").strip(" \t\"'")

    def content(self, limit: int | None = None) -> bytes:
        """The decoded bytes; of a longer payload only what its first `limit` bytes make."""
        payload = self.payload[:limit]
        match self.encoding:
            case "base64":
                return unbase64(payload)
            case "quoted-printable":
                return binascii.a2b_qp(payload)
            case _:
                return payload

    @property
    def size(self) -> int:
        """Bytes of the decoded content; for base64 reckoned, not decoded."""
        if self.encoding != "base64":
            return len(self.content())
        return (len(self.payload) - sum(map(self.payload.count, (b"\r", b"\n", b"=")))) * 3 // 4

    def walk(self) -> Iterator["Part"]:
        """This part and all within, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree(headers: Headers, body: bytes) -> Part:
    """The parts of a mail, the whole first."""
    return _Reader().part(headers, body, "1", "text/plain", 0)


def pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """What lies between the lines that a boundary makes; [] if there is no such line."""
    body = b"\n" + body
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found: list[bytes] = []
    start = -1
    for delimiter in islice(line.finditer(body), _MOST_PARTS + 1):
        if start >= 0:
            found.append(_inner(body[start : delimiter.start()]))
        start = delimiter.end()
        if delimiter[1]:
            return found
    if start >= 0 and len(found) <= _MOST_PARTS:
        found.append(_inner(body[start:]))
    return found


def _inner(piece: bytes) -> bytes:
    return piece.lstrip(b"\r").removeprefix(b"\n").removesuffix(b"\r")


class _Reader:
    """Counts the parts read so far."""

    def __init__(self) -> None:
        self.left = _MOST_PARTS

    def part(self, headers: Headers, body: bytes, number: str, default: str, depth: int) -> Part:
        self.left -= 1
        kind, parameters = typed(headers.raw("content-type"))
        kind = kind if _TYPE.fullmatch(kind) else default
        children: tuple[Part, ...] = ()
        if kind.startswith("multipart/") and depth < _DEEPEST:
            children = self._children(kind, parameters, body, number, depth)
            # Without a boundary, all that it has to say is the text as it stands.
            kind = kind if children else "text/plain"
        elif kind in ("message/rfc822", "message/global") and depth == 0:
            inner, text = split(body)
            children = (self.part(inner, text, f"{number}.1", "text/plain", 1),)
        disposition, said = typed(headers.raw("content-disposition"))
        return Part(
            number=number,
            type=kind,
            parameters=parameters,
            disposition=disposition,
            filename=said.get("filename") or parameters.get("name"),
            headers=headers,
            payload=body,
            children=children,
        )

    def _children(
        self, kind: str, parameters: dict[str, str], body: bytes, number: str, depth: int
    ) -> tuple[Part, ...]:
        boundary = parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        found = pieces(body, boundary) if 0 < len(boundary) <= _LONGEST_BOUNDARY else []
        guessed = None if found else _GUESSED.match(body)
        if guessed:
            found = pieces(body, guessed[1])
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        prefix = "" if depth == 0 else f"{number}."
        return tuple(
            self.part(*split(piece), f"{prefix}{place}", default, depth + 1)
            for place, piece in enumerate(found, 1)
            if self.left > 0
        )
