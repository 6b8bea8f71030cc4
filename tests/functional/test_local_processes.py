"""The local stack ends the processes that it started, and no others."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.local.embedded_aws import free_port, require_free
from infra.local.layout import Layout
from infra.local.lifecycle import down, is_up, up
from infra.local.processes import known, running, start, stop_all
from infra.local.progress import StepFailed

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True);"
    " time.sleep(60)",
]


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return tmp_path / "processes.json"


def test_a_process_is_started_known_and_ended(registry: Path, tmp_path: Path) -> None:
    process = start(registry, "one", SLEEP, env={}, log=tmp_path / "one.log")
    assert known(registry) == [process]
    assert running(process)
    assert stop_all(registry) == [process]
    assert not running(process)
    assert not registry.exists()
    assert stop_all(registry) == []


def test_a_process_that_does_not_listen_is_killed(registry: Path, tmp_path: Path) -> None:
    log = tmp_path / "stubborn.log"
    process = start(registry, "stubborn", STUBBORN, env={}, log=log)
    while not log.read_text():
        time.sleep(0.01)
    stop_all(registry, grace=0.2)
    time.sleep(0.1)
    assert not running(process)


def test_somebody_elses_process_with_the_number_of_ours_lives_on(registry: Path) -> None:
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    try:
        registry.write_text(json.dumps([{"name": "ours", "pid": stranger.pid, "began": "1"}]))
        assert stop_all(registry) == []
        assert stranger.poll() is None
    finally:
        os.killpg(stranger.pid, signal.SIGKILL)
        stranger.wait()


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StepFailed, match=rf"port {port} is in use.*make run PORT="):
            require_free(port)


def test_without_ministack_nothing_is_started(tmp_path: Path) -> None:
    where = Layout(home=tmp_path, port=free_port(), ministack_python=tmp_path / "none")
    with pytest.raises(StepFailed, match="not installed"):
        up(where)
    assert not is_up(where)
    assert down(where) is False


def test_what_started_half_way_is_ended_and_reported(tmp_path: Path) -> None:
    where = Layout(home=tmp_path, port=free_port(), ministack_python=Path(sys.executable))
    with pytest.raises(StepFailed) as failed:
        up(where)  # an interpreter, but there is no ministack in it
    assert "No module named ministack" in failed.value.report()
    assert not where.processes_file.exists()
    assert not where.stack_file.exists()
