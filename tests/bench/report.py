"""The one table: rows, how it prints, and its place in docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PACKAGES = ("chalice", "aws-lambda-powertools", "pynamodb", "boto3", "msgspec", "moto")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure. `target` in words; `met` None where there is none."""

    what: str
    result: str
    target: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "**no**", None: ""}[self.met]


def row(what: str, value: float, unit: str, *, most: float | None = None, extra: str = "") -> Row:
    """A measured number, and the most it may be."""
    shown = f"{value:,.2f} {unit}".strip() + (f" ({extra})" if extra else "")
    if most is None:
        return Row(what=what, result=shown)
    return Row(what=what, result=shown, target=f"≤ {most:g} {unit}".strip(), met=value <= most)


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    head = ["| measure | result | target | reached |", "|---|---|---|---|"]
    return "\n".join(
        [*head, *(f"| {r.what} | {r.result} | {r.target} | {r.verdict} |" for r in rows)]
    )


def plain(rows: Iterable[Row]) -> str:
    """The rows for a terminal."""
    cells = [(r.what, r.result, r.target, r.verdict.strip("*")) for r in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    return "\n".join(
        "  ".join([*(c.ljust(w) for c, w in zip(line, widths, strict=False)), line[3]]).rstrip()
        for line in cells
    )


def write(rows: Iterable[Row], minutes: float, *, block: str = "bench") -> None:
    """Put the table between the markers of this block of docs/benchmarks.md."""
    begin, end = f"<!-- {block}: begin -->", f"<!-- {block}: end -->"
    written = f"{begin}\n{_circumstances(minutes)}\n\n{table(rows)}\n{end}"
    text = DOCS.read_text()
    pattern = f"{re.escape(begin)}.*{re.escape(end)}"
    DOCS.write_text(re.sub(pattern, lambda _: written, text, flags=re.DOTALL))


def _circumstances(minutes: float) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = os.getloadavg()[0]
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC in one run of {minutes:.0f} minutes, on "
        f"{os.cpu_count()} cores of {platform.machine()} {platform.system()} (load average "
        f"{load:.1f} at the end), Python {platform.python_version()}, {versions}."
    )
