"""A mail server that keeps every mail as it was sent, headers and all.

The embedded SES shows a mail's text but not its headers; it relays each mail over SMTP, though, and
this is where to. `Mailbox.mails` are the newest, oldest first.
"""

import re
import threading
from collections import deque
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Self

MAX_MAILS = 2000
_MAX_LINES = 50_000


class Mailbox:
    """The server; a context manager."""

    def __init__(self) -> None:
        self.mails: deque[dict[str, Any]] = deque(maxlen=MAX_MAILS)
        self._server = ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self._server.daemon_threads = True
        self._server.mailbox = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def port(self) -> int:
        """The SMTP port, on 127.0.0.1."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Session(StreamRequestHandler):
    """One connection: the few commands of RFC 5321 that every client sends."""

    def handle(self) -> None:
        sender, recipients = "", list[str]()
        self._say("220 temas")
        while line := self.rfile.readline(2000).decode(errors="replace").strip():
            match line.partition(" ")[0].upper():
                case "EHLO" | "HELO" | "NOOP" | "RSET":
                    self._say("250 ok")
                case "MAIL":
                    sender, recipients = _address(line), []
                    self._say("250 ok")
                case "RCPT":
                    recipients.append(_address(line))
                    self._say("250 ok")
                case "DATA":
                    self._say("354 go on")
                    mail = {"from": sender, "to": recipients, "raw": self._data()}
                    self.server.mailbox.mails.append(mail)  # type: ignore[attr-defined]
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("502 no such command")

    def _data(self) -> str:
        lines: list[str] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""} and len(lines) < _MAX_LINES:
            # A line that begins with a dot is sent with two, so that it does not end the mail.
            lines.append(line.removeprefix(b".").decode(errors="replace"))
        return "".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address(line: str) -> str:
    found = re.search(r"<([^>]*)>", line)
    return found[1] if found else ""
