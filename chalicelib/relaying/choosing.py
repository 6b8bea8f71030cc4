"""Which endpoint wants which event. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import msgspec

from chalicelib.errors import InvalidRequest
from chalicelib.events import EVENTS
from chalicelib.store.relay_records import FAILING, RelayEndpoint

ALL = "*"
Filters = Mapping[str, Sequence[str | int | bool]]


def wanting(
    endpoints: Iterable[RelayEndpoint], kind: str, data: Mapping[str, Any]
) -> list[RelayEndpoint]:
    """The endpoints that an event of this type with this data is for. One that was switched off
    because it kept failing is among them: what it misses waits for it as dead letters."""
    return [
        one
        for one in endpoints
        if (one.enabled or one.reason == FAILING)
        and (ALL in one.types or kind in one.types)
        and fits(one.filters, data)
    ]


def fits(filters: Filters, data: Mapping[str, Any]) -> bool:
    """Whether the event's data has one of the wanted values in each field that is filtered by."""
    return all(
        any(_same(value, data.get(name)) for value in values) for name, values in filters.items()
    )


def check_types(types: Sequence[str]) -> tuple[str, ...]:
    """The types, each once. Raises InvalidRequest."""
    if not types:
        raise InvalidRequest('types is empty: name events of docs/events.md, or ["*"] for all')
    for one in types:
        if one != ALL and one not in EVENTS:
            near = get_close_matches(one, EVENTS, 1)
            hint = f" (did you mean {near[0]}?)" if near else ": docs/events.md lists them"
            raise InvalidRequest(f"types: there is no event {one[:60]!r}{hint}")
    return tuple(dict.fromkeys(types))


def check_filters(filters: Filters, types: Sequence[str]) -> dict[str, list[str | int | bool]]:
    """The filters. Raises InvalidRequest if none of these events has such a field."""
    kinds = list(EVENTS.values()) if ALL in types else [EVENTS[one] for one in types]
    known = {field.name for kind in kinds for field in msgspec.structs.fields(kind)}
    for name, values in filters.items():
        if name not in known:
            raise InvalidRequest(f"filters: none of these events has a field {name[:60]!r}")
        if not values:
            raise InvalidRequest(f"filters.{name} is empty: list values, or leave the field out")
    return {name: list(values) for name, values in filters.items()}


def _same(wanted: Any, found: Any) -> bool:
    # In Python True is 1: to whoever wrote a filter it is not.
    return wanted == found and isinstance(wanted, bool) == isinstance(found, bool)
