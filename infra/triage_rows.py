"""Labelled texts in CSV files: a header `text,category`, then a row for each text."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

OUTSIDE = "oos"
"""The category of examples that are about none of the others."""


class DataError(Exception):
    """A file can't be used; the message names the file, the line and the fix."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text and what it is about."""

    text: str
    category: str


def examples(path: Path) -> list[Example]:
    """The rows of a file, or of every CSV file in a folder. Raises DataError."""
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files:
        raise DataError(f"{path}: no CSV file in this folder; each needs the header text,category")
    return [
        Example(text=text, category=category)
        for file in files
        for text, category in _rows(file, ("text", "category"))
    ]


def texts(path: Path) -> list[str]:
    """The column `text` of a file, whatever else it has. Raises DataError."""
    return [row[0] for row in _rows(path, ("text",))]


def fingerprint(given: Sequence[Example]) -> str:
    """Names a set of examples, whatever their order."""
    lines = sorted(f"{one.category}\t{one.text}" for one in set(given))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _read(path, csv.DictReader(file), columns)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except csv.Error as error:
        raise DataError(f"{path}: no CSV: {error}") from error


def _read(
    path: Path, reader: "csv.DictReader[str]", columns: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise DataError(f"{path}, line 1: no column {missing[0]!r}; the header is text,category")
    found = False
    for row in reader:
        values = tuple((row[name] or "").strip() for name in columns)
        for name, value in zip(columns, values, strict=True):
            if not value:
                raise DataError(f"{path}, line {reader.line_num}: {name} is empty; fill it")
        found = True
        yield values
    if not found:
        raise DataError(f"{path}: no rows under the header")
