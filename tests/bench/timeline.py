"""A timeline's page, for a short and a long history.

The embedded AWS walks through a whole table for each query, which says nothing about DynamoDB. So
the page is read from an index that is kept in order (`ordered`), with the long history really
there; what the embedded AWS makes of a smaller one is reported beside it.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest import mock

from chalicelib.store import entries, keys, timelines
from chalicelib.store.records import Entry
from chalicelib.store.table import bind
from infra.local.stack import Stack
from tests.bench.capacity import query_units
from tests.bench.ordered import serve
from tests.bench.traffic import TEXT
from tests.bench.wire import Recorder, recorded
from tests.support.world import REGION, START, forget_clients, load_template

SHORT, LONG = 10, 100_000
LONG_EMBEDDED = 1_000
PAGE = 10
"""Entries a page, so that both pages hold the same."""
TABLE = "temas-bench-main"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of each history: requests a page, the bytes asked, median milliseconds."""

    long: int
    requests: int
    asked: tuple[int, int]
    read_units: tuple[float, float]
    short_ms: float
    long_ms: float

    @property
    def ratio(self) -> float:
        return self.long_ms / self.short_ms


def measure(*, rounds: int = 200, long: int = LONG) -> Page:
    """Against the ordered index."""
    items = {
        f"C#{owner}": _history(owner, amount)
        for owner, amount in (("short", SHORT), ("long", long))
    }
    with serve(items) as endpoint, _bound(endpoint) as recorder:
        return _compare(recorder, rounds, long)


def measure_embedded(stack: Stack, *, rounds: int = 15, long: int = LONG_EMBEDDED) -> Page:
    """Against the embedded AWS, in a table that is gone afterwards."""
    with _table(stack) as client, _bound(stack.aws_endpoint_url) as recorder:
        for owner, amount in (("short", SHORT), ("long", long)):
            _load(client, _history(owner, amount))
        return _compare(recorder, rounds, long)


def _compare(recorder: Recorder, rounds: int, long: int) -> Page:
    _page("short"), _page("long")
    recorder.requests.clear()
    short = _page("short")[1]
    between = len(recorder.requests)
    newest = _page("long")[1]
    sent = recorder.requests
    assert between == len(sent) - between
    recorder.keep = False
    pairs = [(_page("short")[0], _page("long")[0]) for _ in range(rounds)]
    return Page(
        long=long,
        requests=between,
        asked=(sent[0].size, sent[between].size),
        read_units=(query_units(short), query_units(newest)),
        short_ms=statistics.median(one for one, _ in pairs),
        long_ms=statistics.median(one for _, one in pairs),
    )


@contextmanager
def _bound(endpoint: str) -> Iterator[Recorder]:
    """The product's models, bound to the bench's table at this endpoint."""
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    forget_clients()
    try:
        with mock.patch.dict(os.environ, environment), recorded(Recorder()) as recorder:
            bind(TABLE, REGION)
            yield recorder
    finally:
        forget_clients()


@contextmanager
def _table(stack: Stack) -> Iterator[Any]:
    resources = load_template()["Resources"].values()
    kind = "AWS::DynamoDB::Table"
    spec = next(r["Properties"] for r in resources if isinstance(r, dict) and r["Type"] == kind)
    client = stack.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        KeySchema=spec["KeySchema"],
        AttributeDefinitions=spec["AttributeDefinitions"],
        GlobalSecondaryIndexes=spec["GlobalSecondaryIndexes"],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        yield client
    finally:
        client.delete_table(TableName=TABLE)


def _load(client: Any, items: list[dict[str, Any]]) -> None:
    for first in range(0, len(items), 25):
        left: Any = {TABLE: [{"PutRequest": {"Item": i}} for i in items[first : first + 25]]}
        while left:
            left = client.batch_write_item(RequestItems=left).get("UnprocessedItems")


def _history(owner: str, amount: int) -> list[dict[str, Any]]:
    """A customer's messages as items, a second apart."""
    first = entries.item(
        Entry(
            key=f"chat::{owner}",
            at=START,
            kind="message",
            direction="in",
            customer_id=owner,
            conversation_id="cnv_bench",
            channel="chat",
            text=TEXT,
        )
    ).to_dynamodb_dict()
    return [
        first
        | {
            "pk": {"S": f"E#chat::{owner}-{number:06}"},
            "gsi1sk": {"S": keys.moment(START + timedelta(seconds=number), f"{number:06}")},
        }
        for number in range(amount)
    ]


def _page(owner: str) -> tuple[float, list[dict[str, Any]]]:
    """Milliseconds of reading the newest page, and its items."""
    start = time.perf_counter()
    found, _ = timelines.page(owner, limit=PAGE)
    spent = (time.perf_counter() - start) * 1000
    assert len(found) == PAGE
    return spent, [entries.item(entry).to_dynamodb_dict() for entry in found]
