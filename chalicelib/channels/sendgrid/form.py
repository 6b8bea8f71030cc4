"""SendGrid's form: fields whose bytes are each in a charset of their own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from chalicelib.channels.email.charsets import decode as decode_text
from chalicelib.channels.email.headers import split, typed
from chalicelib.channels.email.parts import pieces
from chalicelib.errors import ParseError

_BOUNDARY = re.compile(rb"\s*--([^\s]{1,200}?)[ \t]*\r?\n")
_CHARSETS = msgspec.json.Decoder(dict[str, object])


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file of the form: `name` is its field ("attachment1")."""

    name: str
    filename: str | None
    mime: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The fields by name, their bytes as they came, and what `charsets` says about them."""

    fields: Mapping[str, bytes]
    files: tuple[File, ...] = ()
    charsets: Mapping[str, object] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field's words; "" if it is not there."""
        charset = self.charsets.get(name)
        return decode_text(
            self.fields.get(name, b""), charset if isinstance(charset, str) else None
        )

    def json(self, name: str) -> dict[str, object]:
        """A field that holds a JSON object; {} if it does not."""
        return _object(self.fields.get(name, b""))


def read(body: bytes, content_type: str) -> Form:
    """The form in the body; ParseError if there is none. A boundary that the header doesn't name
    is the one the body begins with."""
    kind, parameters = typed(content_type.encode("utf-8", "replace"))
    boundary = parameters.get("boundary", "").encode("utf-8", "replace")
    guessed = _BOUNDARY.match(body)
    if not boundary and guessed:
        boundary = guessed[1]
    found = pieces(body, boundary) if boundary else []
    if not found:
        raise ParseError(f"no form in the body: its content type is {kind[:60]!r}")
    fields: dict[str, bytes] = {}
    files: list[File] = []
    for piece in found:
        headers, content = split(piece)
        _, named = typed(headers.raw("content-disposition"))
        name = named.get("name", "")
        if "filename" in named:
            mime, _ = typed(headers.raw("content-type"))
            files.append(File(name=name, filename=named["filename"], mime=mime, content=content))
        else:
            fields.setdefault(name, content)
    charsets = _object(fields.get("charsets", b""))
    return Form(fields=fields, files=tuple(files), charsets=charsets)


def _object(raw: bytes) -> dict[str, object]:
    try:
        return _CHARSETS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
