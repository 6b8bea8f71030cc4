"""Sending on WhatsApp: one text, or one text with up to three reply buttons, to one address."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.handles import e164_handle
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.whatsapp.wire import ACCEPTED, FAILURE
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

API_BASE = "https://graph.facebook.com/v21.0"
MOST_BUTTONS = 3
LONGEST_TITLE = 20
LONGEST_PAYLOAD = 256
LONGEST_BUTTON_TEXT = 1024
_SCOPED_USER = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]+")
_BUSY_CODES = frozenset({"4", "80007", "130429", "131056"})
"""Rate limits of app, account, number and pair: WhatsApp answers some of them with a plain 400."""


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks access_token or phone_number_id."""
    token = setting(account, "whatsapp", "access_token")
    base = setting(account, "whatsapp", "api_base", API_BASE).rstrip("/")
    number = quote(setting(account, "whatsapp", "phone_number_id"), safe="")
    reply = transport.post(
        f"{base}/{number}/messages",
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        body=msgspec.json.encode(
            {"messaging_product": "whatsapp", **_recipient(message.address), **_content(message)}
        ),
    )
    return outcome(reply, accepted=_wamid, refused=_refusal, hide=(token,))


def _recipient(address: str) -> dict[str, str]:
    # A scoped id in `to` is accepted and then silently dropped: it has a field of its own.
    if _SCOPED_USER.fullmatch(address):
        return {"recipient_type": "individual", "recipient": address}
    kind = "individual" if e164_handle(address) else "group"
    return {"recipient_type": kind, "to": address}


def _content(message: OutboundMessage) -> dict[str, Any]:
    if not _fits_buttons(message):
        return {"type": "text", "text": {"body": message.text}}
    buttons = [
        {"type": "reply", "reply": {"id": payload, "title": label}}
        for payload, label in message.buttons
    ]
    return {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": message.text},
            "action": {"buttons": buttons},
        },
    }


def _fits_buttons(message: OutboundMessage) -> bool:
    payloads = {payload for payload, _ in message.buttons}
    labels = {label for _, label in message.buttons}
    count = len(message.buttons)
    return (
        0 < count <= MOST_BUTTONS
        and len(payloads) == len(labels) == count
        and all(0 < len(payload) <= LONGEST_PAYLOAD for payload in payloads)
        and all(0 < len(label) <= LONGEST_TITLE for label in labels)
        and len(message.text) <= LONGEST_BUTTON_TEXT
    )


def _wamid(body: bytes) -> str | None:
    try:
        messages = decode(ACCEPTED, body).messages
    except ParseError:
        return None
    return messages[0].id if messages else None


def _refusal(body: bytes) -> Refusal:
    try:
        error = decode(FAILURE, body).error
    except ParseError:
        return Refusal()
    code = None if error.code is None else str(error.code)
    details = error.error_data.details if error.error_data else None
    return Refusal(
        code=code, detail=details or error.message or error.title, temporary=code in _BUSY_CODES
    )


OUTLET = Outlet(send=send, longest=4096, split=True, window=timedelta(hours=24))
