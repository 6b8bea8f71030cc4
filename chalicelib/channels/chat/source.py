"""The open channel: any site chat or platform of the brand's own joins by Standard Webhooks.

In, `POST /webhooks/chat` with the headers webhook-id, webhook-timestamp and webhook-signature:

    {"type": "message.created", "timestamp": "2026-11-22T10:00:00Z", "data": {
        "channel_id": "web-shop",                          optional; the brand account
        "address": "visitor-81",                           optional; where answers go (customer.id)
        "customer": {"id": "visitor-81", "name"?, "locale"?, "email"?, "email_verified"?,
                     "phone"?, "phone_verified"?},
        "message": {"id": "m-1", "text", "sent_at", "reply_to"?, "payload"?,
                    "attachments"?: [{"kind", "url", "mime", "name"}]}}}

`data.messages` with a list may stand for `data.message`. Other types are accepted and Ignored.
A mail address or phone number becomes a handle only if the platform says it is verified and it can
be normalised (phone numbers with country code). A message whose `sent_at` is unusable takes the
time of the event, and if that is unusable too, the time the delivery was received.

Out, to the configured `url`, signed the same way with `secret`; webhook-id is the message's
idempotency key, and the same on every retry, so the receiver can drop repeats:

    {"type": "message.outgoing", "timestamp": "…", "data": {
        "message": {"id", "text", "buttons": [{"payload", "label"}]},
        "address": "visitor-81", "conversation_id": "…" | null}}
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.channels import signatures
from chalicelib.channels.base import (
    Channel,
    ChannelEvent,
    Delivery,
    Handle,
    Ignored,
    InboundMessage,
    Media,
    Secrets,
    Sender,
)
from chalicelib.channels.chat.wire import DATA, EVENT, Attachment, Customer, Data, Message
from chalicelib.channels.handles import email_handle, mail_address, phone_handle
from chalicelib.channels.wire import clean_name, counter, decode, iso_or
from chalicelib.errors import ParseError

_NAME = "chat"
_KINDS = frozenset({"image", "audio", "video", "document", "sticker"})
_WEB_ADDRESS = ("https://", "http://")


class Chat(Channel):
    name = _NAME

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        signatures.check_standard_webhook(headers, body, signatures.listed(secrets), now)

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        event = decode(EVENT, delivery.body)
        if event.type != "message.created":
            return [Ignored(channel=_NAME, what=counter(event.type))]
        at = iso_or(event.timestamp, delivery.received_at)
        return list(_messages(decode(DATA, event.data, "$.data"), at))


def _messages(data: Data, at: datetime) -> Iterator[InboundMessage]:
    listed = [data.message] if data.message else data.messages
    if listed is None:
        raise ParseError("Object missing required field `message` - at `$.data`")
    account = data.channel_id or ""
    sender = _sender(data.customer, account)
    for message in listed:
        media = tuple(_media(attachment) for attachment in message.attachments or ())
        yield InboundMessage(
            channel=_NAME,
            account=account,
            message_id=message.id,
            sender=sender,
            address=data.address or data.customer.id,
            at=iso_or(message.sent_at, at),
            kind=_kind(message, media),
            text=message.text or None,
            payload=message.payload,
            reply_to=message.reply_to or None,
            media=media,
        )


def _sender(customer: Customer, account: str) -> Sender:
    mail = email_handle(customer.email) if customer.email and customer.email_verified else None
    phone = phone_handle(customer.phone) if customer.phone and customer.phone_verified else None
    own = Handle(kind="chat", value=customer.id, account=account)
    return Sender(
        handles=(own, *(handle for handle in (mail, phone) if handle)),
        email=mail_address(customer.email) if customer.email and mail else None,
        name=clean_name(customer.name),
        locale=customer.locale or None,
    )


def _kind(message: Message, media: tuple[Media, ...]) -> str:
    if message.payload is not None:
        return "button"
    if message.text or not media:
        if not message.text:
            raise ParseError(f"message {message.id!r} has no text, payload or attachment")
        return "text"
    return media[0].kind


def _media(attachment: Attachment) -> Media:
    kind, url = attachment.kind, attachment.url
    return Media(
        kind=kind if kind in _KINDS else "document",
        # Agents will click on it: nothing but a web address may get that far.
        url=url if url and url.lower().startswith(_WEB_ADDRESS) else None,
        mime=attachment.mime,
        name=attachment.name,
    )


CHAT = Chat()
