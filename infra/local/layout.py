"""Where the local stack keeps its things."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.progress import StepFailed
from infra.policies import ROOT


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The paths of one local stack. Two stacks with different `home` know nothing of each other."""

    home: Path
    port: int
    ministack_python: Path

    @property
    def stack_file(self) -> Path:
        """What others read while the stack is up (contract C1)."""
        return self.home / "stack.json"

    @property
    def processes_file(self) -> Path:
        """The processes we started, and nobody else's."""
        return self.home / "processes.json"

    @property
    def world_file(self) -> Path:
        """The addresses of the outside world, which it writes once it listens."""
        return self.home / "world.json"

    @property
    def logs(self) -> Path:
        """A log per process and step."""
        return self.home / "logs"

    @property
    def scratch(self) -> Path:
        """What the embedded AWS writes while it runs; gone after `down`."""
        return self.home / "scratch"

    @property
    def package(self) -> Path:
        """Where the zip and its template are built."""
        return self.home / "package"


def layout(environ: Mapping[str, str] = os.environ) -> Layout:
    """The layout that the environment asks for.

    `PORT` moves the stack; `TEMAS_LOCAL_DIR` keeps it away from the developer's own, as the tests
    do; `TEMAS_MINISTACK_PYTHON` names the interpreter of another ministack. Raises StepFailed.
    """
    default = ROOT / ".local"
    python = default / "venv-ministack" / "bin" / "python"
    return Layout(
        home=Path(environ.get("TEMAS_LOCAL_DIR") or default).resolve(),
        port=_port(environ.get("PORT") or "4566"),
        # Not resolved: through the link, python would forget that it is in a virtual environment.
        ministack_python=Path(environ.get("TEMAS_MINISTACK_PYTHON") or python).absolute(),
    )


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise StepFailed(f"PORT must be a number from 1 to 65535, not {text!r}")
