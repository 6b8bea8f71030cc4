"""What comes along with a message and is kept beside its words, if it is of a sensible size."""

from typing import Any

import msgspec

NOTHING = msgspec.Raw(b"null")
_MOST_BYTES = 20_000
_MOST_BRACKETS = 500
"""Of objects and lists together, so that nothing kept is nested deeper than this either."""

_ANY = msgspec.json.Decoder()


def json_value(raw: msgspec.Raw | str | None) -> Any:
    """The JSON value that was sent, or None: for nothing, for what is no JSON, and for what is too
    large to be worth keeping. The message itself never depends on it."""
    if raw is None:
        return None
    given = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else bytes(raw)
    if len(given) > _MOST_BYTES or given.count(b"{") + given.count(b"[") > _MOST_BRACKETS:
        return None
    try:
        return _ANY.decode(given)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def object_of(raw: msgspec.Raw | str | None) -> dict[str, Any]:
    """The JSON object that was sent; {} for anything else."""
    value = json_value(raw)
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a decoded list, whatever else is in it."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def without_nothing(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
