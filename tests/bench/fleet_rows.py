"""The fleet's part of the table, which can be measured and written by itself:

python -m tests.bench.fleet_rows --devices 100000
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator

from infra.local.stack import STAGE
from tests.bench import fleet, report, storms, sweep
from tests.bench.report import Row, row

TOGETHER = 10
"""Reports in a message of a device that keeps them for a while."""


def measure(devices: int = 10_000) -> Iterator[Row]:
    """What device reports, and a sweep of so many devices, take."""
    for name, model in fleet.MODELS.items():
        found, spent = fleet.count(model), fleet.handled(model)
        judged, what = fleet.judge(model), f"Report, {name}"
        extra = f"{len(found.requests)} for 10: {fleet.parts(found.requests)}"
        yield row(
            f"{what}, AWS requests, batch of 10",
            found.each(len(found.requests)),
            "",
            most=2.2,
            extra=extra,
        )
        yield row(f"{what}, write units", found.each(found.write_units), "")
        yield row(f"{what}, read units", found.each(found.read_units), "")
        yield row(f"{what}, the device's item", found.item_bytes / 1024, "KB")
        yield row(
            f"{what}, CPU of folding it into a full window",
            judged.ratio,
            "× floor",
            extra=f"{judged.fold:,.0f} µs; floor, JSON in and out, {judged.floor:.0f} µs",
        )
        yield row(
            f"{what}, CPU, watch",
            spent.ratio,
            "× raw boto3",
            extra=f"{spent.handler:.2f} ms; raw boto3 {spent.floor:.2f} ms",
        )
        kept = fleet.count(model, TOGETHER)
        what = f"… {TOGETHER} in each message"
        yield row(f"{what}, AWS requests a report", kept.each(len(kept.requests)), "", most=2.2)
        yield row(f"{what}, write units a report", kept.each(kept.write_units), "")
        ms = fleet.handled(model, TOGETHER, rounds=2).handler / TOGETHER
        yield row(f"{what}, CPU a report, watch", ms, "ms")
    yield from _storms()
    yield from _sweep(sweep.measure(devices))


def _storms() -> Iterator[Row]:
    raised, reacted = storms.alerts()
    unknown = storms.strangers()
    for what, spent in (
        ("A report that raises an alert, batch of 10", raised),
        ("Reaction to an alert of an open incident", reacted),
        ("A stranger's report, quarantine full, batch of 10", unknown),
    ):
        yield row(f"{what}, AWS requests", spent.requests_each, "", most=3)
        yield row(f"{what}, write units", spent.write_units_each, "")


def _sweep(found: sweep.Swept) -> Iterator[Row]:
    what = f"Sweep of {found.devices:,} devices, 1 % silent"
    total, scans = found.requests.total(), sum("Scan" in name for name in found.requests)
    yield row(f"{what}, requests for 100 devices", found.each_hundred(total), "", most=12)
    yield row(f"{what}, requests that are a Scan", scans, "", most=0)
    missed = found.silent - found.found[1] + found.again
    yield row(f"{what}, silent ones missed or told twice", missed, "", most=0)
    yield row(f"{what}, write units a device", found.write_units / found.devices, "")
    yield row(f"{what}, read units a device", found.read_units / found.devices, "")
    yield row(f"{what}, devices a second, one process, no network", found.a_second, "")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fleet_rows")
    parser.add_argument("--devices", type=int, default=10_000, help="that are swept")
    start = time.monotonic()
    os.environ["TEMAS_STAGE"] = STAGE
    rows = list(measure(parser.parse_args(arguments).devices))
    print(report.plain(rows))
    report.write(rows, (time.monotonic() - start) / 60, block="fleet")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
