"""What the rare things take of which a fleet can have very many at once: an alert that is one of
many of its kind, and a report of a device that nobody has registered."""

import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import msgspec

from chalicelib.store import devices
from tests.bench.fleet_made import MINUTE, NEXT, device, said
from tests.bench.traffic import read, table, written
from tests.bench.wire import Recorder, Request, recorded
from tests.support.world import World, forget_clients, sqs_record, world

BATCH = 10
MODEL = "Boğaz 3"
"""Has no rules of its own; its alerts of one rule are one incident from the tenth on."""
FULL = 32
"""Reports that the quarantine keeps of a stranger."""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """For each of `count` things: requests, capacity units (reads without listings)."""

    count: int
    requests: tuple[str, ...]
    write_units: float
    read_units: float

    @property
    def requests_each(self) -> float:
        return len(self.requests) / self.count

    @property
    def write_units_each(self) -> float:
        return self.write_units / self.count


def alerts() -> tuple[Spent, Spent]:
    """(raising them, a batch of ten; reacting, one by one), when their incident is open."""
    with world() as stage, redirect_stdout(StringIO()):
        assert stage.wiring.table
        made = [device(_name(n), MODEL, stage.now) for n in range(2 * BATCH)]
        devices.save([(msgspec.structs.replace(one, version=None), ()) for one in made])
        try:
            with _wire(stage) as recorder:
                _watch(stage, recorder, [_hot(stage, n) for n in range(BATCH)])
                _react(stage, recorder)
                hot = [_hot(stage, n) for n in range(BATCH, 2 * BATCH)]
                return _watch(stage, recorder, hot), _react(stage, recorder)
        finally:
            forget_clients()


def strangers() -> Spent:
    """Reports of ten strangers in a batch, each of whom has sent more than is kept."""
    with world() as stage, redirect_stdout(StringIO()):
        try:
            with _wire(stage) as recorder:
                for turn in range(FULL + 1):
                    at = stage.now - (FULL - turn) * MINUTE
                    bodies = [json.dumps(said(_name(n), at, turn)) for n in range(BATCH)]
                    spent = _watch(stage, recorder, bodies)
                return spent
        finally:
            forget_clients()


def _wire(stage: World) -> Any:
    forget_clients()
    stage.restart()
    return recorded(Recorder())


def _name(number: int) -> str:
    return f"esp-{number:08d}"


def _hot(stage: World, number: int) -> str:
    given = said(_name(number), stage.now + MINUTE, NEXT)
    given["metrics"]["boiler_c"] = 140
    return json.dumps(given)


def _watch(stage: World, recorder: Recorder, bodies: Sequence[str]) -> Spent:
    records = [sqs_record("telemetry", {"Body": one, "MessageId": one[:40]}) for one in bodies]
    return _spent(stage, recorder, "watch", records)


def _react(stage: World, recorder: Recorder) -> Spent:
    """To one alert after another, until none is left."""
    spent = []
    while records := stage.take("reactions", 1):
        if json.loads(records[0]["body"])["detail-type"] == "AlertRaised":
            spent.append(_spent(stage, recorder, "react", records))
        stage.delete("reactions", records)
    return Spent(
        count=len(spent),
        requests=tuple(name for one in spent for name in one.requests),
        write_units=sum(one.write_units for one in spent),
        read_units=sum(one.read_units for one in spent),
    )


def _spent(stage: World, recorder: Recorder, function: str, records: list[dict[str, Any]]) -> Spent:
    before = table(stage)
    recorder.requests.clear()
    stage.invoke(function, records)
    sent = tuple(recorder.requests)
    return Spent(
        count=len(records),
        requests=tuple(request.operation for request in sent),
        write_units=sum(written(_without_listings(sent), before, table(stage))),
        read_units=sum(read(sent, before)),
    )


def _without_listings(sent: Sequence[Request]) -> list[Request]:
    return [one for one in sent if one.operation != "dynamodb.Query"]
