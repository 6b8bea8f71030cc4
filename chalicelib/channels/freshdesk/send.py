"""Answering on a ticket of Freshdesk's: a reply, which Freshdesk mails to the requester."""

import base64
from html import escape
from urllib.parse import quote

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

LONGEST = 60_000
_EXPLANATIONS = {
    "invalid_credentials": "Freshdesk does not accept the API key: set it anew.",
    "access_denied": "This agent may not answer the ticket.",
    "require_feature": "The Freshdesk plan does not include this.",
    "account_suspended": "The Freshdesk account is suspended.",
}


class Flaw(msgspec.Struct):
    field: str | None = None
    message: str | None = None
    code: str | None = None


class Failure(msgspec.Struct):
    code: str | None = None
    message: str | None = None
    description: str | None = None
    errors: list[Flaw] | None = None


class Replied(msgspec.Struct):
    id: int


_REPLIED = msgspec.json.Decoder(Replied)
_FAILURE = msgspec.json.Decoder(Failure)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks api_key, or domain (or api_base)."""
    key = setting(account, "freshdesk", "api_key")
    basic = base64.b64encode(f"{key}:X".encode()).decode()
    # Freshdesk takes HTML: the text's own signs must not be taken for it.
    html = escape(message.text, quote=False).replace("\n", "<br>")
    reply = transport.post(
        f"{_base(account)}/api/v2/tickets/{quote(message.address, safe='')}/reply",
        headers={"authorization": f"Basic {basic}", "content-type": "application/json"},
        body=msgspec.json.encode({"body": html}),
    )
    return outcome(
        reply,
        accepted=lambda body: _reply_id(message.address, body),
        refused=_refusal,
        hide=(key, basic),
    )


def _base(account: Account) -> str:
    if account.get("api_base"):
        return setting(account, "freshdesk", "api_base").rstrip("/")
    domain = setting(account, "freshdesk", "domain")
    return f"https://{domain}" if "." in domain else f"https://{domain}.freshdesk.com"


def _reply_id(ticket: str, body: bytes) -> str | None:
    try:
        return f"{ticket}:{decode(_REPLIED, body).id}"
    except ParseError:
        return None


def _refusal(body: bytes) -> Refusal:
    try:
        failure = decode(_FAILURE, body)
    except ParseError:
        return Refusal()
    flaw = failure.errors[0] if failure.errors else Flaw()
    code = failure.code or flaw.code
    flaws = " ".join(text for text in (flaw.field, flaw.message) if text)
    texts = (_EXPLANATIONS.get(code or ""), failure.message or failure.description, flaws)
    return Refusal(code=code, detail=" ".join(text for text in texts if text) or None)


OUTLET = Outlet(send=send, longest=LONGEST)
