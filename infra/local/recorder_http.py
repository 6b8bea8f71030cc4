"""The recorder's wire: reads a request, writes an answer, or breaks as ordered."""

import json
import socket
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from infra.local.recorder import Recorder
    from infra.local.recorder_records import Failure

MAX_BODY = 65_536


class Handler(BaseHTTPRequestHandler):
    """Serves one connection."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes; without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    @property
    def recorder(self) -> "Recorder":
        """The recorder whose server this is."""
        recorder: Recorder = self.server.recorder  # type: ignore[attr-defined]
        return recorder

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the requests are kept, and can be asked for."""

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            self._answer(413, {"error": "the recorder keeps bodies of up to 64 KB"})
            return
        body = self.rfile.read(length)
        if self.path.startswith("/_recorder/"):
            self._control(body)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply, failure = self.recorder.receive(self.command, self.path, headers, body)
        if failure is None or failure.mode == "answer":
            self._answer(reply.status, reply.body, reply.headers)
        else:
            self._break(failure)

    def _control(self, body: bytes) -> None:
        url = urlsplit(self.path)
        match self.command, url.path:
            case "GET", "/_recorder/requests":
                prefix = parse_qs(url.query).get("prefix", [""])[0]
                found = [asdict(request) for request in self.recorder.requests(prefix)]
                self._answer(200, found)
            case "GET", "/_recorder/mails":
                self._answer(200, list(self.recorder.mails))
            case "DELETE", "/_recorder/requests":
                self.recorder.clear()
                self._answer(204, None)
            case "POST", "/_recorder/fail":
                try:
                    self.recorder.fail(**json.loads(body))
                except (TypeError, ValueError) as error:
                    self._answer(400, {"error": str(error)})
                else:
                    self._answer(204, None)
            case _:
                self._answer(404, {"error": "no such control"})

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = b"" if body is None else _bytes(body)
        self.send_response(status)
        if raw and not isinstance(body, str):
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if status != 204:
            self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _break(self, failure: "Failure") -> None:
        self.close_connection = True
        match failure.mode:
            case "hang":
                self.recorder.closing.wait(failure.seconds)
            case "half":
                self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"ok": tr')
            case "garbage":
                self.wfile.write(b"\x16\x03\x01 this is not HTTP \xff\xfe\r\n\r\n")
        self.connection.shutdown(socket.SHUT_RDWR)


def _bytes(body: Any) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text.encode()
