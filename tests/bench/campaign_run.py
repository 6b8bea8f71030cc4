"""A campaign to many on the local stack: its customers are put into the table, then the deployed
functions do the rest, and this looks on."""

import json
import os
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from chalicelib.clock import iso
from chalicelib.ids import stable_id
from chalicelib.store import keys
from infra.campaigns import ENDS, api, line
from infra.local.embedded_aws import free_port
from infra.local.layout import Layout, layout
from infra.local.lifecycle import down, up
from infra.local.stack import Stack
from tests.support.campaigning import CONTENTS

BATCH, SEEDERS = 25, 2
HOLDOUT = 10
LOOK = 5.0
"""Seconds between two looks at the campaign."""


@dataclass
class Sizes:
    """The most memory (MB, resident) that any process of each function had, by function."""

    most: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """At every process of the embedded AWS; of those that are gone, the last look counts."""
        for place in Path("/proc").glob("[0-9]*"):
            try:
                environ = (place / "environ").read_bytes()
                status = (place / "status").read_text()
            except OSError:
                continue
            name = _variable(environ, b"AWS_LAMBDA_FUNCTION_NAME=")
            if name.startswith("temas-local"):
                high = next(row for row in status.splitlines() if row.startswith("VmHWM"))
                size = int(high.split()[1]) / 1024
                self.most[name] = max(self.most.get(name, 0), size)


def _variable(environ: bytes, name: bytes) -> str:
    found = next((one for one in environ.split(b"\0") if one.startswith(name)), b"")
    return found.removeprefix(name).decode()


def main(customers: int, segment: str, *, kill: bool) -> int:
    """Seed, run, report. With `kill` a worker of the campaign is ended on the way."""
    with _stack() as stack:
        began = time.monotonic()
        seed(stack, customers)
        print(f"seeded {customers:,} customers in {time.monotonic() - began:.0f} s", flush=True)
        _call(stack, "PUT", "/v1/templates/bench", {"contents": CONTENTS})
        draft = {
            "name": "Bench", "segment": segment, "template": "bench",
            "per_minute": 60_000, "holdout_percent": HOLDOUT,
        }  # fmt: skip
        name = _call(stack, "POST", "/v1/campaigns", draft)["id"]
        if kill:
            _come_back_soon(stack)
        _call(stack, "POST", f"/v1/campaigns/{name}/start")
        return _follow(stack, name, kill=kill)


def _follow(stack: Stack, name: str, *, kill: bool) -> int:
    get, sizes, began = api(stack.api_url, stack.api_key), Sizes(), time.monotonic()
    planned_after = 0.0
    while True:
        found = get(f"/v1/campaigns/{name}")
        sizes.look()
        spent = time.monotonic() - began
        print(f"{spent:6.0f} s  {line(found)}", flush=True)
        if kill and found["planned"] > 0 and not found.get("finished_at"):
            kill = not _end_worker()
        if found.get("finished_at") and not planned_after:
            planned_after = spent
            print(f"planned {found['planned']:,} in {spent:.0f} s", flush=True)
        if found["status"] in ENDS:
            break
        time.sleep(LOOK)
    print(json.dumps(found["outcomes"], indent=2))
    settled = sum(n for reasons in found["outcomes"].values() for n in reasons.values())
    print(
        f"{found['planned']:,} planned in {planned_after:.0f} s, {settled:,} settled in "
        f"{spent:.0f} s ({settled / spent:.0f} a second); "
        f"most memory: {', '.join(f'{n} {mb:.0f} MB' for n, mb in sorted(sizes.most.items()))}"
    )
    return 0 if settled == found["planned"] else 1


def _come_back_soon(stack: Stack) -> None:
    """What a lost worker held comes back after a minute instead of six."""
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"temas-{stack.stage}-campaigns")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})


def _end_worker() -> bool:
    """End a process of the campaign's function; the queue brings its message back."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            environ = (place / "environ").read_bytes()
        except OSError:
            continue
        if _variable(environ, b"AWS_LAMBDA_FUNCTION_NAME=") == "temas-local-campaign":
            os.kill(int(place.name), 9)
            print(f"ended the campaign's worker {place.name}", flush=True)
            return True
    return False


def seed(stack: Stack, count: int) -> None:
    """Put customers into the table: two thirds of them want marketing, a tenth said no."""
    client, at = stack.client("dynamodb"), iso(datetime.now(UTC))
    firsts = range(0, count, BATCH)

    def put(first: int) -> None:
        items = [_item(number, at) for number in range(first, min(first + BATCH, count))]
        wanted: Any = {stack.table: [{"PutRequest": {"Item": item}} for item in items]}
        while wanted:
            wanted = client.batch_write_item(RequestItems=wanted).get("UnprocessedItems")

    with ThreadPoolExecutor(SEEDERS) as pool:
        list(pool.map(put, firsts))


def _item(number: int, at: str) -> dict[str, Any]:
    name = stable_id("cus", "bench", str(number))
    chance = sha256(name.encode()).digest()[1] % 30
    pk, sk = keys.customer(name)
    said = {"at": at, "source": "bench", "granted": chance < 20}
    consents = {"marketing": said} if chance < 23 else {}
    values: dict[str, Any] = {
        "pk": pk,
        "sk": sk,
        "type": "customer",
        "gsi2pk": keys.all_customers(keys.customer_shard(name)),
        "gsi2sk": pk,
        "created_at": at,
        "name": "Ayşe Yılmaz",
        "locale": "tr" if number % 2 else "en",
        "contacts": json.dumps([{"channel": "email", "address": f"c{number}@example.com"}]),
    }
    if consents:
        values["consents"] = json.dumps(consents)
    written: dict[str, Any] = {name: {"S": value} for name, value in values.items()}
    return written | {"version": {"N": "1"}, "orders": {"N": str(chance % 5)}}


def _call(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        f"{stack.api_url}{path}",
        method=method,
        data=json.dumps(body or {}).encode(),
        headers={"Authorization": f"Bearer {stack.api_key}", "Content-Type": "application/json"},
    )
    with opener.open(request, timeout=30) as answer:
        return json.load(answer)


@contextmanager
def _stack() -> Iterator[Stack]:
    """One of the bench's own: its customers are nobody's business, and who got a campaign today
    would get no second one."""
    with tempfile.TemporaryDirectory(prefix="temas-campaign-") as scratch:
        own = Layout(
            home=Path(scratch), port=free_port(), ministack_python=layout().ministack_python
        )
        try:
            yield up(own)
        finally:
            down(own)
