"""How good the alerts are: `python -m infra.eval_alerts FOLDER` replays labelled series.

Each series is one device with one metric, from its first reading to its last, through one set of
rules that knows nothing of the series. A window is caught if an alert is raised inside it; alerts
raised outside all windows are false.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.device_sections import DeviceRule, decode
from chalicelib.fleet.reports.report import Report
from chalicelib.fleet.rules.compiling import compiled
from chalicelib.fleet.state.device import DeviceState
from chalicelib.fleet.state.watching import observe_all
from infra.eval_results import Result, table
from infra.eval_series import Labelled, Row, find, read
from infra.eval_windows import DataError, Window

METRIC = "value"
RULES = (
    # The metric is not as this device usually has it, in any way and either direction. All of it
    # is default: what a brand gets that names a metric and sets nothing.
    {
        "name": "unusual",
        "severity": "warning",
        "message": {"tr": "değer alışılmışın dışında.", "en": "the value is not as usual."},
        "when": {"kind": "deviation", "metric": METRIC},
    },
)
"""As they would stand in a playbook or a device model."""
BATCH = 10
"""Reports come by tens, as the queue brings them."""
WEEK = timedelta(days=7)
_EVERY = 1.0
"""Seconds between two signs of life while a long series runs."""

Tell = Callable[[str], None]


def raised(rows: Sequence[Row], tell: Tell) -> list[datetime]:
    """When alerts are raised on a device that reports these rows, by the engine that watches
    devices in production."""
    written = msgspec.convert(RULES, tuple[DeviceRule, ...], dec_hook=decode)
    rules = [compiled(rule, ZoneInfo("UTC")) for rule in written]
    state = DeviceState(device_id="series", since=rows[0][0])
    times: list[datetime] = []
    told = time.monotonic()
    for start in range(0, len(rows), BATCH):
        reports = [
            Report(device_id="series", at=at, received_at=at, metrics={METRIC: value})
            for at, value in rows[start : start + BATCH]
        ]
        seen = observe_all(state, reports, rules)
        state = seen.state
        times += [alert.raised_at for alert in seen.raised]
        if time.monotonic() - told > _EVERY:
            told = time.monotonic()
            tell(f"{start / len(rows):.0%} of {len(rows)} readings")
    return times


def judge(series: Labelled, rows: Sequence[Row], tell: Tell = lambda _: None) -> Result:
    windows = series.windows or ()
    began = time.perf_counter()
    alerts = raised(rows, tell)
    seconds = time.perf_counter() - began
    firsts = [(next((at for at in alerts if _within(at, w)), None), w[1]) for w in windows]
    return Result(
        name=series.name,
        readings=len(rows),
        windows=len(windows),
        false=sum(not any(_within(at, window) for window in windows) for at in alerts),
        weeks=(rows[-1][0] - rows[0][0]) / WEEK,
        seconds=seconds,
        leads=tuple(end - first for first, end in firsts if first is not None),
    )


def _within(at: datetime, window: Window) -> bool:
    return window[0] <= at <= window[1]


def evaluate(folder: Path, tell: Tell) -> list[Result]:
    """Every series of the folder. Raises DataError before or at the first that can't be read."""
    series, unknown = find(folder)
    if unknown:
        tell(f"no series for {len(unknown)} names of the windows file, e.g. {unknown[0]}\n")
    results = []
    for number, one in enumerate(series, 1):
        if one.windows is None:
            tell(f"{one.name}: not in the windows file, so every alert counts as false\n")
        label = f"{number}/{len(series)} {one.name}"
        tell(label)
        results.append(judge(one, read(one.path), partial(_tell_of, tell, label)))
    return results


def _tell_of(tell: Tell, label: str, text: str) -> None:
    tell(f"{label}: {text}")


def _show(text: str) -> None:
    """On a terminal each text takes the place of the last, unless it ends its line."""
    terminal = sys.stderr.isatty()
    if terminal or text.endswith("\n"):
        print(f"\r\033[K{text}" if terminal else text, end="", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(prog="python -m infra.eval_alerts", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds CSV series and windows.json")
    given = parser.parse_args(arguments)
    try:
        results = evaluate(given.folder, _show)
    except DataError as error:
        _show("")
        print(error, file=sys.stderr)
        return 2
    _show("")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
