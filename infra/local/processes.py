"""Start processes in the background, and end exactly those.

A process number alone may be somebody else's by tomorrow, so the time at which the process began is
kept with it, and a process is only ours when both agree.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process of ours, leader of its own group. `began` is opaque and only ever compared."""

    name: str
    pid: int
    began: str


def start(
    registry: Path, name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path
) -> Process:
    """Start `command` in a session of its own, its output in `log`, and enter it in `registry`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            start_new_session=True,
        )
    process = Process(name=name, pid=child.pid, began=_began(child.pid))
    _write(registry, [*known(registry), process])
    return process


def known(registry: Path) -> list[Process]:
    """The processes in the registry, running or not."""
    if not registry.exists():
        return []
    return [Process(**entry) for entry in json.loads(registry.read_text())]


def running(process: Process) -> bool:
    """Whether this very process still runs."""
    _reap(process.pid)
    return _began(process.pid) == process.began


def stop_all(registry: Path, *, grace: float = 2.0) -> list[Process]:
    """End every process of the registry, asking first; returns those that were running."""
    alive = [process for process in known(registry) if running(process)]
    for process in alive:
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(running(process) for process in alive) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in alive:
        # Also after a polite end: workers that it left behind are in its group.
        _signal(process, signal.SIGKILL)
    registry.unlink(missing_ok=True)
    return alive


def _signal(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _write(registry: Path, processes: Sequence[Process]) -> None:
    registry.parent.mkdir(parents=True, exist_ok=True)
    registry.write_text(json.dumps([asdict(process) for process in processes], indent=2) + "\n")


def _reap(pid: int) -> None:
    """Let go of our own child when it has ended: until then it looks alive."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _began(pid: int) -> str:
    """When a process began; empty when there is none."""
    stat = Path("/proc", str(pid), "stat")
    if stat.exists():
        try:
            # The name, in brackets, may hold anything. After it: the state, …, the start time.
            fields = stat.read_text().rpartition(")")[2].split()
            return "" if fields[0] == "Z" else fields[19]
        except (OSError, IndexError):
            return ""
    if Path("/proc/self").exists():
        return ""
    asked = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
