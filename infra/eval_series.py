"""Series with labelled windows from a folder, as the public collections of sensor series keep them.

Anywhere under the folder: CSV files with the columns `timestamp` and `value`, and one JSON file
whose name holds "windows": name of a CSV → list of [start, end]. Times without a zone are UTC.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from infra.eval_windows import DataError, Window, moment, read_windows, windows_file

Row = tuple[datetime, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A series by time. `windows` is None if the windows file does not name it."""

    name: str
    path: Path
    windows: tuple[Window, ...] | None


def find(folder: Path) -> tuple[list[Labelled], list[str]]:
    """The folder's series by name, and the names in the windows file that fit none of them.

    A name fits a series whose path ends like it, with or without `.csv`. Raises DataError.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: give the one that holds the CSV series, as DATA=")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".csv")
    if not paths:
        raise DataError(f"no CSV under {folder}: put series with timestamp,value there")
    source = windows_file(folder)
    given = read_windows(source)
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    fits = {key: _fitting(key, names) for key in given}
    if given and not any(fits.values()):
        raise DataError(f"{source} names no series under {folder}, e.g. {next(iter(given))!r}")
    of = {path: given[key] for key, path in fits.items() if path is not None}
    series = [Labelled(name=names[path], path=path, windows=of.get(path)) for path in paths]
    return series, [key for key, path in fits.items() if path is None]


def read(path: Path) -> list[Row]:
    """The rows by time. Raises DataError, naming the line, for any that can't be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sorted(_rows(path, csv.reader(file)), key=lambda row: row[0])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: {error}; save it as CSV in UTF-8") from error


def _rows(path: Path, lines: Any) -> list[Row]:
    head = [name.strip().lower() for name in next(lines, [])]
    if "timestamp" not in head or "value" not in head:
        raise DataError(f"{path}: line 1: name the columns timestamp,value")
    when, what = head.index("timestamp"), head.index("value")
    rows = []
    for cells in lines:
        if not any(cells):
            continue
        place = f"{path}: line {lines.line_num}"
        if len(cells) <= max(when, what):
            raise DataError(f"{place}: has {len(cells)} columns; give timestamp,value")
        rows.append((moment(place, cells[when]), _value(place, cells[what])))
    if not rows:
        raise DataError(f"{path}: has no rows; add some or take the file away")
    return rows


def _value(place: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise DataError(f"{place}: the value {text[:40]!r} is no finite number")
    return value


def _fitting(key: str, names: Mapping[Path, str]) -> Path | None:
    wanted = _parts(key)
    for length in (len(wanted), 1):
        found = [path for path, name in names.items() if _parts(name)[-length:] == wanted[-length:]]
        if len(found) == 1:
            return found[0]
        if len(found) > 1 and length == 1:
            raise DataError(f"{key!r} in the windows file fits {len(found)} series: add its folder")
    return None


def _parts(name: str) -> Sequence[str]:
    parts = name.replace("\\", "/").lower().removesuffix(".csv").split("/")
    return [part for part in parts if part not in {"", "."}]
