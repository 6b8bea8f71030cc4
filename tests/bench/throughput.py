"""The whole local stack: signed webhooks from keep-alive clients, until each message is stored."""

import http.client
import json
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from standardwebhooks import Webhook

from chalicelib.store import keys
from infra.local.stack import Stack
from tests.bench.traffic import TEXT
from tests.support.webhook_calls import chat_message

MESSAGES, CLIENTS, CUSTOMERS = 2_000, 8, 200
POLL_SECONDS = 0.05
DEADLINE_SECONDS = 180.0


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`accepted_per_second` while the clients were sending, `stored_per_second` from the first call
    to the last message stored; seconds from a call's 2xx to the message being readable."""

    messages: int
    accepted_per_second: float
    stored_per_second: float
    answer_p50_ms: float
    answer_p95_ms: float
    stored_p50: float
    stored_p95: float
    resolution: float


class _Watch(threading.Thread):
    """Notes when accepted messages become readable, asking for the oldest hundred at a time."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self._table = stack.table
        self._client = stack.client("dynamodb")
        self._lock = threading.Lock()
        self._waiting: dict[str, float] = {}
        self.lags: list[float] = []
        self.gaps: list[float] = []
        self.last = 0.0
        self.finished = threading.Event()

    def accepted(self, message_id: str, at: float) -> None:
        with self._lock:
            self._waiting[keys.entry(f"chat::{message_id}")[0]] = at

    def run(self) -> None:
        asked = time.perf_counter()
        while not self.finished.is_set():
            with self._lock:
                some = list(self._waiting)[:100]
            found = self._readable(some) if some else []
            now = time.perf_counter()
            self.gaps.append(now - asked)
            asked = now
            with self._lock:
                for key in found:
                    self.lags.append(now - self._waiting.pop(key))
                    self.last = now
            time.sleep(POLL_SECONDS)

    def _readable(self, some: Sequence[str]) -> list[str]:
        wanted: dict[str, Any] = {"Keys": [{"pk": {"S": key}, "sk": {"S": "E"}} for key in some]}
        wanted |= {"ProjectionExpression": "pk", "ConsistentRead": True}
        reply = self._client.batch_get_item(RequestItems={self._table: wanted})
        return [item["pk"]["S"] for item in reply["Responses"][self._table]]


def measure(stack: Stack, *, messages: int = MESSAGES) -> Flow:
    run = uuid4().hex[:8]
    _send(stack, run, "hello", CUSTOMERS)  # from then on everybody is known
    time.sleep(5)  # their greetings go out
    return _send(stack, run, "m", messages)


def _send(stack: Stack, run: str, kind: str, messages: int) -> Flow:
    watch = _Watch(stack)
    watch.start()
    answers: list[float] = []
    start = time.perf_counter()
    clients = [
        threading.Thread(
            target=_client, args=(stack, watch, answers, run, kind, range(n, messages, CLIENTS))
        )
        for n in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    sent = time.perf_counter()
    while len(watch.lags) < messages and time.perf_counter() - sent < DEADLINE_SECONDS:
        time.sleep(0.05)
    watch.finished.set()
    watch.join()
    if len(watch.lags) < messages:
        raise AssertionError(f"{messages - len(watch.lags)} messages were accepted and not stored")
    return Flow(
        messages=messages,
        accepted_per_second=messages / (sent - start),
        stored_per_second=messages / (watch.last - start),
        answer_p50_ms=statistics.median(answers) * 1000,
        answer_p95_ms=_p95(answers) * 1000,
        stored_p50=statistics.median(watch.lags),
        stored_p95=_p95(watch.lags),
        resolution=statistics.median(watch.gaps),
    )


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _client(
    stack: Stack, watch: _Watch, answers: list[float], run: str, kind: str, numbers: range
) -> None:
    address = urlsplit(stack.api_url)
    line = http.client.HTTPConnection(address.netloc, timeout=60)
    for number in numbers:
        message_id = f"{run}-{kind}-{number}"
        body, headers = _call(stack, run, message_id, number)
        start = time.perf_counter()
        line.request("POST", f"{address.path}/webhooks/chat", body=body, headers=headers)
        reply = line.getresponse()
        said = reply.read()
        end = time.perf_counter()
        if reply.status != 200:
            raise AssertionError(f"{reply.status}: {said[:200]!r}")
        answers.append(end - start)
        watch.accepted(message_id, end)
    line.close()


def _call(stack: Stack, run: str, message_id: str, number: int) -> tuple[bytes, dict[str, str]]:
    at = datetime.now(UTC)
    customer = f"{run}-visitor-{number % CUSTOMERS}"
    event: Any = chat_message(message_id, at, customer=customer, text=TEXT)
    body = json.dumps(event)
    signature = Webhook(stack.webhook_secrets["chat"]).sign(message_id, at, body)
    return body.encode(), {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
