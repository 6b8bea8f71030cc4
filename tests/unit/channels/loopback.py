"""A customer's platform on 127.0.0.1, scripted byte by byte: what real ones do on bad days."""

import socket
import threading
from collections.abc import Callable

Script = Callable[[socket.socket], None]
WAIT_SECONDS = 5


def reply(
    status: str = "200 OK", body: bytes = b"{}", headers: str = "", *, length: int | None = None
) -> Script:
    """A whole reply; `length` announces another length than the body has."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n"
    return lambda connection: connection.sendall(f"{head}{headers}\r\n".encode() + body)


def hang_up(connection: socket.socket) -> None:
    """Takes the request and closes without a word."""


class Platform:
    """Answers each request by the next script (the last one again and again), on one connection
    as long as the script keeps to HTTP. `requests` holds what came in, head and body."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.greeting = b""
        self.scripts: list[Script] = [reply()]
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def hang(self, _: socket.socket) -> None:
        """Takes the request and says nothing until the test is over."""
        self._over.wait(WAIT_SECONDS)

    def body(self, index: int = -1) -> bytes:
        return self.requests[index].partition(b"\r\n\r\n")[2]

    def head(self, index: int = -1) -> str:
        return self.requests[index].partition(b"\r\n\r\n")[0].decode().lower()

    def close(self) -> None:
        self._over.set()
        # A connection of our own wakes the accepting thread, which then sees that it is over.
        socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_SECONDS).close()
        self._thread.join(WAIT_SECONDS)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(WAIT_SECONDS)
        with connection:
            connection.sendall(self.greeting)
            while request := _read_request(connection):
                self.requests.append(request)
                script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
                try:
                    script(connection)
                except OSError:
                    return
                if script is hang_up:
                    return


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65_536)
            if not chunk:
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        length = next(int(x.split(":")[1]) for x in lines if x.startswith("content-length:"))
        while len(body) < length:
            body += connection.recv(65_536)
    except OSError:
        return b""
    return head + b"\r\n\r\n" + body
