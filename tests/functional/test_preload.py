"""Each function has loaded what its first event needs before the event comes, and no more."""

import os
import subprocess
import sys

import pytest

from chalicelib.preload import NEEDS
from infra.policies import ROOT


def loaded(handler: str) -> set[str]:
    """The modules of a fresh process that has imported the app for this handler."""
    return set(started(handler, "import app, sys; print(*sys.modules)").split())


def started(handler: str, code: str) -> str:
    """What this code prints in a fresh process for this handler."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.defpath, "TEMAS_STAGE": "local", "_HANDLER": handler},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("handler", NEEDS)
def test_what_is_needed_is_loaded(handler: str) -> None:
    assert set(NEEDS[handler]) <= loaded(handler)


def test_a_webhook_waits_for_no_table_and_no_staff_api() -> None:
    assert loaded("app.app").isdisjoint({"pynamodb", "chalicelib.web.customers", "jinja2", "boto3"})


def test_nobody_loads_the_public_pages_before_somebody_comes() -> None:
    pages = {"unsubscribe_page", "preferences_page", "survey_page", "visits", "forms"}
    assert loaded("app.app").isdisjoint({f"chalicelib.web.{page}" for page in pages})


def test_ingest_loads_nothing_of_the_others() -> None:
    others = {"boto3", "asyncio", "jinja2", "chalicelib.web.customers", "chalicelib.fleet.watch"}
    assert loaded("app.ingest").isdisjoint(others)


def test_packaging_loads_the_least() -> None:
    assert loaded("").isdisjoint({"botocore", "pynamodb", "chalicelib.store"})


def test_what_was_loaded_is_not_searched_for_garbage_and_what_comes_later_is() -> None:
    told = started(
        "app.react", "import app, gc; print(gc.isenabled(), gc.get_freeze_count() > 9999)"
    )
    assert told.split() == ["True", "True"]
