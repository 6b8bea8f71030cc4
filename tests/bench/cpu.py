"""Handler CPU beside raw boto3 making the very same requests; no server on either side.

Both sides serialise, sign and parse everything; only the socket is left out. The floor sends what
the handler was seen to send, from ready-made arguments.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from botocore.config import Config

from chalicelib import wiring
from chalicelib.wiring import Wiring
from tests.bench import traffic
from tests.bench.wire import Recorder, recorded
from tests.support.webhook_calls import chat_message, signed
from tests.support.world import (
    DEPLOYMENT,
    REGION,
    SECRETS,
    Context,
    World,
    forget_clients,
    world,
)

BATCH = 10
WEBHOOKS = 100
BLOCK = 20
"""Batches measured at a time, floor and handler in turn."""


@dataclass(frozen=True, kw_only=True)
class Cpu:
    """Milliseconds of CPU a message, medians; `ratio` is the median of the rounds' ratios."""

    handler: float
    floor: float
    ratio: float


def measure_api(rounds: int = 5) -> float:
    """Milliseconds of CPU that the api function takes for a webhook, its SendMessage included."""
    import app

    queue = f"https://sqs.{REGION}.amazonaws.com/123456789012/{DEPLOYMENT.name('inbound')}"
    answers = {
        "secrets-manager.GetSecretValue": {"SecretString": json.dumps(SECRETS["webhooks"])},
        "sqs.GetQueueUrl": {"QueueUrl": queue},
        "sqs.SendMessage": {"MessageId": "bench"},
    }
    now = datetime.now(UTC)
    body = json.dumps(chat_message("bench", now, text=traffic.TEXT)).encode()
    event = traffic.webhook_event("chat", body, signed("chat", body, now))
    recorder = Recorder(
        answer=lambda operation: json.dumps(answers[operation]).encode(), keep=False
    )
    with outside(recorder):
        reply = app.app(event, Context())
        assert reply["statusCode"] == 200, reply
        taken = []
        for _ in range(rounds):
            start = time.process_time()
            for _ in range(WEBHOOKS):
                app.app(event, Context())
            taken.append((time.process_time() - start) * 1000 / WEBHOOKS)
    return statistics.median(taken)


def measure(rounds: int = 15) -> Cpu:
    with rig() as (handler, floor):
        handler(), floor()  # caches fill: what a warm function has
        pairs = [(spent(floor), spent(handler)) for _ in range(rounds)]
    return Cpu(
        floor=statistics.median(f for f, _ in pairs),
        handler=statistics.median(h for _, h in pairs),
        ratio=statistics.median(h / f for f, h in pairs),
    )


@contextmanager
def rig() -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """The real handler, and the floor, each as a call that works one batch."""
    import app

    with world() as stage, redirect_stdout(StringIO()):
        traffic.acquaint(stage, BATCH)
        answers = _answers(stage)
        event = {"Records": traffic.batch(stage, BATCH, BATCH)}
    recorder = Recorder(answer=answers.__getitem__)
    with outside(recorder):
        app.ingest(event, Context())
        floor = floor_of(recorder)
        recorder.keep = False
        yield lambda: app.ingest(event, Context()), floor


@contextmanager
def outside(recorder: Recorder, **parts: Any) -> Iterator[Wiring]:
    """Outside of moto, whose own work would be measured too; what is logged goes nowhere. `parts`
    are the wiring's."""
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        mock.patch.dict(os.environ, _CREDENTIALS),
        recorded(recorder),
    ):
        forget_clients()
        running = Wiring(DEPLOYMENT, **parts)
        wiring.rewire(running)
        try:
            yield running
        finally:
            wiring.rewire(None)
            forget_clients()


_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def _answers(stage: World) -> dict[str, bytes]:
    """What AWS answers to a batch of these customers, per operation."""
    items = [item for item in _scan(stage) if item["type"]["S"] == "identity"]
    entries = [{"EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860"}] * BATCH
    answers: dict[str, Any] = {
        "dynamodb.BatchGetItem": {
            "Responses": {stage.wiring.deployment.table: items},
            "UnprocessedKeys": {},
        },
        "dynamodb.TransactWriteItems": {},
        "eventbridge.PutEvents": {"FailedEntryCount": 0, "Entries": entries},
    }
    return {operation: json.dumps(answer).encode() for operation, answer in answers.items()}


def _scan(stage: World) -> list[dict[str, Any]]:
    table = stage.wiring.deployment.table
    found: list[dict[str, Any]] = stage.client("dynamodb").scan(TableName=table)["Items"]
    return found


def floor_of(recorder: Recorder) -> Callable[[], None]:
    """Raw boto3 sending what the recorder has seen, with the settings of the product's clients."""
    session = boto3.Session(region_name=REGION)
    config = Config(
        connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"}
    )
    clients = {
        "dynamodb": session.client("dynamodb", config=config),
        "eventbridge": session.client("events", config=config),
    }
    calls = []
    for request in recorder.requests:
        service, _, operation = request.operation.partition(".")
        arguments = request.body
        for entry in arguments.get("Entries", []):
            entry["Time"] = datetime.fromtimestamp(entry["Time"], UTC)
        client = clients[service]
        calls.append((getattr(client, _METHODS[operation]), arguments))

    def run() -> None:
        for call, arguments in calls:
            call(**arguments)

    return run


_METHODS = {
    "BatchGetItem": "batch_get_item",
    "TransactWriteItems": "transact_write_items",
    "PutEvents": "put_events",
}


def spent(work: Callable[[], None]) -> float:
    """Milliseconds of CPU a message."""
    start = time.process_time()
    for _ in range(BLOCK):
        work()
    return (time.process_time() - start) * 1000 / (BLOCK * BATCH)
