"""What a form on a public page sends: fields as text, files as bytes, whatever else the body holds
left alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from chalicelib.channels import multipart
from chalicelib.errors import ParseError

MOST_FIELDS = 100
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows them."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """Fields and files by name; of repeated ones the first."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field's words, their lines ended by a line feed; "" if it is not there."""
        return _INVISIBLE.sub("", self.fields.get(name, "").replace("\r\n", "\n"))

    def line(self, name: str) -> str:
        """A field that has one line."""
        return " ".join(self.text(name).split())


def read(body: bytes, content_type: str) -> Form:
    """The form in the body; an empty one where there is none that could be ours. Pure."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            fields, files = multipart.read(body, content_type)
            return Form(
                fields={name: raw.decode("utf-8", "replace") for name, raw in fields.items()},
                files={file.name: file.content for file in reversed(files)},
            )
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
            return Form(fields=dict(reversed(pairs)))
    except (ParseError, ValueError):
        return Form()
    return Form()
