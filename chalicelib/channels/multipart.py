"""Forms with files (multipart/form-data, RFC 7578): fields and files as bytes, within limits on
their number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.channels.email.headers import split, typed
from chalicelib.channels.email.parts import pieces
from chalicelib.errors import ParseError

_BOUNDARY = re.compile(rb"\s*--([^\s]{1,200}?)[ \t]*\r?\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file of the form: `name` is its field ("attachment1")."""

    name: str
    filename: str | None
    mime: str
    content: bytes


def read(body: bytes, content_type: str) -> tuple[Mapping[str, bytes], tuple[File, ...]]:
    """The form's fields by name, of repeated ones the first, and its files; ParseError if the body
    holds no form. A boundary that the header doesn't name is the one the body begins with."""
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
    return fields, tuple(files)
