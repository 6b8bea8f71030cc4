"""A real browser without a window: Debian's Chromium, spoken to over its DevTools pipe.

No driver and no library stands in between: a command is a JSON text ended by a zero byte on one
pipe, its answer and what happens meanwhile come the same way on another.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)

PATIENCE = 30.0
"""Seconds to wait for any one answer: a busy machine starts slowly."""

# Chromium reads commands from its file descriptor 3 and writes to 4.
LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execvp(sys.argv[3], sys.argv[3:])"
)

KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40, "ArrowRight": 39}
"""Keys that do something, by their virtual key codes."""

SHIFT = 8


def found() -> str | None:
    """The path of a Chromium on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def needed() -> str:
    """The same; without one the test is skipped, where everything must run it fails."""
    path = found()
    if path is None:
        reason = "no Chromium here: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@dataclass
class Browser:
    """One tab. `noise` is whatever the browser complained of: errors, violations of the policy."""

    commands: int
    answers: int
    session: str = ""
    noise: list[str] = field(default_factory=list)
    _number: int = 0
    _buffer: bytes = b""
    _waiting: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A DevTools command and its result."""
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        number = self._number
        answer = self._await(lambda said: said.get("id") == number)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def open_tab(self) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Log", "Runtime", "Network"):
            self.call(f"{domain}.enable")

    def size(self, width: int, height: int) -> None:
        """The window of a phone."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2,
            mobile=True,
        )

    def without_scripts(self) -> None:
        """As for somebody who has switched JavaScript off."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def visit(self, url: str) -> None:
        self.loading(lambda: self.call("Page.navigate", url=url))

    def loading(self, act: Callable[[], Any]) -> None:
        """Do what loads another page, and wait until it is there."""
        self._waiting = [one for one in self._waiting if one.get("method") != LOADED]
        act()
        self._await(lambda said: said.get("method") == LOADED)

    def press(self, key: str, *, shift: bool = False) -> None:
        """A key pressed and let go."""
        code, text = KEYS[key], {"Enter": "\r", " ": " "}.get(key, "")
        common: dict[str, Any] = {
            "key": key,
            "windowsVirtualKeyCode": code,
            "modifiers": SHIFT if shift else 0,
        }
        down = "keyDown" if text else "rawKeyDown"
        self.call("Input.dispatchKeyEvent", type=down, text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def ask(self, expression: str) -> Any:
        """What a JavaScript expression of ours comes to on the page."""
        said = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def photograph(self, path: Path) -> None:
        """The whole page, as long as it is."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(b64decode(shot["data"]))

    def _await(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for number, said in enumerate(self._waiting):
            if wanted(said):
                return self._waiting.pop(number)
        while not wanted(said := self._read()):
            self._hear(said)
        return said

    def _hear(self, said: dict[str, Any]) -> None:
        method, params = said.get("method"), said.get("params", {})
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.noise.append(params["entry"]["text"])
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.noise.append(json.dumps(params)[:500])
        elif method == LOADED:
            self._waiting.append(said)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select([self.answers], [], [], PATIENCE)[0]:
                raise TimeoutError(f"Chromium has said nothing for {PATIENCE:.0f} s")
            more = os.read(self.answers, 1 << 16)
            if not more:
                raise EOFError("Chromium has ended")
            self._buffer += more
        text, _, self._buffer = self._buffer.partition(b"\0")
        said: dict[str, Any] = json.loads(text)
        return said


LOADED = "Page.loadEventFired"


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A browser of its own, with nothing in its profile; gone afterwards."""
    (theirs_in, ours_in), (ours_out, theirs_out) = _pipe(0), _pipe(1)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        process = subprocess.Popen(
            [
                sys.executable,
                *("-c", LAUNCH, str(theirs_in), str(theirs_out), path),
                *FLAGS,
                f"--user-data-dir={home}",
                "about:blank",
            ],
            pass_fds=(theirs_in, theirs_out),
            env={"PATH": os.defpath, "HOME": home, "LANG": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        browser = Browser(commands=ours_in, answers=ours_out)
        try:
            browser.open_tab()
            yield browser
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(ours_in)
            os.close(ours_out)


def _pipe(theirs: int) -> tuple[int, int]:
    """A pipe of which one end is theirs, under a number that is neither 3 nor 4."""
    ends = list(os.pipe())
    low = ends[theirs]
    ends[theirs] = fcntl.fcntl(low, fcntl.F_DUPFD, 16)
    os.close(low)
    return ends[0], ends[1]
