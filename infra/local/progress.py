"""One line per step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StepFailed(Exception):
    """A step of the local stack failed. The text is for the person at the terminal; `log` is where
    the whole story is, when there is one."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log

    def report(self) -> str:
        """The message, with the end of the log when there is one."""
        if self.log is None or not self.log.exists():
            return str(self)
        tail = self.log.read_text(errors="replace").splitlines()[-25:]
        return "\n".join([str(self), f"the end of {self.log}:", *(f"  | {line}" for line in tail)])


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print `title` now, and how long it took when done."""
    started = time.monotonic()
    print(f"  {title:<58}", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:5.1f} s", flush=True)


def complain(message: str) -> None:
    """Tell the person at the terminal what went wrong."""
    print(message, file=sys.stderr, flush=True)
