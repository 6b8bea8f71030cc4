"""What all tests share. No test reads the environment it runs in: these are the values."""

import gc
import os
from collections.abc import Iterator

import pytest

os.environ["TEMAS_STAGE"] = "local"
os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"
os.environ["AWS_ACCESS_KEY_ID"] = "testing"
os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
os.environ["POWERTOOLS_LOG_LEVEL"] = "INFO"
os.environ.pop("AWS_PROFILE", None)
os.environ.pop("AWS_ENDPOINT_URL", None)

from tests.support.world import World
from tests.support.world import world as make_world


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh stage on moto."""
    with make_world() as fresh:
        yield fresh


@pytest.hookimpl(tryfirst=True)  # before the workers are told the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share something slow to make run on one worker: one stack, one package; and
    coverage has no part in property tests."""
    for item in items:
        for group in ("tests/e2e", "tests/functional/test_package"):
            if item.path.as_posix().rpartition(group)[1]:
                item.add_marker(pytest.mark.xdist_group(group))
        # They go over the same lines hundreds of times, each time slower by half if it is watched;
        # what only they reach is not what coverage is asked for.
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.no_cover)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: don't search it for garbage over and over, nor after every few
    hundred of the many small things that a call to moto makes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
