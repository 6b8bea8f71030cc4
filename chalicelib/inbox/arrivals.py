"""What is to be kept, as the inbox sees it: an entry, and whose it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from chalicelib.channels.base import Handle, InboundMessage, Media, scoped
from chalicelib.clock import to_millis
from chalicelib.store.plans import Append, LastWord
from chalicelib.store.records import MESSAGE, Contact, Entry, Identity

MAX_TEXT_BYTES = 256 * 1024
"""What fits an item beside everything else. A longer text is cut in the timeline; it can only come
in a body too large for the queue, and the raw bucket keeps that body whole for 30 days."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One entry to keep. `handles` lead to its customer, the one that wrote first; an arrival of
    our own making (an alert) names `customer_id` instead.

    What is no turn of a conversation is kept `beside` it: a reaction, an edit, what a machine
    mailed. It opens nothing, and with `known_only` it makes no customer of a stranger. `target` is
    the key of the entry it is about. `thread` are the keys of entries that a message continues,
    the nearest last.
    """

    entry: Entry
    opened_by: str
    handles: tuple[Handle, ...] = ()
    customer_id: str | None = None
    contacts: tuple[Contact, ...] = ()
    last: LastWord | None = None
    name: str | None = None
    locale: str | None = None
    subject: str | None = None
    beside: bool = False
    known_only: bool = False
    target: str | None = None
    thread: tuple[str, ...] = ()

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
    text, cut = fit(message.text)
    at = to_millis(message.at)
    details: dict[str, Any] = {
        **message.details,
        "type": message.kind,
        "subject": message.subject,
        "payload": message.payload,
        "reply_to": message.reply_to,
        "media": media_details(message.media),
        "group": message.group,
        "automatic": message.automatic,
        "cut": cut,
    }
    entry = Entry(
        key=message.key,
        at=at,
        kind=MESSAGE,
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
            message_id=message.message_id,
            group=message.group is not None,
        ),
        name=message.sender.name,
        locale=message.sender.locale,
        subject=message.subject,
        beside=message.automatic,
        known_only=message.automatic,
        thread=tuple(
            f"{message.channel}:{scoped(message.account, name)}" for name in message.thread
        ),
    )


def append(
    arrivals: list[Arrival],
    customer_id: str,
    conversation_id: str,
    *,
    identities: Mapping[str, Identity],
    window: timedelta,
) -> Append:
    """The arrivals as additions to one conversation, each under the id where its writer's history
    lies. `window` is how long another channel carries on where the last one stopped."""
    words = [arrival.last for arrival in arrivals if arrival.last]
    earliest = min(arrival.entry.at for arrival in arrivals)
    return Append(
        customer_id=customer_id,
        conversation_id=conversation_id,
        entries=tuple(
            placed(arrival.entry, home(arrival, identities) or customer_id, conversation_id)
            for arrival in arrivals
        ),
        earliest=earliest,
        inbound=len(words),
        last=latest(words),
        since=earliest - window,
    )


def home(arrival: Arrival, identities: Mapping[str, Identity]) -> str | None:
    """The customer id under which an arrival is kept; None if none of its handles is known."""
    known = (identities[h.key] for h in arrival.handles if h.key in identities)
    return next((identity.owner for identity in known), None)


def latest(words: Iterable[LastWord]) -> LastWord | None:
    """The last word; of several at the same moment always the same one."""
    return max(words, key=lambda word: word.place, default=None)


def placed(entry: Entry, customer_id: str, conversation_id: str | None) -> Entry:
    return msgspec.structs.replace(entry, customer_id=customer_id, conversation_id=conversation_id)


def _contacts(message: InboundMessage) -> tuple[Contact, ...]:
    here = Contact(channel=message.channel, account=message.account, address=message.address)
    mail = message.sender.email
    if mail is None or message.channel == "email":
        return (here,)
    return here, Contact(channel="email", address=mail)


def media_details(media: Iterable[Media]) -> list[dict[str, Any]]:
    """References to files, as an entry's details hold them."""
    return [{name: value for name in _MEDIA if (value := getattr(one, name))} for one in media]


_MEDIA = ("kind", "id", "url", "mime", "name", "voice", "size", "expires")


def fit(text: str | None) -> tuple[str | None, bool]:
    """The text as an item can hold it, and whether it was cut for that."""
    if text is None or len(text) * 4 <= MAX_TEXT_BYTES:
        return text, False
    raw = text.encode(errors="replace")
    return raw[:MAX_TEXT_BYTES].decode(errors="ignore"), len(raw) > MAX_TEXT_BYTES
