"""Sending by a Telegram bot: words with their buttons below them, and files before them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.channels.base import Account, Media, OutboundMessage, Outlet, SendResult, Transport
from chalicelib.channels.parts import in_turn
from chalicelib.channels.sending import Refusal, outcome, setting
from chalicelib.channels.telegram.errors import explained
from chalicelib.channels.telegram.files import API_BASE, fetch
from chalicelib.channels.telegram.places import Place, message_of
from chalicelib.channels.telegram.replies import ACCEPTED, FAILURE
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

LONGEST = 4096
LONGEST_CAPTION = 1024
LONGEST_PAYLOAD_BYTES = 64
MOST_FILES = 10
_METHODS = {
    "image": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "audio": ("sendAudio", "audio"),
    "document": ("sendDocument", "document"),
    "sticker": ("sendSticker", "sticker"),
}
_VOICE = ("sendVoice", "voice")


def send(message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks the bot's token."""
    token = setting(account, "telegram", "token")
    base = setting(account, "telegram", "api_base", API_BASE).rstrip("/")

    def post(part: dict[str, Any]) -> SendResult:
        reply = transport.post(
            f"{base}/bot{token}/{part['method']}",
            headers={"content-type": "application/json"},
            body=msgspec.json.encode({n: v for n, v in part.items() if n != "method"}),
        )
        return outcome(reply, accepted=_message_id, refused=_refusal, hide=(token,))

    return in_turn(list(_parts(message)), post)


def utf16(text: str) -> int:
    """Telegram measures what it shows in UTF-16 units, and never takes a text for longer."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _parts(message: OutboundMessage) -> Iterator[dict[str, Any]]:
    """The calls to make. One file carries the words as its caption if they fit; otherwise the words
    come after the files, so that their buttons stay at the end."""
    place = Place.read(message.address)
    common = {**_whereto(place, message), **_reply(place, message)}
    files = [file for file in message.media if file.url][:MOST_FILES]
    caption = (
        len(files) == 1 and files[0].kind != "sticker" and utf16(message.text) <= LONGEST_CAPTION
    )
    for file in files:
        words = {"caption": message.text} if caption and message.text else {}
        yield {**_file(file), **common, **words, **(_keyboard(message) if caption else {})}
    if (message.text and not caption) or not files:
        yield {"method": "sendMessage", **common, "text": message.text, **_keyboard(message)}


def _whereto(place: Place, message: OutboundMessage) -> dict[str, Any]:
    """The account of a business chat is the connection by which the bot may write there."""
    topic = "direct_messages_topic_id" if place.direct else "message_thread_id"
    return {
        "chat_id": place.chat,
        **({topic: place.topic} if place.topic is not None else {}),
        **({"business_connection_id": message.account} if message.account else {}),
    }


def _reply(place: Place, message: OutboundMessage) -> dict[str, Any]:
    number = message_of(message.reply_to, place)
    if number is None:
        return {}
    # A customer may have deleted what we answer: the answer is worth more than the quote.
    return {"reply_parameters": {"message_id": number, "allow_sending_without_reply": True}}


def _file(file: Media) -> dict[str, Any]:
    method, field = _VOICE if file.voice else _METHODS.get(file.kind, _METHODS["document"])
    return {"method": method, field: file.url}


def _keyboard(message: OutboundMessage) -> dict[str, Any]:
    fits = all(
        label and 0 < len(payload.encode()) <= LONGEST_PAYLOAD_BYTES
        for payload, label in message.buttons
    )
    if not message.buttons or not fits:
        return {}
    rows = [[{"text": label, "callback_data": payload}] for payload, label in message.buttons]
    return {"reply_markup": {"inline_keyboard": rows}}


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
    more = failure.parameters
    return Refusal(
        code=None if failure.error_code is None else str(failure.error_code),
        detail=explained(failure.description or "", more.migrate_to_chat_id if more else None),
        retry_after=more.retry_after if more else None,
    )


OUTLET = Outlet(
    send=send,
    longest=LONGEST,
    split=True,
    media=frozenset(_METHODS),
    fetch=fetch,
    measure=utf16,
)
