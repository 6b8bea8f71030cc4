"""Rows as CSV text that no spreadsheet takes for formulas. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Shows Excel that a file is UTF-8; once, at its beginning."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(rows: Iterable[Sequence[str]], *, delimiter: str = ";", exact: bool = False) -> str:
    """The rows, each ending in CR LF (RFC 4180). What a spreadsheet would run as a formula gets an
    apostrophe before it; with `exact` the caller knows that there is none."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row if exact else [_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
