"""Access tokens for the platforms that hand them out for an hour or so."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from chalicelib.channels.base import HttpReply, NotSent, Rejected, Transport
from chalicelib.channels.sending import retry_after
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

_LATER = frozenset({408, 425, 429})


class Granted(msgspec.Struct):
    access_token: str


class Refused(msgspec.Struct):
    error: str | None = None
    error_description: str | None = None


_GRANTED = msgspec.json.Decoder(Granted)
_REFUSED = msgspec.json.Decoder(Refused)


def access_token(
    url: str,
    form: Mapping[str, str],
    transport: Transport,
    *,
    headers: Mapping[str, str] | None = None,
) -> str | NotSent | Rejected:
    """The token that the platform hands out for this form. Whatever goes wrong with it, nothing
    has been sent yet: NotSent if another try may help, Rejected if the brand must act."""
    reply = transport.post(
        url,
        headers={"content-type": "application/x-www-form-urlencoded", **(headers or {})},
        body=urlencode(dict(form)).encode(),
    )
    if not isinstance(reply, HttpReply):
        return NotSent(code=reply.code, detail=reply.detail)
    if reply.status in _LATER or reply.status >= 500:
        code = f"token_{reply.status}"
        return NotSent(code=code, detail="no access token for now", retry_after=retry_after(reply))
    if not 200 <= reply.status < 300:
        return _refused(reply)
    try:
        return decode(_GRANTED, reply.body).access_token
    except ParseError:
        return NotSent(code="token_unreadable", detail="the access token can't be read")


def _refused(reply: HttpReply) -> Rejected:
    try:
        refusal = decode(_REFUSED, reply.body)
    except ParseError:
        refusal = Refused()
    return Rejected(
        code=refusal.error or f"token_{reply.status}",
        detail="the platform hands out no access token for these credentials: set them anew",
    )
