"""Google's Business Profile API: access, and one review."""

from urllib.parse import quote

from chalicelib.channels.base import (
    Account,
    Fetched,
    FetchResult,
    Gone,
    HttpReply,
    NotSent,
    Rejected,
    Transport,
)
from chalicelib.channels.fetching import unavailable
from chalicelib.channels.oauth import access_token
from chalicelib.channels.sending import setting

API_BASE = "https://mybusiness.googleapis.com"
TOKENS = "https://oauth2.googleapis.com/token"
_DENIED = frozenset({401, 403})


def base(account: Account) -> str:
    return setting(account, "google", "api_base", API_BASE).rstrip("/")


def token(account: Account, transport: Transport) -> str | NotSent | Rejected:
    """Raises ConfigurationError without client_id, client_secret and refresh_token."""
    return access_token(
        setting(account, "google", "token_url", TOKENS),
        {
            "grant_type": "refresh_token",
            "client_id": setting(account, "google", "client_id"),
            "client_secret": setting(account, "google", "client_secret"),
            "refresh_token": setting(account, "google", "refresh_token"),
        },
        transport,
    )


def path(name: str) -> str:
    """A resource's name as part of a URL."""
    return quote(name, safe="/")


def review(name: str, account: Account, transport: Transport) -> FetchResult:
    """The review, as JSON; Gone if it was deleted since."""
    granted = token(account, transport)
    if isinstance(granted, NotSent):
        return granted
    if isinstance(granted, Rejected):
        return NotSent(code=granted.code, detail=granted.detail)
    headers = {"authorization": f"Bearer {granted}"}
    reply = transport.get(f"{base(account)}/v4/{path(name)}", headers=headers)
    if isinstance(reply, HttpReply) and reply.status in _DENIED:
        # The brand can mend this, and then the review is still there.
        return NotSent(code=str(reply.status), detail="Google does not let this account read it")
    trouble = unavailable(reply)
    if trouble or not isinstance(reply, HttpReply):
        return trouble or Gone(reason="no answer")
    return Fetched(content=reply.body, mime=reply.headers.get("content-type"))
