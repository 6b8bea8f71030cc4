"""JSON as devices and gateways write it: read once, with what is doubtful still to be seen.

What one report of many does wrong must not cost the others, so nothing is refused here that is
only one report's fault: a name given twice is marked, a number beyond all bounds is infinite, and
whoever reads the report says what to do about it.
"""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.errors import ParseError

LONGEST_BODY = 256 * 1024
"""Bytes of a report, or of a batch over MQTT (which itself takes 128 KiB)."""

MOST_DIGITS = 400
"""Of a whole number; a float's range ends before."""


class Repeated(dict[str, Any]):
    """An object in which a name was given twice: which value counts would be a guess."""

    twice: str


def read_json(body: bytes | str, what: str, longest: int = LONGEST_BODY) -> Any:
    """What `body` holds; `what` is what it should be ("the report"). Raises ParseError, and
    nothing else."""
    if len(body) > longest:
        raise ParseError(
            f"{what} is over {longest // 1024} KiB: send less at once, or fewer values"
        )
    try:
        return json.loads(body, object_pairs_hook=_object, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{what} is not JSON: send one object as contract C7 says") from error


def unique(given: Mapping[str, Any], where: str = "") -> None:
    """Raises ParseError if this object (the field `where`) has a name twice."""
    if isinstance(given, Repeated):
        name = f"{where}.{given.twice[:64]}" if where else given.twice[:64]
        raise ParseError(f"{name!a}: is given twice; send each name once")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    repeated, seen = Repeated(plain), set[str]()
    for name, _ in pairs:
        if name in seen:
            repeated.twice = name
        seen.add(name)
    return repeated


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else float("inf")
