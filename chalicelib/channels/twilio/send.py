"""Sending by Twilio: SMS, MMS, and WhatsApp where the account says `twilio:+…`."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.twilio.callers import THROUGH_TWILIO, WHATSAPP
from chalicelib.channels.twilio.errors import explained
from chalicelib.channels.twilio.media import API_BASE, credentials, fetch
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

LONGEST = 1600
MOST_FILES = 10
_BUSY = frozenset({"20429", "21611", "63018"})


class Accepted(msgspec.Struct):
    sid: str


class Failure(msgspec.Struct):
    code: int | None = None
    message: str | None = None


_ACCEPTED = msgspec.json.Decoder(Accepted)
_FAILURE = msgspec.json.Decoder(Failure)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks account_sid, auth_token (or api_key and
    api_secret), or a number to send from."""
    sid = setting(account, "twilio", "account_sid")
    user, password = credentials(account)
    base = setting(account, "twilio", "api_base", API_BASE).rstrip("/")
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    reply = transport.post(
        f"{base}/2010-04-01/Accounts/{quote(sid, safe='')}/Messages.json",
        headers={
            "authorization": f"Basic {basic}",
            "content-type": "application/x-www-form-urlencoded",
        },
        body=urlencode([*_route(message, account), *_content(message, account)]).encode(),
    )
    return outcome(reply, accepted=_sid, refused=_refusal, hide=(password, basic))


def _route(message: OutboundMessage, account: Account) -> Iterator[tuple[str, str]]:
    """From whom, to whom. What has a prefix of its own ("messenger:…") goes as it is."""
    to, number = message.address, message.account
    if number.startswith(THROUGH_TWILIO) or to.startswith(WHATSAPP):
        number = number.removeprefix(THROUGH_TWILIO) or setting(account, "twilio", "whatsapp_from")
        yield "To", WHATSAPP + to.removeprefix(WHATSAPP)
        yield "From", WHATSAPP + number.removeprefix(WHATSAPP)
        return
    yield "To", to
    if not number and account.get("messaging_service_sid"):
        yield "MessagingServiceSid", setting(account, "twilio", "messaging_service_sid")
    else:
        yield "From", number or setting(account, "twilio", "from")


def _content(message: OutboundMessage, account: Account) -> Iterator[tuple[str, str]]:
    if message.template:
        places = enumerate(message.template.variables, 1)
        yield "ContentSid", message.template.name
        yield "ContentVariables", msgspec.json.encode({str(n): v for n, v in places}).decode()
    else:
        if message.text:
            yield "Body", message.text
        for file in message.media[:MOST_FILES]:
            if file.url:
                yield "MediaUrl", file.url
    if account.get("status_callback"):
        yield "StatusCallback", setting(account, "twilio", "status_callback")


def _sid(body: bytes) -> str | None:
    try:
        return decode(_ACCEPTED, body).sid or None
    except ParseError:
        return None


def _refusal(body: bytes) -> Refusal:
    try:
        failure = decode(_FAILURE, body)
    except ParseError:
        return Refusal()
    code = None if failure.code is None else str(failure.code)
    return Refusal(
        code=code,
        detail=explained(code or "", failure.message or ""),
        temporary=code in _BUSY,
    )


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_FILES = frozenset({"image", "audio", "video", "document"})

SMS_OUTLET = Outlet(
    send=send,
    longest=LONGEST,
    split=True,
    media=_FILES,
    fetch=fetch,
    account="from",
    measure=_utf16,
)
WHATSAPP_OUTLET = Outlet(
    send=send,
    longest=LONGEST,
    split=True,
    window=timedelta(hours=24),
    templates=True,
    media=_FILES,
    fetch=fetch,
    measure=_utf16,
)
"""For WhatsApp accounts that begin with `twilio:`."""
