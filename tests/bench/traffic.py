"""Requests and capacity units per inbound message, counted on the wire of the real handlers."""

import json
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

from tests.bench.capacity import Wire, read_units, write_units
from tests.bench.wire import Recorder, Request, recorded
from tests.support.webhook_calls import chat_message, queued, signed
from tests.support.world import DEPLOYMENT, Context, World, forget_clients, sqs_record, world

TEXT = "Merhaba, siparişim nerede? Dün gelecekti ama hâlâ haber yok."


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What one batch took. `requests` by operation; `logged` bytes that ingest wrote to its log."""

    messages: int
    requests: tuple[str, ...]
    write_units: float
    read_units: float
    logged: int
    sent: tuple[Request, ...] = ()

    def each(self, value: float) -> float:
        return value / self.messages


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Api and ingest for a batch of `messages`."""

    api: Traffic
    ingest: Traffic

    @property
    def requests_each(self) -> float:
        return len(self.api.requests) / self.api.messages + self.ingest.each(
            len(self.ingest.requests)
        )


def count(messages: int, *, customers: int) -> Counted:
    """Count a batch from customers who are known and whose conversations are open."""
    with world() as stage, redirect_stdout(StringIO()):
        acquaint(stage, customers)
        try:
            with recorded(Recorder()) as recorder:
                return Counted(
                    api=_count_api(stage, recorder),
                    ingest=_count_ingest(stage, recorder, messages, customers),
                )
        finally:
            forget_clients()


def batch(stage: World, messages: int, customers: int, start: int = 0) -> list[dict[str, Any]]:
    """A batch of `inbound` as Lambda hands it over, the customers in turn."""
    at = stage.now + timedelta(seconds=1 + start)
    bodies = [
        queued(
            "chat",
            chat_message(f"m-{start}-{n}", at, customer=f"visitor-{n % customers}", text=TEXT),
            at,
        )
        for n in range(messages)
    ]
    return [sqs_record("inbound", {"Body": body, "MessageId": body[20:60]}) for body in bodies]


def acquaint(stage: World, customers: int) -> None:
    """Let each customer write once, and forget what the process has built."""
    for first in range(0, customers, 10):
        some = range(first, min(first + 10, customers))
        hello = [
            queued(
                "chat", chat_message(f"hello-{n}", stage.now, customer=f"visitor-{n}"), stage.now
            )
            for n in some
        ]
        stage.invoke("ingest", [sqs_record("inbound", {"Body": body}) for body in hello])
    _restart(stage)


def _restart(stage: World) -> None:
    forget_clients()
    stage.restart()


def _count_api(stage: World, recorder: Recorder) -> Traffic:
    """One webhook call; secret and queue URL are in memory, as they are for minutes."""
    _webhook(stage, "warm-up")
    recorder.requests.clear()
    logged = StringIO()
    with redirect_stdout(logged):
        _webhook(stage, "counted")
    return Traffic(
        messages=1,
        requests=tuple(recorder.operations),
        write_units=0,
        read_units=0,
        logged=len(logged.getvalue().encode()),
        sent=tuple(recorder.requests),
    )


def _webhook(stage: World, message_id: str) -> None:
    import app

    body = json.dumps(chat_message(message_id, stage.now, text=TEXT)).encode()
    reply = app.app(webhook_event("chat", body, signed("chat", body, stage.now)), Context())
    assert reply["statusCode"] == 200, reply


def webhook_event(source: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """A webhook call as API Gateway hands it over."""
    return {
        "resource": "/webhooks/{source}",
        "path": f"/webhooks/{source}",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"source": source},
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/webhooks/{source}",
            "path": f"/local/webhooks/{source}",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def _count_ingest(stage: World, recorder: Recorder, messages: int, customers: int) -> Traffic:
    records = batch(stage, messages, customers)
    before = table(stage)
    recorder.requests.clear()
    logged = StringIO()
    with redirect_stdout(logged):
        stage.invoke("ingest", records)
    sent = tuple(recorder.requests)
    after = table(stage)
    return Traffic(
        messages=messages,
        requests=tuple(request.operation for request in sent),
        write_units=sum(written(sent, before, after)),
        read_units=sum(read(sent, before)),
        logged=len(logged.getvalue().encode()),
        sent=sent,
    )


def table(stage: World) -> dict[tuple[str, str], Wire]:
    pages = stage.client("dynamodb").get_paginator("scan").paginate(TableName=DEPLOYMENT.table)
    items = [item for page in pages for item in page["Items"]]
    return {key_of(item): item for item in items}


def key_of(item: Wire) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def written(
    sent: Sequence[Request],
    before: dict[tuple[str, str], Wire],
    after: dict[tuple[str, str], Wire],
) -> Iterable[int]:
    for request in sent:
        if request.operation == "dynamodb.TransactWriteItems":
            for action in request.body["TransactItems"]:
                ((_, write),) = action.items()
                key = key_of(write.get("Item") or write["Key"])
                yield write_units(before.get(key), after.get(key), transactional=True)
        elif request.operation in ("dynamodb.PutItem", "dynamodb.UpdateItem"):
            key = key_of(request.body.get("Item") or request.body["Key"])
            yield write_units(before.get(key), after.get(key), transactional=False)
        else:
            assert request.operation in _READS or request.service != "dynamodb", request.operation


_READS = {"dynamodb.BatchGetItem"}


def read(sent: Sequence[Request], before: dict[tuple[str, str], Wire]) -> Iterable[float]:
    for request in sent:
        if request.operation in _READS:
            for wanted in request.body["RequestItems"].values():
                items = [before.get(key_of(key)) for key in wanted["Keys"]]
                yield read_units(items, consistent=bool(wanted.get("ConsistentRead")))
