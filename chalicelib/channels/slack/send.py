"""Sending by a Slack app: words, pictures and buttons to a channel, a thread or a person."""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.channels.base import (
    Account,
    HttpReply,
    Media,
    NotSent,
    OutboundMessage,
    Outlet,
    SendResult,
    Transport,
    Unknown,
)
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.slack.errors import BROKEN, BUSY, EXPLANATIONS
from chalicelib.channels.slack.files import API_BASE, fetch
from chalicelib.channels.slack.texts import escaped, link
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

LONGEST = 4000
"""Characters; what Slack recommends. It cuts at 40,000."""
LONGEST_SECTION = 3000
LONGEST_LABEL = 75
LONGEST_PAYLOAD = 2000
MOST_BUTTONS = 25
MOST_FILES = 10


class Reply(msgspec.Struct):
    """What chat.postMessage answers, with status 200 also when it refuses."""

    ok: bool
    channel: str | None = None
    ts: str | None = None
    error: str | None = None


_REPLY = msgspec.json.Decoder(Reply)


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks the app's token."""
    token = setting(account, "slack", "token")
    base = setting(account, "slack", "api_base", API_BASE).rstrip("/")
    reply = transport.post(
        f"{base}/chat.postMessage",
        headers={
            "authorization": f"Bearer {token}",
            "content-type": "application/json; charset=utf-8",
        },
        body=msgspec.json.encode(_request(message)),
    )
    return outcome(_honest(reply), accepted=_message_id, refused=_refusal, hide=(token,))


def _request(message: OutboundMessage) -> dict[str, Any]:
    channel, _, thread = message.address.partition(":")
    thread = thread or _answered(message.reply_to, channel)
    files = [file for file in message.media if file.url][:MOST_FILES]
    links = [link(file.url or "", _title(file)) for file in files if file.kind != "image"]
    text = "\n".join(filter(None, [escaped(message.text), *links]))
    words = [part for one in (escaped(message.text), *links) for part in _sections(one)]
    blocks = [*_pictures(files), *_buttons(message)]
    return {
        "channel": channel,
        # Beside blocks this is what a notification shows; a picture alone needs some words there.
        "text": text or _title(files[0] if files else None),
        **({"thread_ts": thread} if thread else {}),
        **({"blocks": [*words, *blocks]} if blocks else {}),
    }


def _answered(reply_to: str | None, channel: str) -> str:
    """In a channel the answer goes into a thread below what it answers; in a conversation of two,
    threads only hide it."""
    home, _, number = (reply_to or "").partition(":")
    plain = number.replace(".", "", 1).isdigit() and number.isascii()
    return number if plain and home == channel and not channel.startswith("D") else ""


def _sections(text: str) -> list[dict[str, Any]]:
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": part, "verbatim": True}}
        for part in _pieces(text)
    ]


def _pieces(text: str) -> Iterator[str]:
    """The escaped text in parts that a section takes, no escaped character torn apart."""
    while text:
        end = LONGEST_SECTION
        start = text.rfind("&", end - 4, end) if len(text) > end else -1
        if start >= 0 and ";" not in text[start:end]:
            end = start
        yield text[:end]
        text = text[end:]


def _pictures(files: list[Media]) -> list[dict[str, Any]]:
    return [
        {"type": "image", "image_url": file.url, "alt_text": _title(file)}
        for file in files
        if file.kind == "image"
    ]


def _buttons(message: OutboundMessage) -> list[dict[str, Any]]:
    buttons = message.buttons
    fits = len(buttons) <= MOST_BUTTONS and all(
        0 < len(label) <= LONGEST_LABEL and 0 < len(payload) <= LONGEST_PAYLOAD
        for payload, label in buttons
    )
    if not buttons or not fits:
        return []
    elements = [
        {
            "type": "button",
            "action_id": f"temas-{number}",
            "text": {"type": "plain_text", "text": label},
            "value": payload,
        }
        for number, (payload, label) in enumerate(buttons)
    ]
    return [{"type": "actions", "elements": elements}]


def _title(file: Media | None) -> str:
    return (file.name if file else None) or (file.kind if file else None) or " "


def _honest(reply: HttpReply | NotSent | Unknown) -> HttpReply | NotSent | Unknown:
    """The reply with the status that its content stands for."""
    if not isinstance(reply, HttpReply) or reply.status != 200:
        return reply
    try:
        told = decode(_REPLY, reply.body)
    except ParseError:
        return reply
    if told.ok:
        return reply
    status = 429 if told.error in BUSY else 500 if told.error in BROKEN else 400
    return msgspec.structs.replace(reply, status=status)


def _message_id(body: bytes) -> str | None:
    try:
        told = decode(_REPLY, body)
    except ParseError:
        return None
    return f"{told.channel}:{told.ts}" if told.ok and told.channel and told.ts else None


def _refusal(body: bytes) -> Refusal:
    try:
        code = decode(_REPLY, body).error
    except ParseError:
        return Refusal()
    plain = EXPLANATIONS.get(code or "")
    return Refusal(code=code, detail=f"{plain} ({code})" if plain else code)


OUTLET = Outlet(
    send=send,
    longest=LONGEST,
    split=True,
    media=frozenset({"image", "audio", "video", "document"}),
    fetch=fetch,
    account="team_id",
)
