"""Measure everything, print one table, write it into docs/benchmarks.md."""

import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.deployment import build_package
from infra.local.embedded_aws import free_port
from infra.local.layout import Layout, layout
from infra.local.lifecycle import down, is_up, up
from infra.local.progress import StepFailed, complain
from infra.local.stack import STAGE, Stack
from tests.bench import (
    cold,
    cpu,
    fleet_rows,
    parsing,
    prices,
    report,
    throughput,
    timeline,
    traffic,
)
from tests.bench.cpu import Cpu
from tests.bench.report import Row, row
from tests.bench.traffic import Counted

ZIP_BYTES = 5_000_000


def main() -> int:
    start = time.monotonic()
    os.environ["TEMAS_STAGE"] = STAGE
    try:
        rows = list(_shown(_measure()))
        _say("the fleet")
        devices = list(_shown(fleet_rows.measure()))
    except StepFailed as error:
        complain(error.report())
        return 1
    print(f"\n{report.plain([*rows, *devices])}\n")
    minutes = (time.monotonic() - start) / 60
    report.write(rows, minutes)
    report.write(devices, minutes, block="fleet")
    print("written into docs/benchmarks.md")
    return 0


def _shown(rows: Iterator[Row]) -> Iterator[Row]:
    for one in rows:
        print(f"  {one.what}: {one.result}", flush=True)
        yield one


def _measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="temas-bench-") as scratch:
        where = Layout(
            home=Path(scratch), port=free_port(), ministack_python=layout().ministack_python
        )
        _say("the zip")
        build_package(where)
        archive = where.package / "deployment.zip"
        task = Path(scratch, "task")
        zipfile.ZipFile(archive).extractall(task)
        _say("cold starts")
        yield from _cold(where.ministack_python, task)
        yield row("Zip with byte-code", archive.stat().st_size / 1e6, "MB", most=ZIP_BYTES / 1e6)
        _say("requests, units, CPU")
        yield from _traffic()
        _say("parsing")
        yield from _parsing()
        _say("timeline")
        yield from _timeline(timeline.measure(), "ordered index", most=1.2)
        _say("the local stack")
        with _stack(where) as stack:
            yield from _timeline(timeline.measure_embedded(stack), "embedded AWS, which walks")
            yield from _flow(stack)


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def _cold(python: Path, task: Path) -> Iterator[Row]:
    floor, *starts = cold.measure(python, task)
    yield row("Cold start, floor: boto3 and one client", floor.ms, "ms")
    for one in starts:
        most = 1.25 if one.name.endswith("import") else None
        yield row(
            f"Cold start, {one.name}", one.ratio, "× floor", most=most, extra=f"{one.ms:.0f} ms"
        )


def _traffic() -> Iterator[Row]:
    alone = traffic.count(1, customers=1)
    ten = traffic.count(10, customers=10)
    spent = cpu.measure()
    api_ms = cpu.measure_api()
    yield row("AWS requests a message, alone (api + ingest)", alone.requests_each, "", most=4)
    yield row("AWS requests a message, batch of 10, ingest", len(ten.ingest.requests) / 10, "")
    yield row("AWS requests a message, batch of 10, api + ingest", ten.requests_each, "", most=1.5)
    yield row("Write units a message, alone", alone.ingest.write_units, "")
    units = ten.ingest.each(ten.ingest.write_units)
    yield row("Write units a message, batch of 10", units, "", most=6)
    yield row("Read units a message, batch of 10", ten.ingest.each(ten.ingest.read_units), "")
    yield row("CPU a message, raw boto3 (floor)", spent.floor, "ms")
    yield row(
        "CPU a message, ingest", spent.ratio, "× floor", most=2, extra=f"{spent.handler:.2f} ms"
    )
    yield row("CPU a webhook, api", api_ms, "ms")
    yield from _costs(ten, 10, spent, api_ms, most=10)
    yield from _costs(alone, 1, spent, api_ms)


def _parsing() -> Iterator[Row]:
    found = parsing.measure()
    for one in found:
        extra = f"slowest payload {one.slowest_ms:.3f} ms"
        yield row(f"Parsing, {one.name}, CPU a message", one.median_ms, "ms", most=1, extra=extra)


def _costs(
    counted: Counted, batch: int, spent: Cpu, api_ms: float, *, most: float | None = None
) -> Iterator[Row]:
    ingest = counted.ingest
    usage = prices.Usage(
        write_units=ingest.each(ingest.write_units),
        read_units=ingest.each(ingest.read_units),
        invocations=1 + 1 / batch,
        lambda_ms=prices.lambda_ms(api_ms, len(counted.api.requests))
        + prices.lambda_ms(spent.handler, len(ingest.requests) / batch),
        # SendMessage, and Lambda's ReceiveMessage and DeleteMessageBatch for each batch.
        sqs_requests=1 + 2 / batch,
        events=sum(
            r.operation == "eventbridge.PutEvents" and len(r.body["Entries"]) for r in ingest.sent
        )
        / batch,
        logged_bytes=counted.api.logged
        + len(prices.RUNTIME_LOG)
        + (ingest.logged + len(prices.RUNTIME_LOG)) / batch,
    )
    lines = prices.bill(usage)
    yield row(
        f"US dollars a million messages, batches of {batch}", sum(lines.values()), "$", most=most
    )
    if most is not None:
        for name, dollars in lines.items():
            yield row(f"… {name}", dollars, "$")


def _timeline(page: timeline.Page, where: str, most: float | None = None) -> Iterator[Row]:
    name = f"{page.long:,} messages beside {timeline.SHORT}"
    if most is not None:
        yield row("Timeline page, requests", page.requests, "", most=1)
        yield row("Timeline page, read units", page.read_units[1], "", most=page.read_units[0])
    times = f"{page.short_ms:.1f} and {page.long_ms:.1f} ms"
    yield row(f"Timeline page, {name}, {where}", page.ratio, "×", most=most, extra=times)


def _flow(stack: Stack) -> Iterator[Row]:
    flow = throughput.measure(stack)
    yield row("Local stack, webhooks accepted a second, 8 clients", flow.accepted_per_second, "")
    yield row("Local stack, messages stored a second", flow.stored_per_second, "")
    yield row("Local stack, answer to a webhook, p50", flow.answer_p50_ms, "ms")
    yield row("Local stack, answer to a webhook, p95", flow.answer_p95_ms, "ms")
    seen = f"seen every {flow.resolution * 1000:.0f} ms"
    yield row("Local stack, accepted to stored, p50", flow.stored_p50, "s", extra=seen)
    yield row("Local stack, accepted to stored, p95", flow.stored_p95, "s", extra=seen)


@contextmanager
def _stack(own: Layout) -> Iterator[Stack]:
    """The stack that is up, or one of the bench's own."""
    if is_up(layout()):
        yield Stack.load(layout().stack_file)
        return
    try:
        yield up(own)
    finally:
        down(own)


if __name__ == "__main__":
    sys.exit(main())
