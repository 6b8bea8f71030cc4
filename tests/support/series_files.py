"""Invented series as files that `make eval-alerts` reads:
`python -m tests.support.series_files .local/series 1 2 3` writes every kind with those seeds."""

import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.support.series import Series, generate
from tests.support.series_kinds import KINDS

_FORM = "%Y-%m-%d %H:%M:%S"


def write(folder: Path, series: Iterable[Series]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    windows = {}
    for one in series:
        name = f"{one.name}.csv"
        windows[name] = [[f"{a:{_FORM}}", f"{b:{_FORM}}"] for a, b in one.windows]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["timestamp", "value"])
            out.writerows((f"{at:{_FORM}}", repr(value)) for at, value in one.rows)
    (folder / "windows.json").write_text(json.dumps(windows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    seeds = [int(text) for text in sys.argv[2:]] or [1]
    write(Path(sys.argv[1]), (generate(kind, seed) for kind in KINDS for seed in seeds))
