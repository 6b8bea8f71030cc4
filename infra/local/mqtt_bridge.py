"""Devices speak MQTT over TCP; the embedded IoT Core only over WebSocket. This stands between.

`Bridge` listens on a plain port, so any MQTT client can play a device:

    mosquitto_pub -h 127.0.0.1 -p PORT -q 1 -t temas/devices/boiler-1/status -m '{…}'
"""

import base64
import contextlib
import os
import socket
import struct
import threading
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Self

_BINARY, _CLOSE, _PONG = 2, 8, 10


class Bridge:
    """The port for devices; a context manager. `gateway` is the embedded AWS's port."""

    def __init__(self, gateway: int, region: str) -> None:
        self._server = ThreadingTCPServer(("127.0.0.1", 0), _Connection)
        self._server.daemon_threads = True
        self._server.gateway = gateway  # type: ignore[attr-defined]
        self._server.region = region  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def port(self) -> int:
        """The MQTT port, on 127.0.0.1."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Connection(BaseRequestHandler):
    """One device: its bytes go into WebSocket frames, and come out of them."""

    def handle(self) -> None:
        device: socket.socket = self.request
        gateway: int = self.server.gateway  # type: ignore[attr-defined]
        region: str = self.server.region  # type: ignore[attr-defined]
        with socket.create_connection(("127.0.0.1", gateway)) as broker:
            _upgrade(broker, f"iot.{region}.localhost:{gateway}")
            back = threading.Thread(target=_to_device, args=(broker, device), daemon=True)
            back.start()
            while data := device.recv(65536):
                broker.sendall(_frame(_BINARY, data))
            with contextlib.suppress(OSError):  # a device that has gone needs no answer
                broker.sendall(_frame(_CLOSE, b""))
            back.join(timeout=2)


def _upgrade(broker: socket.socket, host: str) -> None:
    # The gateway tells services apart by the Host header.
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET /mqtt HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n\r\n"
    )
    broker.sendall(request.encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += _exactly(broker, 1)
    if not answer.startswith(b"HTTP/1.1 101"):
        raise ConnectionRefusedError(answer.partition(b"\r\n")[0].decode(errors="replace"))


def _to_device(broker: socket.socket, device: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            first, second = _exactly(broker, 2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", _exactly(broker, 2))
            elif length == 127:
                (length,) = struct.unpack("!Q", _exactly(broker, 8))
            data = _exactly(broker, length)
            match first & 0x0F:
                case 8:  # close
                    device.shutdown(socket.SHUT_RDWR)
                    return
                case 9:  # ping
                    broker.sendall(_frame(_PONG, data))
                case _:
                    device.sendall(data)


def _frame(kind: int, data: bytes) -> bytes:
    length = len(data)
    size = (
        bytes([0x80 | length])
        if length < 126
        else b"\xfe" + struct.pack("!H", length)
        if length < 65536
        else b"\xff" + struct.pack("!Q", length)
    )
    # A client must mask its frames; nobody says that the mask may not be zero.
    return bytes([0x80 | kind]) + size + b"\x00\x00\x00\x00" + data


def _exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        if not more:
            raise ConnectionResetError("the other side closed the connection")
        data += more
    return data
