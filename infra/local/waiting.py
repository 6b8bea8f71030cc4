"""Waiting for the stack to come to something."""

import time
from collections.abc import Callable
from typing import TypeVar

from infra.local.progress import StepFailed

T = TypeVar("T")

PATIENCE_SECONDS = 90.0
"""The embedded scheduler looks at its schedules every 10 s."""


def until(look: Callable[[], T | None], complaint: str, done: Callable[[T], bool] = bool) -> T:
    """What `look` finds once it is `done`. Raises StepFailed when patience ends."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        found = look()
        if found is not None and done(found):
            return found
        time.sleep(0.3)
    raise StepFailed(f"{complaint} after {PATIENCE_SECONDS:.0f} s: see the logs")
