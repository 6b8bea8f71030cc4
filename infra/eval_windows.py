"""The labelled windows of a folder of series: when something was wrong, by name of the series."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Window = tuple[datetime, datetime]


class DataError(Exception):
    """The folder can't be evaluated; the message names the file, the line and the fix."""


def moment(place: str, text: Any) -> datetime:
    """The time that the text names, in UTC. Raises DataError."""
    try:
        at = datetime.fromisoformat(text.strip())
    except (ValueError, AttributeError) as error:
        raise DataError(
            f"{place}: {str(text)[:40]!r} is no time; write 2026-11-29 10:00:00"
        ) from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def windows_file(folder: Path) -> Path:
    """The one nearest to the top of the folder. Raises DataError if that isn't plain."""
    found = [path for path in folder.rglob("*.json") if "windows" in path.name.lower()]
    if not found:
        raise DataError(f"no windows.json under {folder}: write name of CSV -> [[start, end], …]")
    nearest = min(len(path.parts) for path in found)
    found = sorted(path for path in found if len(path.parts) == nearest)
    for usual in ("windows.json", "combined_windows.json"):
        if any(path.name == usual for path in found):
            return next(path for path in found if path.name == usual)
    if len(found) > 1:
        raise DataError(f"{found[0]} and {found[1]}: name the one to use windows.json")
    return found[0]


def read_windows(path: Path) -> Mapping[str, tuple[Window, ...]]:
    try:
        given = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}; write JSON") from error
    if not isinstance(given, dict):
        raise DataError(f"{path}: write an object: name of CSV -> [[start, end], …]")
    return {key: _pairs(f"{path}: {key}", pairs) for key, pairs in given.items()}


def _pairs(place: str, pairs: Any) -> tuple[Window, ...]:
    if not isinstance(pairs, list):
        raise DataError(f"{place}: write a list of [start, end]")
    return tuple(_pair(f"{place}: window {number}", pair) for number, pair in enumerate(pairs, 1))


def _pair(place: str, pair: Any) -> Window:
    if not isinstance(pair, list) or len(pair) != 2:
        raise DataError(f"{place}: write [start, end]")
    start, end = (moment(place, text) for text in pair)
    if end < start:
        raise DataError(f"{place}: ends before it starts; swap the two")
    return start, end
