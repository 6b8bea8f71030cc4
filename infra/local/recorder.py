"""Stands in for the platforms that we send to: answers as they do, keeps what it was sent.

    POST /telegram/bot{token}/{method}                  Telegram's Bot API
    POST /whatsapp/[{version}/]{phone_number_id}/messages   WhatsApp's Cloud API
    GET  /whatsapp/[{version}/]{media_id}           where a file lies; the file itself below
    POST /messenger, /instagram …/{account}/messages    the send API of both
    POST /chat[/…]                                      a receiver of our outgoing webhooks
    GET, DELETE /_recorder/requests[?prefix=/telegram]  what came in, oldest first; forget it
    POST /_recorder/fail                                be broken for a while (see `Failure`)
    GET    /_recorder/mails                             the mails of `infra.local.mailbox`

A context manager in tests, part of `infra.local.world` in the local stack.
"""

import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from typing import Any, Self

from infra.local.recorder_http import Handler
from infra.local.recorder_records import MODES, Failure, Reply, Request
from infra.local.recorder_replies import failed, succeeded

MAX_REQUESTS = 5000


class Recorder:
    """The server. Methods may be called from any thread."""

    def __init__(self, port: int = 0, mails: deque[dict[str, Any]] | None = None) -> None:
        self.mails = deque[dict[str, Any]]() if mails is None else mails
        self._lock = threading.Condition()
        self._requests: deque[Request] = deque(maxlen=MAX_REQUESTS)
        self._failures: list[tuple[Failure, int]] = []
        self._seq = 0
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._server.recorder = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def requests(self, prefix: str = "") -> list[Request]:
        """What came in on paths that begin with `prefix`, oldest first, up to MAX_REQUESTS."""
        with self._lock:
            return [request for request in self._requests if request.path.startswith(prefix)]

    def wait_for(self, prefix: str, count: int = 1, timeout: float = 10.0) -> list[Request]:
        """The requests, once there are `count` of them. Raises TimeoutError, which lists them."""
        matching: Callable[[], bool] = lambda: len(self.requests(prefix)) >= count  # noqa: E731
        with self._lock:
            if not self._lock.wait_for(matching, timeout):
                raise TimeoutError(f"wanted {count} on {prefix}, have {self.requests(prefix)}")
        return self.requests(prefix)

    def clear(self) -> None:
        """Forget every request and mail, and every failure that was ordered."""
        with self._lock:
            self.mails.clear()
            self._requests.clear()
            self._failures.clear()

    def fail(
        self,
        prefix: str,
        *,
        times: int = 1,
        status: int = 500,
        headers: dict[str, str] | None = None,
        body: Any = None,
        mode: str = "answer",
        seconds: float = 60.0,
    ) -> None:
        """Be broken for the next `times` requests on `prefix`. Orders on one prefix are served in
        the order in which they were given. Raises ValueError for a mode that is none."""
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, not {mode!r}")
        failure = Failure(
            prefix=prefix,
            status=status,
            headers=headers or {},
            body=body,
            mode=mode,
            seconds=seconds,
        )
        with self._lock:
            self._failures.append((failure, times))

    def receive(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[Reply, Failure | None]:
        """Keep one request and say what to answer, and how to break when that was ordered."""
        text = body.decode("utf-8", errors="replace")
        parsed = _json(text)
        with self._lock:
            self._seq += 1
            failure = self._next_failure(path)
            if failure is None:
                reply = succeeded(method, path, headers, parsed, self._seq)
            elif failure.body is None:
                reply = failed(path, failure.status, failure.headers)
            else:
                reply = Reply(failure.status, failure.body, failure.headers)
            answered = failure is None or failure.mode == "answer"
            self._requests.append(
                Request(
                    seq=self._seq,
                    at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                    method=method,
                    path=path,
                    headers=headers,
                    body=text,
                    json=parsed,
                    status=reply.status if answered else None,
                )
            )
            self._lock.notify_all()
        return reply, failure

    def _next_failure(self, path: str) -> Failure | None:
        for index, (failure, times) in enumerate(self._failures):
            if path.startswith(failure.prefix):
                if times > 1:
                    self._failures[index] = (failure, times - 1)
                else:
                    del self._failures[index]
                return failure
        return None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
