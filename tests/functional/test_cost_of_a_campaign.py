"""What a campaign takes for each of its recipients, and that its memory does not grow with them."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib import playbook
from chalicelib.outreach.running import Runner
from chalicelib.outreach.steps import Step
from chalicelib.store import audience, bulk, campaigns
from chalicelib.store.outreach_records import Campaign
from chalicelib.store.records import Contact, Customer
from tests.bench.campaign import count

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_planning_takes_a_fraction_of_a_request_and_sending_five() -> None:
    planned, sent = count(pages=1, delivered=2)
    assert planned.requests_each <= 0.25  # 0.18 with two pages, so much less does the start weigh
    assert planned.each(planned.write_units) <= 3.1
    assert sent.requests_each <= 5
    assert all(operation != "dynamodb.Scan" for operation in planned.requests + sent.requests)


class Nobody:
    """Takes everything and keeps nothing."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_args, **_kwargs: None


def crowd(count: int) -> Iterator[audience.Page]:
    for first in range(0, count, 100):
        people = [
            (
                Customer(
                    id=f"cus_{n:07d}",
                    created_at=NOW,
                    contacts=(Contact(channel="email", address=f"c{n}@example.com"),),
                ),
                (),
            )
            for n in range(first, first + 100)
        ]
        after = (0, str(first)) if first + 100 < count else None
        yield audience.Page(people=people, looked_at=100, after=after)


def peak_of(count: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Bytes that a run over so many customers has in memory at most."""
    pages = crowd(count)
    kept = [
        Campaign(
            id="cmp_1", name="c", segment="all", template="t", created_at=NOW, created_by="x",
            status="running", run=1, leg=1, cursor=(0, ""), per_minute=60_000, version=1,
        )
    ]  # fmt: skip

    def save(_before: Campaign, after: Campaign) -> Campaign:
        # The time goes on as fast as is planned, so that the run never has to rest.
        kept[0] = msgspec.structs.replace(after, version=(after.version or 0) + 1, paced={})
        return kept[0]

    monkeypatch.setattr(campaigns, "find", lambda _: kept[0])
    monkeypatch.setattr(campaigns, "save", save)
    monkeypatch.setattr(audience, "page", lambda *_: next(pages))
    monkeypatch.setattr(bulk, "put_missing", lambda _: None)
    nobody: Any = Nobody()
    runner = Runner(
        playbook=playbook.load("prod"),
        steps=lambda: nobody,
        waking=lambda: nobody,
        bus=lambda: nobody,
        clock=lambda: NOW + timedelta(seconds=1),
        monotonic=lambda: 0.0,
    )
    tracemalloc.start()
    try:
        assert runner.work(Step(campaign_id="cmp_1", run=1, leg=1)) == "ended"
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert kept[0].planned == count


def test_the_memory_of_a_run_does_not_grow_with_its_customers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peak_of(100, monkeypatch)  # imports and caches
    few, many = peak_of(500, monkeypatch), peak_of(10_000, monkeypatch)
    assert many < 1.2 * few
