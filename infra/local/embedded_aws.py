"""The embedded AWS: ministack, in a process of its own."""

import os
import socket
import time
import urllib.request
from collections.abc import Callable
from http import HTTPStatus

from infra.local.layout import Layout
from infra.local.processes import Process, running, start
from infra.local.progress import StepFailed
from infra.local.stack import REGION

# Each invocation at a time is a process of 52 MB. Enough for the workers of every queue (two each)
# and a dozen requests at once; a worker that found no room would leave its messages invisible for
# minutes, as on AWS.
_CONCURRENCY = "24"


def start_embedded_aws(where: Layout, smtp_port: int) -> Process:
    """Start it and wait until it answers. Raises StepFailed with its log."""
    log = where.logs / "embedded-aws.log"
    process = start(
        where.processes_file,
        "embedded-aws",
        [str(where.ministack_python), "-m", "ministack"],
        env=_environment(where, smtp_port),
        log=log,
    )
    ready = f"http://127.0.0.1:{where.port}/_ministack/ready"
    wait_until(lambda: answers(ready), process, StepFailed("the embedded AWS did not start", log))
    return process


def _environment(where: Layout, smtp_port: int) -> dict[str, str]:
    """What the embedded AWS, and so every function, has in its environment: nothing of the
    developer's own, so that neither a profile of theirs nor a PYTHONPATH changes what runs."""
    scratch = where.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{where.port}"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "S3_DATA_DIR": str(scratch / "s3"),
        "STATE_DIR": str(scratch / "state"),
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",  # IAM is enforced: a grant that is missing in infra/grants.py shows here
        "GATEWAY_PORT": str(where.port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AWS_ENDPOINT_URL": url,  # the functions call back here
        "IOT_MTLS_ENABLED": "0",  # it would listen on every interface
        "SFTP_ENABLED": "0",
        "SMTP_HOST": f"127.0.0.1:{smtp_port}",  # where SES's mails can be read whole
        "LAMBDA_ACCOUNT_CONCURRENCY": _CONCURRENCY,
        "LAMBDA_WARM_TTL_SECONDS": "60",
    }


def require_free(port: int) -> None:
    """Raise StepFailed when something else listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StepFailed(
                f"port {port} is in use by another program; choose another one, such as: "
                f"make run PORT={port + 100}"
            ) from error


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether the URL is answered with a 200."""
    # An opener without proxies: the environment's are for the outside.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:  # which every error of urllib is
        return False


def wait_until(
    done: Callable[[], bool], process: Process, otherwise: StepFailed, *, timeout: float = 60.0
) -> None:
    """Wait; raise `otherwise` when the time (seconds) is up, or at once when the process ended."""
    deadline = time.monotonic() + timeout
    while not done():
        if time.monotonic() > deadline or not running(process):
            raise otherwise
        time.sleep(0.1)
