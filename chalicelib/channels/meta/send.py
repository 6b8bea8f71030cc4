"""Sending on Messenger and Instagram: words, with quick replies below them, or files by URL.

Neither takes words and a file in one message: files go first, each by itself, the words last.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from chalicelib.channels.base import (
    Account,
    FetchResult,
    Gone,
    Media,
    OutboundMessage,
    SendResult,
    Transport,
)
from chalicelib.channels.fetching import download, host_of
from chalicelib.channels.meta import graph
from chalicelib.channels.meta.comments import PREFIX
from chalicelib.channels.meta.errors import BUSY, EXPLANATIONS
from chalicelib.channels.parts import in_turn
from chalicelib.channels.sending import Refusal, outcome, setting

MOST_QUICK_REPLIES = 13
LONGEST_TITLE = 20
LONGEST_PAYLOAD = 1000
MEDIA = {
    "image": "image",
    "sticker": "image",
    "audio": "audio",
    "video": "video",
    "document": "file",
}
MEDIA_HOSTS = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """What differs between the two: `home` is the setting that names the page or account."""

    channel: str
    api_base: str
    home: str


def send(way: Way, message: OutboundMessage, account: Account, transport: Transport) -> SendResult:
    """Raises ConfigurationError if the account lacks access_token."""
    token = setting(account, way.channel, "access_token")
    base = setting(account, way.channel, "api_base", way.api_base).rstrip("/")
    # Behind Facebook Login an Instagram account sends in the name of its page.
    home = message.account or setting(account, way.channel, way.home, "me")
    node = setting(account, way.channel, "send_as", home)

    def post(part: dict[str, Any]) -> SendResult:
        reply = transport.post(
            f"{base}/{quote(node, safe='')}/messages",
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
            body=msgspec.json.encode({**_envelope(message, account), **part}),
        )
        return outcome(reply, accepted=graph.message_id, refused=_refusal, hide=(token,))

    return in_turn(_parts(message), post)


def fetch(
    way: Way, media: Media, account: Account, transport: Transport, limit: int
) -> FetchResult:
    """The file behind a link of Meta's, which needs no token and ends after some days."""
    if media.url is None:
        return Gone(reason="the file came without a link")
    own = host_of(setting(account, way.channel, "api_base", way.api_base))
    return download(media.url, transport, limit=limit, hosts=(*MEDIA_HOSTS, own))


def _envelope(message: OutboundMessage, account: Account) -> dict[str, Any]:
    comment = message.address.removeprefix(PREFIX)
    by_person = message.staff and account.get("human_agent") is True
    return {
        "recipient": {"id": message.address}
        if comment == message.address
        else {"comment_id": comment},
        **(
            {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
            if by_person
            else {"messaging_type": "RESPONSE"}
        ),
    }


def _parts(message: OutboundMessage) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"message": {"attachment": {"type": MEDIA[file.kind], "payload": {"url": file.url}}}}
        for file in message.media
        if file.url and file.kind in MEDIA
    ]
    if message.text or not parts:
        parts.append({"message": {"text": message.text, **_quick_replies(message)}})
    if message.reply_to:
        parts[0]["reply_to"] = {"mid": message.reply_to}
    return parts


def _quick_replies(message: OutboundMessage) -> dict[str, Any]:
    fits = 0 < len(message.buttons) <= MOST_QUICK_REPLIES and all(
        0 < len(label) <= LONGEST_TITLE and 0 < len(payload) <= LONGEST_PAYLOAD
        for payload, label in message.buttons
    )
    if not fits:
        return {}
    return {
        "quick_replies": [
            {"content_type": "text", "title": label, "payload": payload}
            for payload, label in message.buttons
        ]
    }


def _refusal(body: bytes) -> Refusal:
    return graph.refusal(body, EXPLANATIONS, BUSY)
