"""The transport against a real server on loop-back that behaves as platforms do on bad days."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.channels.base import HttpReply, NotSent, OutboundMessage, Sent, Unknown
from chalicelib.channels.http import REPLY_LIMIT, HttpsTransport
from chalicelib.channels.registry import OUTLETS
from chalicelib.errors import ConfigurationError
from tests.unit.channels.loopback import Platform, hang_up, reply

TOKEN = "7012345678:AA-token"
HEADERS = {"content-type": "application/json"}


class Sleeper:
    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def transport(sleeper: Sleeper) -> HttpsTransport:
    return HttpsTransport(connect_seconds=0.5, read_seconds=0.3, sleep=sleeper)


def post(
    transport: HttpsTransport, url: str, body: bytes = b'{"a":1}'
) -> HttpReply | NotSent | Unknown:
    return transport.post(f"{url}/bot{TOKEN}/sendMessage", headers=HEADERS, body=body)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_the_bytes_arrive_as_they_are_and_the_reply_comes_back(
    transport: HttpsTransport, platform: Platform
) -> None:
    platform.scripts = [reply("201 Created", "çay".encode(), "X-Trace: 7\r\n")]
    result = post(transport, platform.url, "{“ş”}".encode())
    assert isinstance(result, HttpReply)
    assert (result.status, result.body.decode(), result.headers["x-trace"]) == (201, "çay", "7")
    assert platform.body().decode() == "{“ş”}"
    assert f"post /bot{TOKEN.lower()}/sendmessage " in platform.head()
    assert "user-agent: temas" in platform.head()


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "429 Busy", "500 Oops"])
def test_any_status_is_a_reply_and_nothing_is_followed_or_repeated(
    transport: HttpsTransport, platform: Platform, status: str
) -> None:
    platform.scripts = [reply(status, headers="Location: /other\r\nRetry-After: 0\r\n")]
    result = post(transport, platform.url)
    assert isinstance(result, HttpReply)
    assert result.status == int(status[:3])
    assert len(platform.requests) == 1


def test_a_refused_connection_is_tried_twice_and_then_not_sent(
    transport: HttpsTransport, sleeper: Sleeper
) -> None:
    result = post(transport, f"http://127.0.0.1:{unused_port()}")
    assert isinstance(result, NotSent)
    assert sleeper.slept == [0.2]


def test_a_platform_that_is_back_after_the_pause_gets_the_message() -> None:
    port = unused_port()
    late: list[Platform] = []
    transport = HttpsTransport(sleep=lambda _: late.append(Platform(port)))
    result = post(transport, f"http://127.0.0.1:{port}")
    assert isinstance(result, HttpReply)
    assert len(late[0].requests) == 1
    late[0].close()


def test_an_unknown_host_name_is_not_sent(transport: HttpsTransport) -> None:
    assert isinstance(post(transport, "https://platform.invalid"), NotSent)


def test_a_platform_that_does_not_answer_leaves_it_unknown(
    transport: HttpsTransport, platform: Platform, sleeper: Sleeper
) -> None:
    platform.scripts = [platform.hang]
    result = post(transport, platform.url)
    assert isinstance(result, Unknown)
    assert result.code == "read_timeout"
    assert (len(platform.requests), sleeper.slept) == (1, [])


def test_a_platform_that_hangs_up_leaves_it_unknown(
    transport: HttpsTransport, platform: Platform
) -> None:
    platform.scripts = [hang_up]
    assert isinstance(post(transport, platform.url), Unknown)
    assert len(platform.requests) == 1


def test_half_a_reply_leaves_it_unknown(transport: HttpsTransport, platform: Platform) -> None:
    def half(connection: socket.socket) -> None:
        reply(body=b'{"ok":true', length=500)(connection)
        connection.shutdown(socket.SHUT_RDWR)

    platform.scripts = [half]
    assert isinstance(post(transport, platform.url), Unknown)


def test_half_a_chunked_reply_leaves_it_unknown(
    transport: HttpsTransport, platform: Platform
) -> None:
    def half(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{")
        connection.shutdown(socket.SHUT_RDWR)

    platform.scripts = [half]
    assert isinstance(post(transport, platform.url), Unknown)


def test_a_reply_that_trickles_without_end_leaves_it_unknown(platform: Platform) -> None:
    platform.scripts = [reply(body=b"x" * 10, length=500)]
    ticks: Iterator[int] = count(step=5)
    slow = HttpsTransport(read_seconds=2, monotonic=lambda: next(ticks))
    result = post(slow, platform.url)
    assert isinstance(result, Unknown)
    assert result.code == "read_timeout"


@pytest.mark.parametrize(
    "noise", [b"\x00\xff garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0\n"]
)
def test_what_is_no_http_leaves_it_unknown(
    transport: HttpsTransport, platform: Platform, noise: bytes
) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(noise)
        connection.shutdown(socket.SHUT_RDWR)

    platform.scripts = [talk]
    assert isinstance(post(transport, platform.url), Unknown)


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[int]:
    """The port of a server whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))

    def serve() -> None:
        with contextlib.suppress(OSError), listener.accept()[0] as connection:
            context.wrap_socket(connection, server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    certificate = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "impostor.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return pem


def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    transport: HttpsTransport, impostor: int
) -> None:
    result = post(transport, f"https://127.0.0.1:{impostor}")
    assert isinstance(result, NotSent)
    assert result.code == "certificate"


