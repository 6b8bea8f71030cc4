"""What is to be kept, as the inbox sees it: an entry, and whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.channels.base import Handle, InboundMessage
from chalicelib.clock import to_millis
from chalicelib.store.plans import Append, LastWord
from chalicelib.store.records import Contact, Entry

MAX_TEXT_BYTES = 256 * 1024
"""What fits an item beside everything else. A longer text is cut in the timeline; it can only come
in a body too large for the queue, and the raw bucket keeps that body whole for 30 days."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One entry to keep. `handles` lead to its customer, the one that wrote first; an arrival of
    our own making (an alert) names `customer_id` instead."""

    entry: Entry
    opened_by: str
    handles: tuple[Handle, ...] = ()
    customer_id: str | None = None
    contacts: tuple[Contact, ...] = ()
    last: LastWord | None = None
    name: str | None = None
    locale: str | None = None
    subject: str | None = None

    @property
    def who(self) -> str:
        return self.customer_id or self.handles[0].key


@dataclass(frozen=True)
class Group:
    """The arrivals of one customer within a batch, in order of time."""

    who: str
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def handles(self) -> dict[str, Handle]:
        return {handle.key: handle for arrival in self.arrivals for handle in arrival.handles}


def of_message(message: InboundMessage, *, delivery_id: str) -> Arrival:
    """A customer's message as an arrival; the entry's key is the platform's own name of it."""
    text, cut = _fit(message.text)
    at = to_millis(message.at)
    details: dict[str, Any] = {
        "type": message.kind,
        "payload": message.payload,
        "reply_to": message.reply_to,
        "media": [_media(m) for m in message.media],
        "cut": cut,
    }
    entry = Entry(
        key=message.key,
        at=at,
        kind="message",
        direction="in",
        channel=message.channel,
        text=text,
        delivery_id=delivery_id,
        details={name: value for name, value in details.items() if value and value != "text"},
    )
    return Arrival(
        entry=entry,
        opened_by="customer",
        handles=message.sender.handles,
        contacts=_contacts(message),
        last=LastWord(
            at=at,
            channel=message.channel,
            account=message.account,
            address=message.address,
        ),
        name=message.sender.name,
        locale=message.sender.locale,
    )


def append(arrivals: list[Arrival], customer_id: str, conversation_id: str) -> Append:
    """The arrivals as additions to one conversation."""
    words = [arrival.last for arrival in arrivals if arrival.last]
    return Append(
        customer_id=customer_id,
        conversation_id=conversation_id,
        entries=tuple(_placed(arrival.entry, customer_id, conversation_id) for arrival in arrivals),
        earliest=min(arrival.entry.at for arrival in arrivals),
        inbound=len(words),
        last=latest(words),
    )


def latest(words: Iterable[LastWord]) -> LastWord | None:
    """The last word; of several at the same moment always the same one."""
    return max(words, key=lambda word: word.place, default=None)


def _placed(entry: Entry, customer_id: str, conversation_id: str) -> Entry:
    return Entry(
        key=entry.key,
        at=entry.at,
        kind=entry.kind,
        direction=entry.direction,
        customer_id=customer_id,
        conversation_id=conversation_id,
        channel=entry.channel,
        text=entry.text,
        delivery_id=entry.delivery_id,
        opens=entry.opens,
        details=entry.details,
    )


def _contacts(message: InboundMessage) -> tuple[Contact, ...]:
    here = Contact(channel=message.channel, account=message.account, address=message.address)
    mails = [h.value for h in message.sender.handles if h.kind == "email"]
    return (here, *(Contact(channel="email", address=mail) for mail in mails))


def _media(media: Any) -> dict[str, Any]:
    values = {name: getattr(media, name) for name in ("kind", "id", "url", "mime", "name", "voice")}
    return {name: value for name, value in values.items() if value}


def _fit(text: str | None) -> tuple[str | None, bool]:
    if text is None or len(text) * 4 <= MAX_TEXT_BYTES:
        return text, False
    raw = text.encode(errors="replace")
    return raw[:MAX_TEXT_BYTES].decode(errors="ignore"), len(raw) > MAX_TEXT_BYTES
