"""What DynamoDB bills for a request, by its published rules, from what went over the wire.

Sizes are in bytes, items in DynamoDB's JSON ({"pk": {"S": "…"}}). One write unit is 1 KB of item
(twice that in a transaction), one read unit 4 KB (half of it when eventually consistent). An index
that an item is in is written when what it holds of the item changes; a changed index key is a
delete and a put. Indexes are written outside the transaction, at the plain price.
"""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

Wire = Mapping[str, Mapping[str, Any]]

KEY = ("pk", "sk")
WRITE_STEP = 1024
READ_STEP = 4096


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one typed value."""
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(inner.encode())
        case "N":
            return _number_size(inner)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_size(one) for one in inner)
        case "M":
            return 3 + sum(1 + len(k.encode()) + value_size(v) for k, v in inner.items())
        case "SS":
            return sum(len(one.encode()) for one in inner)
    raise ValueError(f"no rule for the type {kind}")


def item_size(item: Wire) -> int:
    """Bytes of an item: names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def write_units(before: Wire | None, after: Wire | None, *, transactional: bool) -> int:
    """Units of writing one item of Temas's table, its two indexes included."""
    table = _steps(max(item_size(before or {}), item_size(after or {})), WRITE_STEP)
    return table * (2 if transactional else 1) + sum(
        _index_units(_projected(before, keys, whole), _projected(after, keys, whole), keys)
        for keys, whole in ((("gsi1pk", "gsi1sk"), True), (("gsi2pk", "gsi2sk"), False))
    )


def read_units(items: Iterable[Wire | None], *, consistent: bool) -> float:
    """Units of reading single items (BatchGetItem); one that isn't there costs as a small one."""
    each = sum(_steps(item_size(item or {}), READ_STEP) for item in items)
    return each * (1 if consistent else 0.5)


def query_units(items: Iterable[Wire], *, consistent: bool = False) -> float:
    """Units of a Query: its items together."""
    return _steps(sum(map(item_size, items)), READ_STEP) * (1 if consistent else 0.5)


def _number_size(text: str) -> int:
    digits = text.lower().partition("e")[0].lstrip("-").replace(".", "").strip("0")
    return ceil(len(digits) / 2) + 1 + text.startswith("-")


def _steps(size: int, step: int) -> int:
    return max(1, ceil(size / step))


def _projected(item: Wire | None, keys: tuple[str, str], whole: bool) -> Wire | None:
    """What an index holds of the item; None if it isn't in the index."""
    if item is None or any(key not in item for key in keys):
        return None
    return item if whole else {name: item[name] for name in (*KEY, *keys) if name in item}


def _index_units(before: Wire | None, after: Wire | None, keys: tuple[str, str]) -> int:
    if before == after:
        return 0
    if before is None or after is None:
        return _steps(item_size(before or after or {}), WRITE_STEP)
    if any(before[key] != after[key] for key in keys):
        return sum(_steps(item_size(one), WRITE_STEP) for one in (before, after))
    return _steps(max(item_size(before), item_size(after)), WRITE_STEP)
