"""Fetching a file that came in: its id leads to a link that lives five minutes."""

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
from chalicelib.channels.fetching import download, host_of, unavailable
from chalicelib.channels.sending import setting
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

API_BASE = "https://graph.facebook.com/v21.0"
_HOSTS = (".fbsbx.com", ".fbcdn.net")
_MOST_BYTES = 65_536
_NO_ACCESS = (401, 403)


class Located(msgspec.Struct):
    """The answer to a media id."""

    url: str
    mime_type: str | None = None
    file_size: object = None


_LOCATED = msgspec.json.Decoder(Located)


def fetch(media: Media, account: Account, transport: Transport, limit: int) -> FetchResult:
    """Raises ConfigurationError if the account lacks access_token, which both calls need."""
    token = setting(account, "whatsapp", "access_token")
    base = setting(account, "whatsapp", "api_base", API_BASE).rstrip("/")
    headers = {"authorization": f"Bearer {token}"}
    found = _locate(media, base, headers, transport)
    if not isinstance(found, Located):
        return found
    if isinstance(found.file_size, int) and found.file_size > limit:
        return Gone(reason=f"the file has more than {limit} bytes")
    file = download(
        found.url, transport, limit=limit, hosts=(*_HOSTS, host_of(base)), headers=headers
    )
    if isinstance(file, Fetched) and found.mime_type:
        return Fetched(content=file.content, mime=found.mime_type)
    return file


def _locate(
    media: Media, base: str, headers: dict[str, str], transport: Transport
) -> Located | NotSent | Gone:
    """Where the file lies. A token that does not open it is ours to mend, so worth another try."""
    if media.id is None:
        return Located(url=media.url) if media.url else Gone(reason="the file came without an id")
    reply = transport.get(f"{base}/{quote(media.id, safe='')}", headers=headers, limit=_MOST_BYTES)
    if isinstance(reply, HttpReply) and reply.status in _NO_ACCESS:
        return NotSent(code=str(reply.status), detail="the access token does not open the file")
    if lost := unavailable(reply):
        return lost
    try:
        return decode(_LOCATED, reply.body) if isinstance(reply, HttpReply) else _unread()
    except ParseError:
        return _unread()


def _unread() -> NotSent:
    return NotSent(code="unreadable_reply", detail="the file's address can't be read")
