"""Between whom an event happened, and when."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from chalicelib.channels.base import Handle, Ignored, Sender
from chalicelib.channels.meta.wire import Entry, Envelope, Party
from chalicelib.channels.moments import moment
from chalicelib.channels.wire import clean_name, counter
from chalicelib.errors import ParseError


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """One event's surroundings. `customer` is the other side, whoever acted; `own` says that it was
    the brand; `standby` that another app holds the conversation at the moment."""

    channel: str
    account: str
    customer: Sender | None
    address: str
    at: datetime
    stamp: str
    own: bool = False
    standby: bool = False

    @property
    def person(self) -> Sender:
        """The customer; ParseError if the event names nobody."""
        if self.customer is None:
            raise ParseError("`sender.id` is missing: nobody knows who wrote")
        return self.customer

    def name_for(self, kind: str, *parts: str | None) -> str:
        """A name for an event that has none: the same for every repeat of it, no other's."""
        text = "\x1f".join([self.address, self.stamp, *(part or "" for part in parts)])
        return f"{kind}:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"

    def ignored(self, what: str) -> Ignored:
        return Ignored(channel=self.channel, what=counter(what))


def occasion(
    channel: str,
    envelope: Envelope,
    entry: Entry,
    received_at: datetime,
    *,
    echo: bool = False,
    standby: bool = False,
) -> Occasion:
    """`echo` says that Meta calls the event one of the brand's own; so it is, too, when the entry's
    account is its sender."""
    left, right, home = _id(envelope.sender), _id(envelope.recipient), _text(entry.id)
    own = echo or (left != "" and left == home and right not in ("", home))
    party, account = (envelope.recipient, left) if own else (envelope.sender, right)
    account = account or home
    address = right if own else left
    return Occasion(
        channel=channel,
        account=account,
        customer=person(channel, account, party) if party else None,
        address=address,
        at=moment(envelope.timestamp, moment(entry.time, received_at)),
        stamp=str(envelope.timestamp)[:40],
        own=own,
        standby=standby,
    )


def person(channel: str, account: str, party: Party) -> Sender | None:
    """Somebody by their id, which counts for one page or account only. A user name can change and
    be taken by somebody else: it is a name, and no handle."""
    value = _id(party)
    if not value:
        return None
    handle = Handle(kind=channel, account=account, value=value)
    return Sender(handles=(handle,), name=clean_name(party.name) or clean_name(party.username))


def itself(envelope: Envelope) -> bool:
    """Whether the account talks to itself."""
    return _id(envelope.sender) != "" and _id(envelope.sender) == _id(envelope.recipient)


def _id(party: Party | None) -> str:
    return _text(party.id) if party else ""


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value)
