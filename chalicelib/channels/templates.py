"""JSON that the brand lays out itself in a helpdesk's console, with the helpdesk's placeholders.

Nobody knows what such a template looks like, only what its names mean: so it is read flat, by a
list of the names in use. `{"ticket": {"title": …}}` and `{"ticket_title": …}` say the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chalicelib.channels.wire import decode

_DEEPEST = 5
_MOST = 1000
_LONGEST = 262_144
_OBJECT: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class Fields:
    """The scalar values of a JSON object by their whole names, in lower case, joined by "_"."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._values: dict[str, str] = {}
        for name, text in _scalars(value, "", 0):
            if len(self._values) == _MOST:
                break
            self._values.setdefault(name, text)

    @classmethod
    def read(cls, body: bytes) -> "Fields":
        """Raises ParseError for what is no JSON object."""
        found = decode(_OBJECT, body)
        return cls(found)

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")

    def first(self, *names: str) -> str:
        """The first of these that says something."""
        return next((self[name] for name in names if self[name]), "")


def _scalars(value: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        name = f"{prefix}{key.lower().replace('.', '_')}"[:200]
        if isinstance(inner, dict):
            if depth < _DEEPEST:
                yield from _scalars(inner, f"{name}_", depth + 1)
        elif isinstance(inner, bool):
            yield name, "true" if inner else "false"
        elif isinstance(inner, str | int | float):
            text = str(inner).strip()
            # A placeholder that the helpdesk could not fill comes as it was written.
            if not text.startswith("{{"):
                yield name, text[:_LONGEST]
