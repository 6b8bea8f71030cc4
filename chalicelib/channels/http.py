"""The way out: HTTPS, with what each failure says about whether anything was sent."""

import ipaddress
import ssl
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from chalicelib.channels.base import HttpReply, NotSent, Unknown
from chalicelib.errors import ConfigurationError

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
REPLY_LIMIT = 1_000_000
"""Bytes of a reply that are read; the rest is left, which makes a long JSON reply unreadable."""
RETRY_PAUSE_SECONDS = 0.2
IDLE_SECONDS = 15.0
"""Platforms close connections that idle; writing to such a one would leave the result unknown."""
_CHUNK = 65_536
_REFUSED = "no_connection"


class _Request(NamedTuple):
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    limit: int = REPLY_LIMIT


class HttpsTransport:
    """Implements `Transport` on one connection pool per instance; safe to share between sends.

    Follows no redirects. Tries a second time only after a refused connection, when certainly
    nothing was sent. Results never contain the URL, which may hold a token.
    """

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)
        self._read_seconds = read_seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self._last_used = monotonic()

    def use_pools(self, pools: Mapping[str, type[urllib3.HTTPConnectionPool]]) -> None:
        """Connect by these pools, by scheme: for who minds which addresses are connected to."""
        self._pool.pool_classes_by_scheme = dict(pools)

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> HttpReply | NotSent | Unknown:
        """Raises ConfigurationError for a URL that is neither HTTPS nor on a loop-back host."""
        return self._request(_Request("POST", url, headers, body))

    def put(
        self, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> HttpReply | NotSent | Unknown:
        """As `post`."""
        return self._request(_Request("PUT", url, headers, body))

    def get(
        self, url: str, *, headers: Mapping[str, str], limit: int = REPLY_LIMIT
    ) -> HttpReply | NotSent | Unknown:
        """As `post`; a body longer than `limit` bytes comes cut."""
        return self._request(_Request("GET", url, headers, None, limit))

    def _request(self, request: "_Request") -> HttpReply | NotSent | Unknown:
        _check(request.url)
        result = self._attempt(request)
        if isinstance(result, NotSent) and result.code == _REFUSED:
            self._sleep(RETRY_PAUSE_SECONDS)
            result = self._attempt(request)
        return result

    def _attempt(self, request: "_Request") -> HttpReply | NotSent | Unknown:
        self._drop_idle()
        try:
            return self._exchange(request)
        except NewConnectionError:
            return NotSent(code=_REFUSED, detail="no connection: refused, or the name is unknown")
        except ConnectTimeoutError:
            return NotSent(code="connect_timeout", detail="no connection in time")
        except HTTPTimeoutError:
            return Unknown(code="read_timeout", detail="no whole reply in time")
        except SSLError as error:
            return _tls(error)
        except LocationValueError:
            raise ConfigurationError("a platform's URL names no valid host") from None
        except HTTPError as error:
            return Unknown(code="broken", detail=f"the connection broke: {type(error).__name__}")
        except ValueError:
            # http.client repeats the offending header, maybe a token: so it is not chained.
            raise ConfigurationError("a header or URL holds what HTTP can't carry") from None

    def _exchange(self, request: "_Request") -> HttpReply:
        response = self._pool.request(
            request.method,
            request.url,
            headers={"user-agent": "temas", **request.headers},
            body=request.body,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            found = {name.lower(): value for name, value in response.headers.items()}
            body = self._read(response, request.limit)
            return HttpReply(status=response.status, headers=found, body=body)
        finally:
            response.close()
            response.release_conn()

    def _read(self, response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
        deadline = self._monotonic() + self._read_seconds
        body = bytearray()
        while len(body) < limit:
            chunk = response.read1(min(_CHUNK, limit - len(body)))
            if not chunk:
                break
            body += chunk
            if self._monotonic() > deadline:
                raise HTTPTimeoutError
        return bytes(body)

    def _drop_idle(self) -> None:
        now = self._monotonic()
        if now - self._last_used > IDLE_SECONDS:
            self._pool.clear()
        self._last_used = now


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise ConfigurationError("a platform's URL can't be read") from None
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return
    raise ConfigurationError(f"the platform at {host or 'no host'} must be reached over https://")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _tls(error: SSLError) -> NotSent | Unknown:
    if error.args and isinstance(error.args[0], ssl.SSLCertVerificationError):
        return NotSent(code="certificate", detail="the platform's certificate is not valid")
    return Unknown(code="tls", detail="the encrypted connection broke")
