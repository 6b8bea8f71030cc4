"""What a fleet costs a month, from what was measured of a report and of a sweep:

    python -m tests.bench.fleet_prices

Prices are `prices`' and those of AWS IoT Core, all of them for us-east-1.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.prices import GB_SECOND, LOG_GB, MEMORY_GB, PER_MILLION, RUNTIME_LOG, lambda_ms

MONTH = 30 * 24 * 3600
"""Seconds."""
BATCH = 10

MESSAGE_TIERS = ((1e9, 1.00), (5e9, 0.80), (float("inf"), 0.70))
"""AWS IoT Core, messages of up to 5 KB: up to so many a month, at so much a million."""
RULE, ACTION, CONNECTED = 0.15, 0.15, 0.08
"""A million rules triggered, actions, and minutes of connection."""
PROVISIONED_HOUR = 0.00065
"""A write capacity unit, not reserved."""


@dataclass(frozen=True, kw_only=True)
class Reporting:
    """How a fleet reports: `together` reports a message; units, bytes logged and CPU a report, as
    measured in batches of ten messages."""

    devices: float = 1e6
    every: float = 60.0
    together: int = 1
    write_units: float
    read_units: float
    cpu_ms: float
    logged: float = 221.0

    @property
    def reports_a_second(self) -> float:
        return self.devices / self.every

    @property
    def batches_a_second(self) -> float:
        return self.reports_a_second / self.together / BATCH

    @property
    def batch_ms(self) -> float:
        """Billed duration of a batch: its CPU, and two calls."""
        return lambda_ms(self.cpu_ms * self.together * BATCH, 2)

    @property
    def concurrency(self) -> float:
        return self.batches_a_second * self.batch_ms / 1000


@dataclass(frozen=True, kw_only=True)
class Sweeping:
    """How a fleet is looked at: each device so often; units and milliseconds of CPU a device,
    requests for a hundred."""

    devices: float = 1e6
    every: float = 3600.0
    write_units: float
    read_units: float
    cpu_ms: float
    requests: float


def bill(of: Reporting) -> Mapping[str, float]:
    """Dollars a month."""
    reports = of.reports_a_second * MONTH / 1e6
    messages, batches = reports / of.together, reports / of.together / BATCH
    logged = of.logged + len(RUNTIME_LOG)
    return {
        "IoT Core, messages": _messages(messages * 1e6),
        "IoT Core, rule and action": messages * (RULE + ACTION),
        "IoT Core, connections": of.devices * MONTH / 60 / 1e6 * CONNECTED,
        "SQS": (messages + 2 * batches) * PER_MILLION["SQS, requests"],
        "DynamoDB, writes": reports * of.write_units * PER_MILLION["DynamoDB, write units"],
        "DynamoDB, reads": reports * of.read_units * PER_MILLION["DynamoDB, read units"],
        "Lambda": batches * PER_MILLION["Lambda, invocations"]
        + batches * of.batch_ms * 1000 * MEMORY_GB * GB_SECOND,
        "CloudWatch Logs": batches * logged / 1000 * LOG_GB,
    }


def _messages(count: float) -> float:
    dollars, below = 0.0, 0.0
    for most, price in MESSAGE_TIERS:
        dollars += max(0.0, min(count, most) - below) / 1e6 * price
        below = most
    return dollars


def sweep_bill(of: Sweeping) -> Mapping[str, float]:
    """Dollars a month."""
    looks = of.devices / of.every * MONTH / 1e6
    ms = lambda_ms(of.cpu_ms * 100, of.requests) / 100
    return {
        "DynamoDB, writes": looks * of.write_units * PER_MILLION["DynamoDB, write units"],
        "DynamoDB, reads": looks * of.read_units * PER_MILLION["DynamoDB, read units"],
        "Lambda": looks * ms * 1000 * MEMORY_GB * GB_SECOND,
    }


MEASURED = {
    "one report a message": Reporting(write_units=4, read_units=1, cpu_ms=1.51),
    "ten in a message": Reporting(together=10, write_units=0.4, read_units=0.1, cpu_ms=0.23),
    "ten rules, one a message": Reporting(write_units=8, read_units=1, cpu_ms=5.87),
    "ten rules, ten in a message": Reporting(
        together=10, write_units=1, read_units=0.2, cpu_ms=0.89
    ),
}
"""On 2026-11-29 (docs/benchmarks.md)."""
MEASURED_SWEEP = Sweeping(write_units=3.16, read_units=1.01, cpu_ms=1.57, requests=7.49)


def main() -> int:
    for name, of in MEASURED.items():
        lines = bill(of)
        print(
            f"{name}: {of.batch_ms:.0f} ms a batch, {of.batches_a_second:,.0f} batches a second, "
            f"{of.concurrency:.0f} at once, {of.reports_a_second * of.write_units:,.0f} write "
            f"units a second, provisioned "
            f"${of.reports_a_second * of.write_units * MONTH / 3600 * PROVISIONED_HOUR:,.0f}"
        )
        for line, dollars in lines.items():
            print(f"  {line:28} {dollars:10,.0f}")
        print(f"  {'together':28} {sum(lines.values()):10,.0f}")
    print("sweep")
    for line, dollars in sweep_bill(MEASURED_SWEEP).items():
        print(f"  {line:28} {dollars:10,.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
