"""Twilio's calls are forms: reading one, whatever is in it."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl

from chalicelib.channels.wire import iso_or
from chalicelib.clock import parse_iso
from chalicelib.errors import ParseError

MOST_BYTES = 262_144
"""Far above any form of Twilio's: its longest fields are transcripts and filled-in flows."""
MOST_FIELDS = 1000
LONGEST_ID = 200
"""Characters of an id that becomes part of a key, with room for what is put around it."""
LONGEST_TEXT = 65_536


class Form:
    """The fields of one call. Of a field that comes twice, the first value counts, as it does for
    whoever reads a form one field at a time."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    @classmethod
    def read(cls, body: bytes) -> "Form":
        """Raises ParseError for what is no form of Twilio's."""
        fields: dict[str, str] = {}
        for name, value in pairs(body, errors="replace"):
            fields.setdefault(name, value)
        return cls(fields)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __getitem__(self, name: str) -> str:
        """The trimmed value; "" where there is none."""
        return self._fields.get(name, "").strip()

    def first(self, *names: str) -> str:
        """The first of these fields that says something."""
        return next((self[name] for name in names if self[name]), "")

    def text(self, name: str) -> str | None:
        """Somebody's words as they are; None if there are none, or nothing but white space."""
        words = self._fields.get(name, "")
        return words[:LONGEST_TEXT] if words.strip() else None

    def id(self, *names: str) -> str:
        """An id that becomes part of a key. Raises ParseError if it is missing or endless."""
        value = self.first(*names)
        if not value or len(value) > LONGEST_ID:
            raise ParseError(f"the form has no usable `{names[0]}`")
        return value

    def number(self, *names: str) -> int | None:
        """A count or a duration in seconds; None if it is no number."""
        value = self.first(*names)
        plain = value.isascii() and value.isdigit() and len(value) < 10
        return int(value) if plain else None

    def moment(self, fallback: datetime, *names: str) -> datetime:
        """A time as Twilio writes it in these fields: by RFC 2822 or by ISO 8601."""
        value = self.first(*names)
        try:
            return parse_iso(parsedate_to_datetime(value).isoformat())
        except (ValueError, TypeError, OverflowError, IndexError, ParseError):
            return iso_or(value, fallback)

    def lines(self) -> list[str]:
        """All fields in one order, to be told from those of another form."""
        return [f"{name}={value}" for name, value in sorted(self._fields.items())]


def is_json(body: bytes) -> bool:
    """Whether this is one of the calls that come as JSON: no field name begins like that."""
    return body[:64].lstrip()[:1] in (b"{", b"[")


def pairs(body: bytes, *, errors: str) -> list[tuple[str, str]]:
    """The fields in the order they came, empty ones included. Raises ParseError for too many or
    too large ones; `errors` is what becomes of bytes that are not UTF-8."""
    if len(body) > MOST_BYTES:
        raise ParseError(f"a form of {len(body)} bytes is none of Twilio's")
    try:
        text = body.decode("utf-8", errors)
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors=errors)
    except ValueError as error:
        raise ParseError(f"the form can't be read: {error}") from error
