"""The way out to endpoints: no connection to an address that was not checked.

The check is made where the connection is: between a look-up of its own and that of the HTTP library
a name could change what it leads to.
"""

import socket
from collections.abc import Callable, Collection, Sequence
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from chalicelib.channels.http import HttpsTransport
from chalicelib.relaying.addresses import is_public, is_trusted

CONNECT_SECONDS, READ_SECONDS = 3.0, 7.0

Resolve = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host, [] if it has none."""


def resolve(host: str, port: int) -> list[str]:
    """As the system resolves names."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def guarded(trusted: Collection[str] = (), look_up: Resolve = resolve) -> HttpsTransport:
    """A transport that connects to public addresses only, and to hosts that the operator trusts."""

    def connect(connection: Any) -> socket.socket:
        host, port = connection._dns_host, connection.port
        found = look_up(host, port)
        if not found:
            raise NameResolutionError(host, connection, socket.gaierror("no address"))
        if not is_trusted(host.rstrip("."), port, trusted) and not all(map(is_public, found)):
            raise NewConnectionError(connection, "an address inside a network")
        return _open(connection, found, port)

    class Https(HTTPSConnection):
        _new_conn = connect

    class Http(HTTPConnection):
        _new_conn = connect

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    transport = HttpsTransport(connect_seconds=CONNECT_SECONDS, read_seconds=READ_SECONDS)
    transport.use_pools({"https": HttpsPool, "http": HttpPool})
    return transport


def _open(connection: Any, addresses: Sequence[str], port: int) -> socket.socket:
    """A connection to the first of these addresses that takes one."""
    failed: OSError | None = None
    for address in addresses[:2]:
        try:
            made = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            failed = error
        else:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return made
    if isinstance(failed, TimeoutError):
        raise ConnectTimeoutError(connection, "no connection in time") from failed
    raise NewConnectionError(connection, f"no connection: {failed}") from failed
