"""The deployed application, on an embedded AWS of the tests' own.

It takes a free port and a directory of its own, so a developer's running stack is neither used nor
disturbed. `TEMAS_E2E_DIR` names a directory to keep, logs and all.
"""

import os
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from infra.local.embedded_aws import free_port
from infra.local.layout import Layout, layout
from infra.local.lifecycle import down, up
from infra.local.progress import StepFailed
from infra.local.stack import Stack
from infra.redrive import QUEUES

T = TypeVar("T")


@pytest.fixture(scope="session")
def where(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Where the tests' stack lives."""
    home = os.environ.get("TEMAS_E2E_DIR")
    return Layout(
        home=Path(home) if home else tmp_path_factory.mktemp("stack"),
        port=free_port(),
        ministack_python=layout().ministack_python,
    )


@pytest.fixture(scope="session")
def stack(where: Layout) -> Iterator[Stack]:
    """The running stack, one for all tests: let each test use customers of its own."""
    # Whoever ends the tests early, a CI time-out say, ends the stack as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield up(where)
    except StepFailed as error:
        pytest.fail(error.report(), pytrace=False)
    finally:
        down(where)


@pytest.fixture
def recorder(stack: Stack) -> Iterator[str]:
    """The recorder's URL. What it was sent, and what it was told to break, is forgotten before and
    after the test."""
    _forget(stack)
    yield stack.recorder_url
    _forget(stack)


@pytest.fixture(params=[False, True], ids=["plain-mappings", "item-failures"])
def mappings(request: pytest.FixtureRequest, stack: Stack) -> Iterator[bool]:
    """The test runs twice: with the queue mappings as `chalice deploy` makes them, and with ones
    that believe the handler's list of failed messages."""
    _believe_item_failures(stack, yes=request.param)
    yield request.param
    _believe_item_failures(stack, yes=False)


@pytest.fixture
def quick_retries(stack: Stack) -> Iterator[None]:
    """A failed message comes back after two seconds and not after minutes."""
    sqs = stack.client("sqs")
    urls = [sqs.get_queue_url(QueueName=f"temas-{stack.stage}-{q}")["QueueUrl"] for q in QUEUES]
    before = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        for url in urls
    }
    for url in urls:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "2"})
    yield
    for url, answer in before.items():
        sqs.set_queue_attributes(QueueUrl=url, Attributes=answer["Attributes"])


@pytest.fixture(scope="session")
def eventually() -> Callable[..., object]:
    """`eventually(check, timeout=20)` calls `check` until it returns what is true, and returns it.
    An AssertionError in `check` counts as not yet."""
    return _eventually


def _eventually(check: Callable[[], T], timeout: float = 20.0) -> T:
    deadline = time.monotonic() + timeout
    while True:
        try:
            if found := check():
                return found
            problem: AssertionError = AssertionError(f"still {found!r} after {timeout} s")
        except AssertionError as error:
            problem = error
        if time.monotonic() > deadline:
            raise problem
        time.sleep(0.1)


def _believe_item_failures(stack: Stack, *, yes: bool) -> None:
    client = stack.client("lambda")
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        client.update_event_source_mapping(
            UUID=mapping["UUID"],
            FunctionResponseTypes=["ReportBatchItemFailures"] if yes else [],
        )


def _forget(stack: Stack) -> None:
    request = urllib.request.Request(f"{stack.recorder_url}/_recorder/requests", method="DELETE")
    urllib.request.urlopen(request, timeout=5).close()
