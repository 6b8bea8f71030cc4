"""One WhatsApp message as the timeline keeps it: who wrote, what it says, where an answer goes."""

from datetime import datetime

from chalicelib.channels.base import Handle, InboundMessage, Media, Sender
from chalicelib.channels.handles import e164_handle
from chalicelib.channels.whatsapp.wire import Contact, File, Message
from chalicelib.channels.wire import clean_name, epoch_or
from chalicelib.errors import ParseError

_FILES = ("image", "audio", "video", "document", "sticker")


class Senders:
    """Who the senders of one change are, by the contacts that came with its messages."""

    def __init__(self, contacts: list[Contact], account: str) -> None:
        self.account = account
        self._by_id = {
            key: contact for contact in contacts for key in (contact.wa_id, contact.user_id) if key
        }
        self._only = contacts[0] if len(contacts) == 1 else None
        self._known: dict[tuple[str | None, str | None], tuple[Sender, str]] = {}

    def of(self, message: Message) -> tuple[Sender, str]:
        """The sender and the address to answer; ParseError if the message names nobody."""
        key = message.phone, message.from_user_id
        if key not in self._known:
            self._known[key] = self._identify(message)
        sender, address = self._known[key]
        return sender, message.group_id or address

    def _identify(self, message: Message) -> tuple[Sender, str]:
        """A contact counts only if it bears an id of the message: a guess would join two people."""
        contact = self._contact(message)
        phone = message.phone or (contact.wa_id if contact else None)
        user = message.from_user_id or (contact.user_id if contact else None)
        number = e164_handle(phone) if phone else None
        scoped = user or (phone if number is None else None)
        handles = [number] if number else []
        if scoped:
            handles.append(Handle(kind="whatsapp_user", value=scoped, account=self.account))
        if not handles:
            raise ParseError("`from` and `from_user_id` are missing: nobody knows who wrote")
        profile = contact.profile if contact else None
        name = clean_name(profile.name) or clean_name(profile.username) if profile else None
        address = number.value.removeprefix("+") if number else handles[0].value
        return Sender(handles=tuple(handles), name=name), address

    def _contact(self, message: Message) -> Contact | None:
        if not message.phone and not message.from_user_id:
            return self._only
        by_phone = self._by_id.get(message.phone or "")
        return by_phone or self._by_id.get(message.from_user_id or "")


def inbound(message: Message, senders: Senders, received_at: datetime) -> InboundMessage:
    """Raises ParseError if nobody knows who wrote."""
    sender, address = senders.of(message)
    file = getattr(message, message.type) if message.type in _FILES else None
    kind, text, payload = _said(message)
    return InboundMessage(
        channel="whatsapp",
        account=senders.account,
        message_id=message.id,
        sender=sender,
        address=address,
        at=epoch_or(message.timestamp, received_at),
        kind=kind,
        text=file.caption or None if file else text,
        payload=payload,
        reply_to=message.context.id or None if message.context else None,
        media=(_media(message.type, file),) if file else (),
    )


def _said(message: Message) -> tuple[str, str | None, str | None]:
    """Kind, the customer's words, and what a button or form carries.

    A form's own text ("Sent", in the phone's language) is not the customer's word and left out.
    """
    if message.type == "text" and message.text:
        return "text", message.text.body, None
    if message.type == "button" and message.button:
        return "button", message.button.text, message.button.payload
    if message.type == "order" and message.order:
        return "order", message.order.text or None, None
    if message.type != "interactive" or not message.interactive:
        return message.type, None, None
    reply = message.interactive
    choice = reply.button_reply or reply.list_reply
    if choice:
        return reply.type, choice.title, choice.id
    return reply.type, None, reply.nfm_reply.response_json if reply.nfm_reply else None


def _media(kind: str, file: File) -> Media:
    return Media(
        kind=kind,
        id=file.id,
        url=file.url,
        mime=file.mime_type,
        name=file.filename,
        voice=bool(file.voice),
    )
