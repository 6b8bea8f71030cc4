"""What a campaign takes: requests and capacity units a recipient, counted on the wire of the real
handlers; and, by itself, a campaign to many on the local stack:

    python -m tests.bench.campaign --customers 100000
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

from chalicelib.store import keys
from tests.bench import prices
from tests.bench.capacity import Wire, query_units, read_units
from tests.bench.traffic import key_of, table, written
from tests.bench.wire import Recorder, Request, recorded
from tests.support.campaigning import act, crowd, drafted, template
from tests.support.http_calls import staff
from tests.support.world import World, forget_clients, world

PAGES = 2
DELIVERED = 10


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What `recipients` took: requests by operation, capacity units, events, bytes logged."""

    recipients: int
    requests: tuple[str, ...]
    write_units: float
    read_units: float
    events: int
    logged: int

    def each(self, value: float) -> float:
        return value / self.recipients

    @property
    def requests_each(self) -> float:
        return self.each(len(self.requests))


def count(pages: int = PAGES, delivered: int = DELIVERED) -> tuple[Spent, Spent]:
    """(planning full pages, delivering one by one), of a campaign by mail with a holdout of 0."""
    shards, keys.CUSTOMER_SHARDS = keys.CUSTOMER_SHARDS, 1
    try:
        with world() as stage, redirect_stdout(StringIO()):
            stage.without_limits()
            someone = staff(stage)
            template(someone)
            crowd(stage, pages * 100)
            act(someone, drafted(someone, per_minute=60_000), "start")
            forget_clients()
            stage.restart()
            try:
                with recorded(Recorder()) as recorder:
                    planned = _spent(stage, recorder, pages * 100, "campaign", "campaigns", 1)
                    stage.now += timedelta(minutes=1)
                    _spent(stage, recorder, 1, "deliver", "due", 1)  # secrets and URLs in memory
                    sent = [
                        _spent(stage, recorder, 1, "deliver", "due", 1) for _ in range(delivered)
                    ]
            finally:
                forget_clients()
    finally:
        keys.CUSTOMER_SHARDS = shards
    return planned, _together(sent)


def _spent(
    stage: World, recorder: Recorder, recipients: int, function: str, queue: str, limit: int
) -> Spent:
    """What one invocation took: everything but taking the message from its queue."""
    records = stage.take(queue, limit)
    before = table(stage)
    recorder.requests.clear()
    logged = StringIO()
    with redirect_stdout(logged):
        stage.invoke(function, records)
    sent = tuple(recorder.requests)
    stage.delete(queue, records)
    return Spent(
        recipients=recipients,
        requests=tuple(request.operation for request in sent),
        write_units=sum(written(_writes(sent), before, table(stage))),
        read_units=sum(_read(sent, before)),
        events=sum(r.operation == "eventbridge.PutEvents" and len(r.body["Entries"]) for r in sent),
        logged=len(logged.getvalue().encode()),
    )


def _writes(sent: Sequence[Request]) -> tuple[Request, ...]:
    return tuple(request for request in sent if request.operation != "dynamodb.Query")


def _read(sent: Sequence[Request], before: dict[tuple[str, str], Wire]) -> Iterable[float]:
    for request in sent:
        if request.operation == "dynamodb.BatchGetItem":
            for wanted in request.body["RequestItems"].values():
                items = [before.get(key_of(key)) for key in wanted["Keys"]]
                yield read_units(items, consistent=bool(wanted.get("ConsistentRead")))
        elif request.operation == "dynamodb.Query":
            yield query_units(_listed(request.body, before))


def _listed(query: dict[str, Any], before: dict[tuple[str, str], Wire]) -> list[Wire]:
    """The rows that a page of a listing holds: keys only."""
    values = [one["S"] for one in query["ExpressionAttributeValues"].values()]
    names = ("pk", "sk", "gsi2pk", "gsi2sk")
    rows: list[Wire] = [
        {name: item[name] for name in names}
        for item in before.values()
        if "gsi2pk" in item and item["gsi2pk"]["S"] in values
    ]
    return rows[: query.get("Limit", len(rows))]


def _together(spent: Sequence[Spent]) -> Spent:
    return Spent(
        recipients=len(spent),
        requests=tuple(operation for one in spent for operation in one.requests),
        write_units=sum(one.write_units for one in spent),
        read_units=sum(one.read_units for one in spent),
        events=sum(one.events for one in spent),
        logged=sum(one.logged for one in spent),
    )


def usage(planned: Spent, sent: Spent, *, plan_ms: float, send_ms: float) -> prices.Usage:
    """The share of one recipient in everything, CPU given as measured."""
    return prices.Usage(
        write_units=planned.each(planned.write_units) + sent.each(sent.write_units),
        read_units=planned.each(planned.read_units) + sent.each(sent.read_units),
        invocations=1.0,
        lambda_ms=prices.lambda_ms(plan_ms, planned.requests_each)
        + prices.lambda_ms(send_ms, sent.requests_each),
        # A message of ten sent together, received and deleted by Lambda for itself alone.
        sqs_requests=0.1 + 2,
        events=sent.each(sent.events),
        logged_bytes=sent.each(sent.logged) + len(prices.RUNTIME_LOG),
    )


SEGMENT = "consent.marketing = granted or orders >= 3"
"""Of the customers that the run on the local stack puts there: four fifths."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.campaign")
    parser.add_argument("--customers", type=int, default=0, help="run one on the local stack")
    parser.add_argument("--segment", default=SEGMENT, help="of those customers")
    parser.add_argument("--kill", action="store_true", help="end its worker on the way")
    wanted = parser.parse_args(arguments)
    if wanted.customers:
        from tests.bench import campaign_run

        return campaign_run.main(wanted.customers, wanted.segment, kill=wanted.kill)
    planned, sent = count()
    for what, spent in (("plan", planned), ("decide and send", sent)):
        found = {name: spent.requests.count(name) for name in sorted(set(spent.requests))}
        print(
            f"{what}: {spent.requests_each:.2f} requests, "
            f"{spent.each(spent.write_units):.2f} write units, "
            f"{spent.each(spent.read_units):.2f} read units a recipient, "
            f"{spent.each(spent.logged):.0f} bytes logged: {found}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
