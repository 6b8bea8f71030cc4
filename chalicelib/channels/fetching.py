"""Fetching files that came in: from the platform's own hosts, up to a size, in a few hops."""

from collections.abc import Collection, Mapping
from urllib.parse import urljoin, urlsplit

from chalicelib.channels.base import (
    Fetched,
    FetchResult,
    Gone,
    HttpReply,
    NotSent,
    Transport,
    Unknown,
)

MOST_HOPS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429})


def download(
    url: str,
    transport: Transport,
    *,
    limit: int,
    hosts: Collection[str],
    headers: Mapping[str, str] | None = None,
) -> FetchResult:
    """The file behind a URL of at most `limit` bytes.

    `hosts` are those it may come from; ".example.com" stands for every host below it. `headers`
    (with a token, maybe) go to the first URL's host only, however often it is moved.
    """
    first = _host(url)
    for _ in range(MOST_HOPS):
        if not allowed(url, hosts):
            return Gone(reason="the file lies on a host that is not the platform's")
        given = headers if headers and _host(url) == first else {}
        # One byte more than allowed tells a file that is too large from one that just fits.
        reply = transport.get(url, headers=given, limit=limit + 1)
        if not isinstance(reply, HttpReply):
            return NotSent(code=reply.code, detail=reply.detail)
        if reply.status not in _MOVED:
            return _judged(reply, limit)
        url = urljoin(url, reply.headers.get("location", ""))
    return Gone(reason="the file's address kept moving")


def allowed(url: str, hosts: Collection[str]) -> bool:
    """Whether a URL lies on one of these hosts (loop-back ones are the transport's to refuse)."""
    host = _host(url)
    return any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)


def host_of(api_base: str) -> str:
    """The host of a platform's API as configured, to be allowed beside the documented ones."""
    return _host(api_base)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _judged(reply: HttpReply, limit: int) -> FetchResult:
    if reply.status == 200 and len(reply.body) > limit:
        return Gone(reason=f"the file has more than {limit} bytes")
    if reply.status == 200:
        return Fetched(content=reply.body, mime=reply.headers.get("content-type"))
    if reply.status in _LATER or reply.status >= 500:
        return NotSent(code=str(reply.status), detail=f"HTTP {reply.status}")
    return Gone(reason=f"the platform answered HTTP {reply.status}")


def unavailable(reply: HttpReply | NotSent | Unknown) -> NotSent | Gone | None:
    """Why a look-up before the download came to nothing; None if it was answered with 200."""
    if not isinstance(reply, HttpReply):
        return NotSent(code=reply.code, detail=reply.detail)
    found = _judged(reply, len(reply.body))
    return None if isinstance(found, Fetched) else found