def test_encryption_that_breaks_leaves_it_unknown(
    transport: HttpsTransport, platform: Platform
) -> None:
    platform.greeting = b"SSH-2.0-OpenSSH\r\n"
    result = post(transport, platform.url.replace("http://", "https://"))
    assert isinstance(result, Unknown)
    assert result.code == "tls"


def test_only_the_first_megabyte_of_a_reply_is_read(
    transport: HttpsTransport, platform: Platform
) -> None:
    platform.scripts = [reply("400 Bad Request", b"x" * (REPLY_LIMIT + 200_000))]
    result = post(transport, platform.url)
    assert isinstance(result, HttpReply)
    assert (result.status, len(result.body)) == (400, REPLY_LIMIT)


def test_a_connection_is_used_again_but_not_after_it_idled(platform: Platform) -> None:
    now = [0.0]
    transport = HttpsTransport(monotonic=lambda: now[0])
    post(transport, platform.url)
    post(transport, platform.url)
    assert platform.connections == 1
    now[0] = 16.0
    post(transport, platform.url)
    assert (platform.connections, len(platform.requests)) == (2, 3)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "ftp://127.0.0.1",
        "",
        "http://[",
        "//x",
    ],
)
def test_anything_but_https_is_refused_beyond_loop_back(
    transport: HttpsTransport, url: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        post(transport, url)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("url", ["https://", "https://a..b", "https://x:99999"])
def test_a_url_without_a_real_host_is_a_configuration_error(
    transport: HttpsTransport, url: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        post(transport, url)
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("value", ["Bearer a\nb: c", "Bearer ş\u2028"])
def test_a_header_that_http_cannot_carry_is_a_configuration_error(
    transport: HttpsTransport, platform: Platform, value: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        transport.post(platform.url, headers={"authorization": value}, body=b"")
    assert "Bearer" not in str(refused.value)
    assert refused.value.__suppress_context__
    assert platform.requests == []


def test_a_whole_send_over_the_line(transport: HttpsTransport, platform: Platform) -> None:
    taken = b'{"ok":true,"result":{"message_id":431,"chat":{"id":5820147733}}}'
    limited = b'{"ok":false,"error_code":429,"description":"Too Many Requests"}'
    platform.scripts = [
        reply("429 Too Many Requests", limited, "Retry-After: 4\r\n"),
        platform.hang,
        reply(body=taken),
    ]
    message = OutboundMessage(
        address="5820147733", text="Merhaba", idempotency_key="ntf_1", locale="tr"
    )
    account = {"token": TOKEN, "api_base": platform.url}
    results = [OUTLETS["telegram"].send(message, account, transport) for _ in range(3)]
    assert results[0] == NotSent(code="429", detail="Too Many Requests", retry_after=4)
    assert isinstance(results[1], Unknown)
    assert results[2] == Sent(message_id="5820147733:431")
    assert TOKEN not in repr(results)
