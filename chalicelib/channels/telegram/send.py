"""Sending by a Telegram bot: one text, with its buttons below it, to one chat."""

import re
from typing import Any

import msgspec

from chalicelib.channels.base import Account, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.telegram.wire import ACCEPTED, FAILURE
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

API_BASE = "https://api.telegram.org"
LONGEST_PAYLOAD_BYTES = 64
_CHAT_ID = re.compile(r"-?[0-9]{1,19}")


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks the bot's token."""
    token = setting(account, "telegram", "token")
    base = setting(account, "telegram", "api_base", API_BASE).rstrip("/")
    reply = transport.post(
        f"{base}/bot{token}/sendMessage",
        headers={"content-type": "application/json"},
        body=msgspec.json.encode(_request(message)),
    )
    return outcome(reply, accepted=_message_id, refused=_refusal, hide=(token,))


def _request(message: OutboundMessage) -> dict[str, Any]:
    address = message.address
    chat: int | str = int(address) if _CHAT_ID.fullmatch(address) else address
    request: dict[str, Any] = {"chat_id": chat, "text": message.text}
    fits = all(
        label and 0 < len(payload.encode()) <= LONGEST_PAYLOAD_BYTES
        for payload, label in message.buttons
    )
    if message.buttons and fits:
        rows = [[{"text": label, "callback_data": payload}] for payload, label in message.buttons]
        request["reply_markup"] = {"inline_keyboard": rows}
    return request


def _message_id(body: bytes) -> str | None:
    try:
        accepted = decode(ACCEPTED, body)
    except ParseError:
        return None
    return f"{accepted.result.chat.id}:{accepted.result.message_id}" if accepted.ok else None


def _refusal(body: bytes) -> Refusal:
    try:
        failure = decode(FAILURE, body)
    except ParseError:
        return Refusal()
    return Refusal(
        code=None if failure.error_code is None else str(failure.error_code),
        detail=failure.description,
        retry_after=failure.parameters.retry_after if failure.parameters else None,
    )


OUTLET = Outlet(send=send, longest=4096, split=True)
