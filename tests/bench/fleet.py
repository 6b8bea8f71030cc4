"""What a device's report takes: requests, capacity units and item sizes, counted on the wire of the
real handler; and CPU, beside floors in the same run.

Devices have reported each minute for a week, so that windows are full and baselines warm; the
reports counted have nothing to raise.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import msgspec

from chalicelib.fleet import changes
from chalicelib.fleet.reports.batches import AROUND
from chalicelib.fleet.reports.report import parse_report
from chalicelib.store import device_models, devices
from tests.bench import cpu
from tests.bench.capacity import item_size
from tests.bench.fleet_made import BIG, MINUTE, NEXT, device, plans, rules_of, said
from tests.bench.traffic import key_of, read, table, written
from tests.bench.wire import Recorder
from tests.bench.wire import recorded as on_the_wire
from tests.support.world import START, Context, World, forget_clients, sqs_record, world

BATCH = 10
STEP = timedelta(seconds=20)
"""Between the reports that are counted, so that many of them are not too far ahead."""
MODELS: dict[str, str | None] = {"the playbook's 3 rules": None, "10 rules": BIG}
"""What is measured, and the model that has it."""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What a batch took. `first` counts the requests of a process that had yet to read the model,
    `item_bytes` is the size of a device afterwards (the largest), `logged` bytes of log."""

    reports: int
    requests: tuple[str, ...]
    first: int
    write_units: float
    read_units: float
    item_bytes: int
    message_bytes: int
    logged: int

    def each(self, value: float) -> float:
        return value / self.reports


def count(model: str | None, together: int = 1) -> Reported:
    """Ten messages of ten devices in one batch, each with so many reports, and a batch before that
    to warm the process."""
    with world() as stage, redirect_stdout(StringIO()):
        _found(stage, model)
        forget_clients()
        stage.restart()
        try:
            with on_the_wire(Recorder()) as recorder:
                stage.invoke("watch", batch(stage.now, 0, together))
                first = len(recorder.requests)
                records, before = batch(stage.now, 1, together), table(stage)
                recorder.requests.clear()
                logged = StringIO()
                with redirect_stdout(logged):
                    stage.invoke("watch", records)
                sent = tuple(recorder.requests)
        finally:
            forget_clients()
        after = table(stage)
        found = [item for item in after.values() if item["type"]["S"] == "device"]
        assert not [item for item in after.values() if item["type"]["S"] == "alert"]
        return Reported(
            reports=BATCH * together,
            requests=tuple(request.operation for request in sent),
            first=first,
            write_units=sum(written(sent, before, after)),
            read_units=sum(read(sent, before)),
            item_bytes=max(map(item_size, found)),
            message_bytes=len(records[0]["body"].encode()),
            logged=len(logged.getvalue().encode()),
        )


def _found(stage: World, model: str | None) -> None:
    """The devices are there, and their model."""
    assert stage.wiring.table
    if model is not None:
        device_models.put(model, plans()[model], at=stage.now, by="bench")
    made = [device(_name(n), model, stage.now, owner=f"cus_{n:020d}") for n in range(BATCH)]
    devices.save([(msgspec.structs.replace(one, version=None), ()) for one in made])


def _name(number: int) -> str:
    return f"esp-{number:08d}"


def batch(now: datetime, turn: int, together: int = 1) -> list[dict[str, Any]]:
    """The devices' next messages, or those after, as Lambda hands them over."""
    bodies = [_message(_name(n), now, turn * together, together) for n in range(BATCH)]
    return [sqs_record("telemetry", {"Body": body, "MessageId": body[:40]}) for body in bodies]


def _message(device_id: str, now: datetime, first: int, together: int) -> str:
    """A report, or several that the device kept and sends at once."""
    numbers = range(first, first + together)
    reports = [said(device_id, now + (1 + number) * STEP, NEXT + number) for number in numbers]
    if together == 1:
        return json.dumps(reports[0])
    around = {name: reports[-1][name] for name in AROUND}
    inside = [{k: v for k, v in one.items() if k not in AROUND} for one in reports]
    return json.dumps({**around, "reports": inside})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Microseconds of CPU: `fold` of one report into a full window, beside `floor`, which is
    reading the report and the device from JSON and writing the device back."""

    fold: float
    floor: float
    ratio: float


def judge(model: str | None, rounds: int = 15, each: int = 20) -> Judged:
    """The report folded into its device, without anything around it."""
    at = START + MINUTE
    kept, rules = device(_name(0), model, START), rules_of(model, START)
    body = json.dumps(said(_name(0), at, NEXT))
    report, document = parse_report(body, at), msgspec.json.encode(kept.document)

    def fold() -> None:
        assert changes.reported(kept, [report], rules, at).kept == 1

    def floor() -> None:
        json.loads(body)
        json.dumps(json.loads(document))

    pairs = [(_spent(floor, each), _spent(fold, each)) for _ in range(rounds)]
    return Judged(
        floor=statistics.median(f for f, _ in pairs),
        fold=statistics.median(r for _, r in pairs),
        ratio=statistics.median(r / f for f, r in pairs),
    )


def _spent(work: Callable[[], None], times: int) -> float:
    """Microseconds of CPU for one of these."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) * 1e6 / times


def handled(model: str | None, together: int = 1, rounds: int = 5) -> cpu.Cpu:
    """Milliseconds of CPU a message of so many reports that the whole handler takes, beside raw
    boto3 sending the very same requests."""
    import app

    with world() as stage, redirect_stdout(StringIO()):
        _found(stage, model)
        answers = _answers(stage)
        event = {"Records": batch(stage.now, 0, together)}
        parts = {"clock": lambda: START, "playbook_override": stage.playbook}
    recorder = Recorder(answer=answers.__getitem__)
    with cpu.outside(recorder, **parts):
        app.watch(event, Context())  # reads the model, which a warm function has
        recorder.requests.clear()
        app.watch(event, Context())
        floor = cpu.floor_of(recorder)
        recorder.keep = False
        floor()
        pairs = [
            (cpu.spent(floor), cpu.spent(lambda: app.watch(event, Context())))
            for _ in range(rounds)
        ]
    return cpu.Cpu(
        floor=statistics.median(f for f, _ in pairs),
        handler=statistics.median(h for _, h in pairs),
        ratio=statistics.median(h / f for f, h in pairs),
    )


def _answers(stage: World) -> dict[str, bytes]:
    """What AWS answers, per operation: always all that is there, as it was at first."""
    items = [item for item in table(stage).values() if key_of(item)[1] in ("D", "M")]
    answers: dict[str, Any] = {
        "dynamodb.BatchGetItem": {
            "Responses": {stage.wiring.deployment.table: items},
            "UnprocessedKeys": {},
        },
        "dynamodb.TransactWriteItems": {},
    }
    return {operation: json.dumps(answer).encode() for operation, answer in answers.items()}


def parts(operations: Sequence[str]) -> str:
    """Which requests, as in "BatchGetItem, TransactWriteItems"."""
    return ", ".join(name.partition(".")[2] for name in operations)
