"""A sweep of many devices of which a few have fallen silent: requests, units, time, and whether
each of those was found, once. The real handler against a table whose listings are kept in order
(`shelf`); by itself with as many devices as you like:

    python -m tests.bench.sweep --devices 100000
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from chalicelib import playbook
from chalicelib.fleet.sweeping import PAGE
from chalicelib.store import keys, sweeps
from chalicelib.store.device_records import DeviceRecord
from chalicelib.store.mapping import fields
from chalicelib.store.models import DeviceItem
from tests.bench import cpu
from tests.bench.fleet_made import device
from tests.bench.shelf import Body, Shelf
from tests.support.world import DEPLOYMENT, REGION, START, Context, sqs_record

SILENT_IN = 100
"""One of so many has said nothing for 70 minutes, at a rhythm of one report a minute."""
SILENT_FOR = timedelta(minutes=70)


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep took: requests by operation, capacity units, and seconds of wall time and of
    CPU, all of it without a network. `found` counts silent devices by how often each was told,
    `alerts` are those kept, `again` those told once more when looked at once more."""

    devices: int
    silent: int
    found: Counter[int]
    alerts: int
    again: int
    requests: Counter[str]
    write_units: float
    read_units: float
    wall: float
    cpu: float

    @property
    def a_second(self) -> float:
        return self.devices / self.wall

    @property
    def once(self) -> bool:
        """Whether all of the silent were found, each once, and nothing told by looking again."""
        told = self.found == Counter({1: self.silent}) and self.again == 0
        return told and self.alerts == self.silent

    def each_hundred(self, value: float) -> float:
        return value * 100 / self.devices


@dataclass
class Around:
    """What is around the table: the queue that the sweep writes to, and the bus."""

    bodies: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def __call__(self, operation: str, asked: Body) -> Any:
        if operation == "sqs.GetQueueUrl":
            return {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/1/{asked['QueueName']}"}
        if operation == "sqs.SendMessageBatch":
            self.bodies += [entry["MessageBody"] for entry in asked["Entries"]]
            return {"Successful": [{"Id": one["Id"]} for one in asked["Entries"]]}
        if operation == "eventbridge.PutEvents":
            for entry in asked["Entries"]:
                data = msgspec.json.decode(entry["Detail"])["data"]
                if entry["DetailType"] == "AlertRaised" and data["rule"] == "silent":
                    self.told[data["device_id"]] += 1
            return {"FailedEntryCount": 0, "Entries": [{"EventId": "e"} for _ in asked["Entries"]]}
        raise ValueError(f"nobody answers {operation}")


def measure(count: int = 10_000) -> Swept:
    """Sweep so many devices, all of them due, and then the silent ones once more."""
    around, now = Around(), [START]
    shelf = Shelf(name=DEPLOYMENT.table, others=around)
    parts = {"clock": lambda: now[0], "playbook_override": playbook.load("prod")}
    with cpu.outside(shelf, **parts) as wiring:
        assert wiring.table
        silent = _seed(count)
        shelf.seen.clear()
        shelf.written = shelf.read = 0.0
        wall, spent = time.perf_counter(), time.process_time()
        _sweep(around)
        wall, spent = time.perf_counter() - wall, time.process_time() - spent
        requests, units = Counter(shelf.seen), (shelf.written, shelf.read)
        found = Counter(around.told)
        now[0] += timedelta(minutes=1)
        sweeps.set_many(dict.fromkeys(silent, now[0]))
        _sweep(around)
        assert set(found) <= silent
        return Swept(
            devices=count,
            silent=len(silent),
            found=Counter(found.values()),
            alerts=sum(one["type"]["S"] == "alert" for one in shelf.items.values()),
            again=around.told.total() - found.total(),
            requests=requests,
            write_units=units[0],
            read_units=units[1],
            wall=wall,
            cpu=spent,
        )


def _sweep(around: Around) -> None:
    """What the schedule begins each minute, with all that follows from it."""
    import app

    around.bodies.append('{"shard":null}')
    while around.bodies:
        body = around.bodies.pop(0)
        app.sweep({"Records": [sqs_record("sweep", {"Body": body})]}, Context())


def _seed(count: int) -> set[str]:
    """The devices and their moments to be looked at; returns the ids of the silent."""
    well = device("d", None, START - timedelta(seconds=20), owner="cus_seed")
    gone = device("d", None, START - SILENT_FOR, owner="cus_seed")
    ids = [f"esp-{number:08d}" for number in range(count)]
    silent = set(ids[::SILENT_IN])
    with DeviceItem.batch_write() as batch:
        for device_id in ids:
            batch.save(_item(gone if device_id in silent else well, device_id))
    sweeps.set_many(dict(_due(ids)))
    return silent


def _item(like: DeviceRecord, device_id: str) -> DeviceItem:
    pk, sk = keys.device(device_id)
    item = DeviceItem(pk=pk, sk=sk, **fields(like, "id"))
    item.document = {**like.document, "device_id": device_id}
    item.gsi2pk, item.gsi2sk = keys.timeline(f"cus_{device_id}"), pk
    return item


def _due(ids: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """All within the last hour, spread evenly."""
    for number, device_id in enumerate(ids):
        yield device_id, START - timedelta(seconds=number % 3600)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sweep")
    parser.add_argument("--devices", type=int, default=10_000)
    found = measure(parser.parse_args(arguments).devices)
    print(
        f"{found.devices:,} devices in {found.wall:.1f} s ({found.a_second:,.0f} a second, "
        f"{found.cpu * 1e3 / found.devices:.2f} ms of CPU each)\n"
        f"{found.silent:,} silent, told so often: {dict(found.found)}; when looked at again: "
        f"{found.again}\n"
        f"{found.requests.total():,} requests, "
        f"{found.each_hundred(found.requests.total()):.2f} for 100 devices of a page of {PAGE}: "
        f"{dict(found.requests)}\n"
        f"{found.write_units / found.devices:.2f} write units, "
        f"{found.read_units / found.devices:.2f} read units each"
    )
    return 0 if found.once and not any("Scan" in name for name in found.requests) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
