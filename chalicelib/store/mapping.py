"""Between records and items: the same field names on both sides, so two functions serve all."""

from typing import Any, TypeVar

import msgspec

from chalicelib.store.models import Item
from chalicelib.store.records import Record

R = TypeVar("R", bound=Record)


def fields(record: Record, *leave_out: str) -> dict[str, Any]:
    """A record's values as item attributes: absent and empty ones are not stored at all."""
    values = {name: getattr(record, name) for name in record.__struct_fields__}
    return {
        name: value
        for name, value in values.items()
        if name not in leave_out and value is not None and value not in ("", (), {})
    }


def record(kind: type[R], item: Item, **more: Any) -> R:
    """The record an item holds; `more` gives the fields that live in its keys."""
    values = {
        name: value
        for name in kind.__struct_fields__
        if (value := getattr(item, name, None)) is not None
    }
    return msgspec.convert(values | more, kind)
