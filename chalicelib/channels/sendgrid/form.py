"""SendGrid's form: fields whose bytes are each in a charset of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from chalicelib.channels import multipart
from chalicelib.channels.email.charsets import decode as decode_text
from chalicelib.channels.multipart import File

_CHARSETS = msgspec.json.Decoder(dict[str, object])


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
    """The form in the body; ParseError if there is none."""
    fields, files = multipart.read(body, content_type)
    charsets = _object(fields.get("charsets", b""))
    return Form(fields=fields, files=files, charsets=charsets)


def _object(raw: bytes) -> dict[str, object]:
    try:
        return _CHARSETS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
