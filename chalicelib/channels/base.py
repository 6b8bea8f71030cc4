"""What every channel speaks: the values that parsing yields and the Protocol that each file fills.

A channel verifies (who sent these bytes?), parses (what do they say?) and, where it can, sends.
All three are free of AWS; only sending touches the network, through the `Transport` it is given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


def scoped(account: str, name: str) -> str:
    """A name within an account, in one text that no other pair shares."""
    return f"{account.replace('%', '%25').replace(':', '%3A')}:{name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Handle:
    """One way a platform names a person.

    `kind` is what the value is ("phone", "email", "telegram", "whatsapp_user", "chat", "shopify"),
    `account` the brand account that scopes it ("" when the value means the same everywhere, as a
    phone number or mail address does), `value` the normalised text (E.164, lower-case mail …).
    """

    kind: str
    value: str
    account: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{scoped(self.account, self.value)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who wrote: `handles` are those the platform vouches for, the one to answer on first."""

    handles: tuple[Handle, ...]
    name: str | None = None
    locale: str | None = None
    """BCP 47 language tag as the platform gives it, e.g. "tr" or "en-GB"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """A file that came along, as a reference: `kind` image, audio, video, document, sticker."""

    kind: str
    id: str | None = None
    url: str | None = None
    mime: str | None = None
    name: str | None = None
    voice: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class InboundMessage:
    """A customer's message, as the timeline keeps it.

    `message_id` is the platform's own id and, with channel and account, names the message for ever
    (chat-scoped ids include the chat). `address` is where an answer goes. `at` is the platform's
    time. `kind` is "text", "image", … as the platform calls it; `payload` what a pressed button
    carries; `reply_to` the platform id of the message this one answers.
    """

    channel: str
    account: str
    message_id: str
    sender: Sender
    address: str
    at: datetime
    kind: str = "text"
    text: str | None = None
    payload: str | None = None
    reply_to: str | None = None
    media: tuple[Media, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.channel}:{scoped(self.account, self.message_id)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusUpdate:
    """News of a message the brand sent: `status` is sent, delivered, read or failed."""

    channel: str
    account: str
    message_id: str
    status: str
    at: datetime
    recipient: str | None = None
    error_code: str | None = None
    error: str | None = None

    @property
    def key(self) -> str:
        return f"{self.channel}:{scoped(self.account, self.message_id)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """Something understood well enough to leave alone; `what` names it for the counters."""

    channel: str
    what: str


ChannelEvent = InboundMessage | StatusUpdate | Ignored


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One webhook call as the queue carries it: raw bytes, and the headers its parser may need."""

    delivery_id: str
    source: str
    received_at: datetime
    headers: Mapping[str, str]
    """Lower-case names; only those the source lists in `kept_headers`."""
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboundMessage:
    """One message to one address. `idempotency_key` stays the same over every retry."""

    address: str
    text: str
    idempotency_key: str
    locale: str
    conversation_id: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    """(payload, label) pairs; a channel without buttons leaves them out: `text` must do alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The platform took the message; `message_id` is its own id, under which statuses come."""

    message_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """The platform refused for good; nobody got anything. `code` and `detail` are its own words."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSent:
    """Certainly not sent, worth another try (after `retry_after` seconds if the platform said)."""

    code: str
    detail: str
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """Nobody can know whether it was sent: the line broke after the request was on its way."""

    code: str
    detail: str


SendResult = Sent | Rejected | NotSent | Unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpReply:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """The one way out: POSTs bytes over HTTPS with time-outs (plain HTTP only to loop-back).

    Returns the reply, whatever its status; NotSent if no connection came about; Unknown if the
    request went out and no whole reply came back.
    """

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> HttpReply | NotSent | Unknown: ...


Secrets = Mapping[str, Any]
"""One source's part of the webhook secrets: {"secrets": ["…", "…"], …}; all listed are valid."""


class Source(Protocol):
    """A platform whose webhooks come in."""

    name: str
    kept_headers: tuple[str, ...]

    def verify(
        self, *, headers: Mapping[str, str], body: bytes, secrets: Secrets, now: datetime
    ) -> None:
        """Returns if the bytes are the platform's; raises SignatureError otherwise."""

    def handshake(self, *, query: Mapping[str, str], secrets: Secrets) -> str:
        """The text that answers the platform's GET; raises SignatureError for a wrong token,
        NotFound where the platform has no such call."""


class Channel(Source, Protocol):
    """A platform on which customers write."""

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        """All events of one delivery, in order; [] for a ping. Raises ParseError, nothing else."""


Account = Mapping[str, Any]
"""One channel's part of the platform secrets: tokens, account ids, `api_base`."""

Send = Callable[[OutboundMessage, Account, Transport], SendResult]
