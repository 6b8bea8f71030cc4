"""Up and down."""

import json
import shutil
import sys
import time

from infra.local.credentials import store_secrets
from infra.local.deployment import build_package, deploy_app, deploy_infra
from infra.local.embedded_aws import answers, require_free, start_embedded_aws, wait_until
from infra.local.keys import make_api_key
from infra.local.layout import Layout
from infra.local.processes import known, running, start, stop_all
from infra.local.progress import StepFailed, step
from infra.local.stack import REGION, STAGE, LocalSession, Stack
from infra.policies import ROOT


def is_up(where: Layout) -> bool:
    """Whether the stack is complete and every process of it runs."""
    processes = known(where.processes_file)
    return where.stack_file.exists() and len(processes) == 2 and all(map(running, processes))


def up(where: Layout, *, report_batch_item_failures: bool = False) -> Stack:
    """Bring the stack up, or return the one that is. Raises StepFailed, and then nothing of it runs
    any more."""
    if is_up(where):
        return Stack.load(where.stack_file)
    down(where)
    if not where.ministack_python.exists():
        raise StepFailed("the embedded AWS is not installed: call this through make")
    require_free(where.port)
    try:
        return _up(where, report_batch_item_failures)
    except BaseException:
        stop_all(where.processes_file)
        raise


def _up(where: Layout, report_batch_item_failures: bool) -> Stack:
    endpoint = f"http://127.0.0.1:{where.port}"
    session = LocalSession(endpoint, REGION)
    with step("start the outside world: platforms, mailbox, devices"):
        world = _start_world(where)
    with step("start the embedded AWS"):
        aws = start_embedded_aws(where, int(world["smtp_port"]))
    with step("package the application"):
        build_package(where, report_batch_item_failures=report_batch_item_failures)
    with step("deploy infra: table, queues, bus, schedules, alarms"):
        outputs = deploy_infra(session)
    with step("deploy the application: eight functions and their API"):
        api_url = deploy_app(session, where)
    with step("store secrets, make a key to the staff API"):
        recorder = str(world["recorder_url"])
        webhook_secrets = store_secrets(
            session.client("secretsmanager"), STAGE, api_url=api_url, recorder_url=recorder
        )
        stack = Stack(
            api_url=api_url,
            console_url=f"{api_url}/console",
            aws_endpoint_url=endpoint,
            region=REGION,
            stage=STAGE,
            table=outputs["TableName"],
            api_key=make_api_key(outputs["TableName"], session),
            webhook_secrets=webhook_secrets,
            recorder_url=recorder,
            mqtt_port=int(world["mqtt_port"]),
        )
    with step("wait for the first answer"):
        log = where.logs / "embedded-aws.log"
        failed = StepFailed("the API does not answer", log)
        wait_until(lambda: answers(f"{api_url}/openapi.json"), aws, failed)
    stack.save(where.stack_file)
    return stack


def _start_world(where: Layout) -> dict[str, str | int]:
    log = where.logs / "world.log"
    where.home.mkdir(parents=True, exist_ok=True)
    process = start(
        where.processes_file,
        "world",
        [sys.executable, "-m", "infra.local.world", str(where.port), REGION, str(where.world_file)],
        env={"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        log=log,
    )
    failed = StepFailed("the outside world did not start", log)
    wait_until(where.world_file.exists, process, failed)
    return dict(json.loads(where.world_file.read_text()))


def down(where: Layout) -> bool:
    """End what `up` started, also when it got only half-way; returns whether anything ran."""
    stopped = stop_all(where.processes_file)
    for path in (where.stack_file, where.world_file):
        path.unlink(missing_ok=True)
    shutil.rmtree(where.scratch, ignore_errors=True)
    return bool(stopped)


def stay() -> None:
    """Wait for Ctrl-C."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print(flush=True)
