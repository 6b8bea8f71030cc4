"""Cold starts: fresh processes that have boto3 and the unpacked zip, as Lambda has, in turn with
the floor. Nothing calls the network: clients are built, and not used."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

FLOOR = "import boto3; boto3.client('dynamodb')"
FUNCTIONS = ("app", "ingest", "react", "campaign", "deliver", "watch", "sweep", "relay")

FIRST_EVENT = {
    "app": "w.sources['whatsapp']; w.vault; w.client('secretsmanager'); w.client('sqs')",
    "ingest": "w.intake; w.sources['whatsapp']; w.metrics; w.clients._connection[0].client; w.bus",
    "react": "w.hands; w.metrics; w.clients._connection[0].client; w.client('scheduler'); "
    "w.client('sqs')",
    "deliver": "w.deliverer; w.metrics; w.clients._connection[0].client; w.client('ses'); w.vault; "
    "w.client('secretsmanager'); w.bus",
    "campaign": "w.campaigns; w.metrics; w.clients._connection[0].client; "
    "w.client('sqs'); w.client('scheduler'); w.bus",
    "watch": "w.watch; w.metrics; w.clients._connection[0].client",
    "sweep": "w.watch; w.sweeps; w.metrics; w.clients._connection[0].client; w.client('sqs')",
    "relay": "w.table; w.metrics; w.clients._connection[0].client; w.client('sqs'); w.bus",
}
"""What each function's first event has built, as far as that goes without a call."""

_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:temas-local"
_RECORDS = "import aws_lambda_powertools.utilities.data_classes.sqs_event; "


@dataclass(frozen=True, kw_only=True)
class Start:
    """Medians of one case, in milliseconds, and the median of its ratios to the floor beside it."""

    name: str
    ms: float
    ratio: float


def measure(python: Path, task: Path, *, rounds: int = 20) -> list[Start]:
    """The floor first, then every function's import, then its first event's parts."""
    cases = {"floor": FLOOR}
    for function in FUNCTIONS:
        cases[f"{function}: import"] = f"{_path(task)}import app; app.{function}"
    for function in FUNCTIONS:
        cases[f"{function}: first event"] = _first_event(task, function)
    times: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, code in cases.items():
            spent = _run(python, code, name.partition(":")[0])
            if number:  # the first round reads the files from the disk
                times[name].append(spent)
    floor = times["floor"]
    return [
        Start(
            name=name,
            ms=statistics.median(taken),
            ratio=statistics.median(t / f for t, f in zip(taken, floor, strict=True)),
        )
        for name, taken in times.items()
    ]


def _path(task: Path) -> str:
    return f"import sys; sys.path.insert(0, {str(task)!r}); "


def _first_event(task: Path, function: str) -> str:
    records = "" if function == "app" else _RECORDS
    wired = f"from chalicelib.wiring import wired; w = wired({_ARN!r}); "
    return f"{_path(task)}import app; {records}{wired}{FIRST_EVENT[function]}"


def _run(python: Path, code: str, function: str) -> float:
    """Milliseconds from a fresh process's start until its code has run. It ends at once, as Python
    would otherwise tidy up, which no function waits for."""
    environment = {**_ENVIRONMENT, "_HANDLER": f"app.{function}"}
    start = time.perf_counter()
    subprocess.run(
        [str(python), "-I", "-c", f"{code}; import os; os._exit(0)"], env=environment, check=True
    )
    return (time.perf_counter() - start) * 1000


_ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "TEMAS_STAGE": "local",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    # As Lambda sets them; without, the SDK would look around for some.
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONDONTWRITEBYTECODE": "1",
}
