"""The smallest MQTT client that can play a device, for the story and the tests."""

import base64
import os
import socket
import struct


def publish(port: int, topic: str, payload: bytes, *, timeout: float = 10.0) -> None:
    """Publish one message at QoS 1 on 127.0.0.1:`port` and wait for the broker's word that it has
    it. Raises OSError when there is none, or not in time (seconds)."""
    client = b"temas-" + base64.b16encode(os.urandom(6))
    with socket.create_connection(("127.0.0.1", port), timeout) as broker:
        broker.sendall(_packet(0x10, _text(b"MQTT") + b"\x04\x02\x00\x3c" + _text(client)))
        _expect(broker, 0x20)
        broker.sendall(_packet(0x32, _text(topic.encode()) + b"\x00\x01" + payload))
        _expect(broker, 0x40)
        broker.sendall(_packet(0xE0, b""))


def _packet(kind: int, body: bytes) -> bytes:
    length, digits = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        digits += bytes([digit | (0x80 if length else 0)])
        if not length:
            return bytes([kind]) + digits + body


def _text(value: bytes) -> bytes:
    return struct.pack("!H", len(value)) + value


def _expect(broker: socket.socket, kind: int) -> None:
    answer = _exactly(broker, 4)
    if answer[0] != kind or (kind == 0x20 and answer[3] != 0):
        raise ConnectionRefusedError(f"the broker answered {answer.hex()}")


def _exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        if not more:
            raise ConnectionResetError("the broker closed the connection")
        data += more
    return data
