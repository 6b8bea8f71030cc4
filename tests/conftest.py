"""What all tests share. No test reads the environment it runs in: these are the values."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.runner import pytest_runtest_protocol as run_protocol
from xdist.scheduler import LoadScopeScheduling

os.environ["TEMAS_STAGE"] = "local"
os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"
os.environ["AWS_ACCESS_KEY_ID"] = "testing"
os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
os.environ["POWERTOOLS_LOG_LEVEL"] = "INFO"
os.environ.pop("AWS_PROFILE", None)
os.environ.pop("AWS_ENDPOINT_URL", None)

from tests.support.roomy import roomy
from tests.support.world import World
from tests.support.world import world as make_world


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh stage on moto."""
    with make_world() as fresh:
        yield fresh


TOGETHER = (
    "tests/e2e/",
    "tests/functional/test_package.py",
    "tests/functional/test_pages_in_chromium.py",
)
"""Tests that share something slow to make, and so run on one worker: one stack, one package, one
browser."""


class _Together(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to whichever worker is free, but for those that belong together. (xdist's own
    marks for that say nothing to pytest 9, which takes the names of tests elsewhere.)"""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for group in TOGETHER if nodeid.startswith(group)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage has no part in property tests: they go over the same lines hundreds of times, each
    time slower by half if it is watched."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return roomy(lambda: run_protocol(item, nextitem))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: don't search it for garbage over and over, nor after every few
    hundred of the many small things that a call to moto makes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
