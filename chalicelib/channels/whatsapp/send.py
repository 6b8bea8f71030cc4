"""Sending on WhatsApp: to a number, a business-scoped id or a group, from one of the numbers."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.handles import e164_handle
from chalicelib.channels.meta import graph
from chalicelib.channels.parts import in_turn
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.whatsapp.content import MEDIA, parts
from chalicelib.channels.whatsapp.errors import BUSY, EXPLANATIONS
from chalicelib.channels.whatsapp.media import API_BASE, fetch
from chalicelib.channels.wire import Id, decode
from chalicelib.errors import ParseError

_SCOPED_USER = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+")


class SentMessage(msgspec.Struct):
    id: Id


class Accepted(msgspec.Struct):
    """The body of a send that WhatsApp took."""

    messages: list[SentMessage]


_ACCEPTED = msgspec.json.Decoder(Accepted)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks access_token, or phone_number_id for a message
    that names no account."""
    token = setting(account, "whatsapp", "access_token")
    base = setting(account, "whatsapp", "api_base", API_BASE).rstrip("/")
    number = message.account or setting(account, "whatsapp", "phone_number_id")
    recipient = _recipient(message.address)

    def post(part: dict[str, Any]) -> SendResult:
        reply = transport.post(
            f"{base}/{quote(number, safe='')}/messages",
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
            body=msgspec.json.encode({"messaging_product": "whatsapp", **recipient, **part}),
        )
        return outcome(reply, accepted=_wamid, refused=_refusal, hide=(token,))

    return in_turn(parts(message), post)


def _recipient(address: str) -> dict[str, str]:
    # A scoped id in `to` is accepted and then silently dropped: it has a field of its own.
    if _SCOPED_USER.fullmatch(address):
        return {"recipient_type": "individual", "recipient": address}
    kind = "individual" if e164_handle(address) else "group"
    return {"recipient_type": kind, "to": address}


def _wamid(body: bytes) -> str | None:
    try:
        messages = decode(_ACCEPTED, body).messages
    except ParseError:
        return None
    return messages[0].id if messages else None


def _refusal(body: bytes) -> Refusal:
    return graph.refusal(body, EXPLANATIONS, BUSY)


OUTLET = Outlet(
    send=send,
    fetch=fetch,
    longest=4096,
    split=True,
    window=timedelta(hours=24),
    templates=True,
    media=MEDIA,
    account="phone_number_id",
)
