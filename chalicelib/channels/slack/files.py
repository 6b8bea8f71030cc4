"""Files that came in: they lie at Slack until somebody deletes them, behind the app's token."""

from urllib.parse import quote

import msgspec

from chalicelib.channels.base import (
    Account,
    Fetched,
    FetchResult,
    Gone,
    HttpReply,
    Media,
    NotSent,
    Transport,
)
from chalicelib.channels.fetching import allowed, download, host_of, unavailable
from chalicelib.channels.sending import setting
from chalicelib.channels.slack.errors import BUSY
from chalicelib.channels.slack.wire import File
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

API_BASE = "https://slack.com/api"
_HOSTS = ("slack.com", ".slack.com")


class _Info(msgspec.Struct):
    ok: bool
    file: File | None = None
    error: str | None = None


_INFO = msgspec.json.Decoder(_Info)


def fetch(media: Media, account: Account, transport: Transport, limit: int) -> FetchResult:
    """Raises ConfigurationError if the account lacks the app's token."""
    if media.size is not None and media.size > limit:
        return Gone(reason=f"the file has {media.size} bytes, and at most {limit} can be had")
    token = setting(account, "slack", "token")
    base = setting(account, "slack", "api_base", API_BASE).rstrip("/")
    headers = {"authorization": f"Bearer {token}"}
    found = media if media.url else _located(media, base, headers, transport)
    if not isinstance(found, Media):
        return found
    hosts = (*_HOSTS, host_of(base))
    if not found.url or not allowed(found.url, hosts):
        return Gone(reason="the file lies on a host that is not the platform's")
    result = download(found.url, transport, limit=limit, hosts=hosts, headers=headers)
    if isinstance(result, Fetched) and _is_page(result.mime) and not _is_page(media.mime):
        return Gone(reason="Slack asks for a login: give the app the scope files:read")
    return result


def _located(
    media: Media, base: str, headers: dict[str, str], transport: Transport
) -> Media | NotSent | Gone:
    """Of a file from another company's workspace the event tells nothing but the id."""
    if not media.id:
        return Gone(reason="Slack gave neither an address nor an id of the file")
    url = f"{base}/files.info?file={quote(media.id, safe='')}"
    reply = transport.get(url, headers=headers, limit=1_000_000)
    if not isinstance(reply, HttpReply) or unavailable(reply):
        return unavailable(reply) or Gone(reason="Slack knows nothing of the file")
    try:
        info = decode(_INFO, reply.body)
    except ParseError:
        return Gone(reason="Slack's answer about the file can't be read")
    if info.error in BUSY:
        return NotSent(code=info.error or "", detail="Slack is asked too often")
    if not info.ok or info.file is None:
        return Gone(reason=f"Slack knows nothing of the file ({info.error})")
    return msgspec.structs.replace(
        media, url=info.file.url_private_download or info.file.url_private
    )


def _is_page(mime: str | None) -> bool:
    return (mime or "").lower().startswith("text/html")
