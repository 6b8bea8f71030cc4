"""Files that came in: Telegram names them for good, and hands out a link for an hour."""

from urllib.parse import quote

import msgspec

from chalicelib.channels.base import Account, FetchResult, Gone, HttpReply, Media, Transport
from chalicelib.channels.fetching import download, host_of, unavailable
from chalicelib.channels.sending import setting
from chalicelib.channels.telegram.replies import FAILURE, FOUND
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

API_BASE = "https://api.telegram.org"
LARGEST = 20_000_000
"""Bytes; bots get no larger file."""


def fetch(media: Media, account: Account, transport: Transport, limit: int) -> FetchResult:
    """Raises ConfigurationError if the account lacks the bot's token."""
    most = min(limit, LARGEST)
    if not media.id:
        return Gone(reason="Telegram gave no name of the file")
    if media.size is not None and media.size > most:
        return Gone(reason=f"the file has {media.size} bytes, and at most {most} can be had")
    token = setting(account, "telegram", "token")
    base = setting(account, "telegram", "api_base", API_BASE).rstrip("/")
    reply = transport.post(
        f"{base}/bot{token}/getFile",
        headers={"content-type": "application/json"},
        body=msgspec.json.encode({"file_id": media.id}),
    )
    if refusal := unavailable(reply):
        return _explained(refusal, reply) if isinstance(refusal, Gone) else refusal
    path = _path(reply) if isinstance(reply, HttpReply) else None
    if not path:
        return Gone(reason="Telegram has no link to the file")
    url = f"{base}/file/bot{token}/{quote(path)}"
    return download(url, transport, limit=most, hosts=(host_of(base),))


def _path(reply: HttpReply) -> str | None:
    try:
        return decode(FOUND, reply.body).result.file_path
    except ParseError:
        return None


def _explained(refusal: Gone, reply: object) -> Gone:
    """Telegram's own words, such as that the file is too big."""
    try:
        words = decode(FAILURE, reply.body).description if isinstance(reply, HttpReply) else None
    except ParseError:
        words = None
    return Gone(reason=words[:200]) if words else refusal
