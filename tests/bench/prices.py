"""US dollars per million messages, from what was counted. Formula and prices are all here."""

from dataclasses import dataclass

REGION = "us-east-1"
DATED = "2025, as published for us-east-1; look them up again before you budget"

PER_MILLION = {
    "API Gateway, REST calls": 3.50,
    "Lambda, invocations": 0.20,
    "SQS, requests": 0.40,
    "DynamoDB, write units": 0.625,
    "DynamoDB, read units": 0.125,
    "EventBridge, events": 1.00,
}
GB_SECOND = 0.0000166667
LOG_GB = 0.50

MEMORY_GB = 1.0
VCPU = 1024 / 1769
"""Of a vCPU at 1,024 MB: Lambda gives a whole one at 1,769 MB."""
AWS_CALL_MS = 10.0
"""Assumed for a call to SQS, DynamoDB or EventBridge within the region."""

_ID = "00000000-0000-0000-0000-000000000000"
RUNTIME_LOG = (
    f"START RequestId: {_ID} Version: $LATEST\n"
    f"END RequestId: {_ID}\n"
    f"REPORT RequestId: {_ID}\tDuration: 12.34 ms\tBilled Duration: 13 ms\t"
    "Memory Size: 1024 MB\tMax Memory Used: 128 MB\t\n"
)
"""What Lambda itself logs of every invocation."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one message takes: its share of everything."""

    write_units: float
    read_units: float
    invocations: float
    lambda_ms: float
    sqs_requests: float
    events: float
    logged_bytes: float


def lambda_ms(cpu_ms: float, calls: float) -> float:
    """Billed duration: CPU at the share of a vCPU that the memory brings, and waiting for AWS."""
    return cpu_ms / VCPU + calls * AWS_CALL_MS


def bill(usage: Usage) -> dict[str, float]:
    """Dollars per million messages, by line."""
    units = {
        "API Gateway, REST calls": 1.0,
        "Lambda, invocations": usage.invocations,
        "SQS, requests": usage.sqs_requests,
        "DynamoDB, write units": usage.write_units,
        "DynamoDB, read units": usage.read_units,
        "EventBridge, events": usage.events,
    }
    lines = {name: PER_MILLION[name] * amount for name, amount in units.items()}
    lines["Lambda, GB-seconds"] = usage.lambda_ms * MEMORY_GB * GB_SECOND * 1000
    lines["CloudWatch Logs, bytes"] = usage.logged_bytes / 1e9 * LOG_GB * 1e6
    return lines
