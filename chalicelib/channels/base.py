"""What every channel speaks: the values that parsing yields and the Protocols that each file fills.

A *source* verifies (who sent these bytes?) and parses (what do they say?); an *outlet* sends. Both
are free of AWS; only sending touches the network, through the `Transport` it is given.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import msgspec

from chalicelib.errors import NotFound


def scoped(account: str, name: str) -> str:
    """A name within an account, in one text that no other pair shares."""
    return f"{account.replace('%', '%25').replace(':', '%3A')}:{name}"


def account_in(key: str) -> str:
    """The account within the key of a message, `<channel>:<account>:<id>`."""
    account = key.split(":", 2)[1] if key.count(":") > 1 else ""
    return account.replace("%3A", ":").replace("%25", "%")


class Handle(msgspec.Struct, frozen=True, kw_only=True):
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


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A person: `handles` are those the platform vouches for, the one to answer on first. `email`
    is their verified mail address as they write it (its handle names the mailbox)."""

    handles: tuple[Handle, ...]
    email: str | None = None
    name: str | None = None
    locale: str | None = None
    """BCP 47 language tag as the platform gives it, e.g. "tr" or "en-GB"."""


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came along or shall go out, as a reference.

    `kind` is image, audio, video, document or sticker; `id` the platform's own name of the file,
    `url` where it lies; `size` in bytes; `expires` says that the platform's link ends by itself,
    so that whoever wants the file later must have fetched it in time.
    """

    kind: str
    id: str | None = None
    url: str | None = None
    mime: str | None = None
    name: str | None = None
    voice: bool = False
    size: int | None = None
    expires: bool = False


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """What all events share: the channel, and the brand's account on it ("" where the platform
    does not say, or has only one)."""

    channel: str
    account: str = ""


class _Named(_Event, frozen=True, kw_only=True):
    """An event with a name of its own: `message_id` is the platform's, unique within the account
    for ever (ids that repeat from chat to chat include the chat)."""

    message_id: str

    @property
    def key(self) -> str:
        return f"{self.channel}:{scoped(self.account, self.message_id)}"


class InboundMessage(_Named, frozen=True, kw_only=True):
    """A customer's message, as the timeline keeps it.

    `address` is where an answer goes, `at` the platform's time. `kind` is "text", "image", … as the
    platform calls it; `payload` what a pressed button carries; `reply_to` the platform id of the
    message this one answers; `subject` the headline of a mail, ticket or review.

    `thread` holds the platform ids of earlier messages that this one continues (a mail's
    References), the nearest last. `group` is the chat in which several people write, if it is one.
    `automatic` is mail that a machine wrote (auto-replies, bounces, lists): it gets no greeting and
    opens no conversation.

    `details` are further JSON values under these names, where there is something to tell:
    location {latitude, longitude, name, address}; contacts [{name, phones, emails}]; order
    {catalog, items: [{id, quantity, price, currency}]}; form (a filled-in form's JSON object);
    referral {…}; story {id, url}; thread, album (ids); poll; emoji; stars (1 to 5); url; reference;
    language; duration (seconds); error_code; forwarded; standby (another app of the brand's leads
    the conversation).
    """

    sender: Sender
    address: str
    at: datetime
    kind: str = "text"
    text: str | None = None
    payload: str | None = None
    reply_to: str | None = None
    subject: str | None = None
    media: tuple[Media, ...] = ()
    thread: tuple[str, ...] = ()
    group: str | None = None
    automatic: bool = False
    details: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Echo(_Named, frozen=True, kw_only=True):
    """A message that the brand itself sent, told by the platform: from its app, its page's inbox,
    or from here. `recipient` is the customer. It has the name under which a send from here is
    kept, so the two are one."""

    recipient: Sender
    address: str
    at: datetime
    kind: str = "text"
    text: str | None = None
    reply_to: str | None = None
    media: tuple[Media, ...] = ()
    details: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Reaction(_Named, frozen=True, kw_only=True):
    """A customer's emoji under a message: `target` is that message's platform id, `emoji` None when
    it was taken back. `sender` is None where the platform hides it (anonymous group admins)."""

    sender: Sender | None
    target: str
    emoji: str | None
    at: datetime


class Edit(_Named, frozen=True, kw_only=True):
    """New words (or media) for the message with the platform id `target`, which stays where it is
    in the conversation. `outgoing` if the brand edited its own; `details` are those of the message
    that have changed with it (a review's stars)."""

    sender: Sender
    target: str
    at: datetime
    text: str | None = None
    media: tuple[Media, ...] = ()
    outgoing: bool = False
    details: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Deletion(_Named, frozen=True, kw_only=True):
    """The message with the platform id `target` was taken back; its words are not to be shown."""

    target: str
    at: datetime
    sender: Sender | None = None


class StatusUpdate(_Named, frozen=True, kw_only=True):
    """News of a message the brand sent: `status` is queued, sent, delivered, read, failed, clicked
    (a link in it was followed: `link`, as it stood there) or complained (it was called spam).

    `group` is the group it was sent to, if it was: then every `recipient` has statuses of their
    own. `error` is a plain explanation with the platform's words, `error_code` the platform's code.
    """

    status: str
    at: datetime
    recipient: str | None = None
    group: str | None = None
    error_code: str | None = None
    error: str | None = None
    link: str | None = None


class Watermark(_Event, frozen=True, kw_only=True):
    """All the brand has sent to this customer until `up_to` is delivered, or read (`status`)."""

    sender: Sender
    status: str
    up_to: datetime


class ConsentNotice(_Event, frozen=True, kw_only=True):
    """The platform tells what a customer wants, or that nothing can reach an address any more.

    `scope` "all" is about the address (`reason`: blocked, unblocked, opted_out, opted_in, bounced,
    complained, left): nothing but answers may go there while `granted` is False. `scope`
    "marketing" is a consent, given or withdrawn on this channel.
    """

    address: str
    granted: bool
    scope: Literal["all", "marketing"]
    reason: str
    at: datetime
    sender: Sender | None = None


class IdentityChange(_Named, frozen=True, kw_only=True):
    """The platform vouches that a customer known by `old` is now known by `new` as well (a changed
    number or user id); `address` is where answers go from now on."""

    old: tuple[Handle, ...]
    new: tuple[Handle, ...]
    address: str
    at: datetime


class Pointer(_Named, frozen=True, kw_only=True):
    """What a delivery only points at: the content lies elsewhere and is to be read by the source's
    `follow`. `location` is {"bucket", "key"} in S3, or what the source's `fetch` understands."""

    location: Mapping[str, str]
    details: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Confirmation(_Event, frozen=True, kw_only=True):
    """The platform wants a URL called before it sends on. The source has checked whose it is."""

    url: str


class Ignored(_Event, frozen=True, kw_only=True):
    """Something that is no message: system notes, events Temas has no use for, or kinds that did
    not exist when this was written. Counted under `what`, its delivery kept raw for 30 days."""

    what: str


ChannelEvent = (
    InboundMessage
    | Echo
    | Reaction
    | Edit
    | Deletion
    | StatusUpdate
    | Watermark
    | ConsentNotice
    | IdentityChange
    | Pointer
    | Confirmation
    | Ignored
)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook call as the queue carries it: raw bytes, and the headers its parser may need."""

    delivery_id: str
    source: str
    received_at: datetime
    headers: Mapping[str, str]
    """Lower-case names; only those the source lists in `kept_headers`."""
    body: bytes


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """An approved template: its name on the platform (Twilio: the content SID), the platform's code
    of the language ("tr", "en_US"), and what fills its places, in order."""

    name: str
    language: str
    variables: tuple[str, ...] = ()


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one address, `account` being the brand's account it leaves from ("" for the
    only one). `idempotency_key` stays the same over every retry.

    `reply_to` is the platform id of the message it answers, quoted where the platform can quote;
    `media` have URLs that the platform fetches. With a `template` the platform composes the text;
    `text` is then what it will read like. `staff` says that a person wrote it.
    """

    address: str
    text: str
    idempotency_key: str
    locale: str
    account: str = ""
    conversation_id: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    """(payload, label) pairs; a channel without buttons leaves them out: `text` must do alone."""
    reply_to: str | None = None
    media: tuple[Media, ...] = ()
    template: Template | None = None
    staff: bool = False


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The platform took the message; `message_id` is its own id, under which statuses come."""

    message_id: str


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """The platform refused for good; nobody got anything. `code` is its own, `detail` a plain
    explanation where we have one, with its own words."""

    code: str
    detail: str


class NotSent(msgspec.Struct, frozen=True, kw_only=True):
    """Certainly not sent, worth another try (after `retry_after` seconds if the platform said)."""

    code: str
    detail: str
    retry_after: float | None = None


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody can know whether it was sent: the line broke after the request was on its way."""

    code: str
    detail: str


SendResult = Sent | Rejected | NotSent | Unknown


class HttpReply(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """The one way out, over HTTPS with time-outs (plain HTTP only to loop-back). No redirects.

    Returns the reply, whatever its status; NotSent if no connection came about; Unknown if the
    request went out and no whole reply came back.
    """

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> HttpReply | NotSent | Unknown: ...

    def put(
        self, url: str, *, headers: Mapping[str, str], body: bytes
    ) -> HttpReply | NotSent | Unknown: ...

    def get(
        self, url: str, *, headers: Mapping[str, str], limit: int = ...
    ) -> HttpReply | NotSent | Unknown:
        """`limit` is how many bytes of the body are read; a longer one comes cut."""


Account = Mapping[str, Any]
"""One channel's part of the platform secrets: tokens, account ids, `api_base`."""

Secrets = Mapping[str, Any]
"""One source's part of the webhook secrets: {"secrets": ["…", "…"], …}; all listed are valid."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform wants to read in the answer to its call; `kept` False if the call was nothing
    but a question (a challenge, a ping) and there is nothing to keep of it."""

    text: str
    content_type: str = "text/plain; charset=utf-8"
    kept: bool = True


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A file's content, and its type if the platform says."""

    content: bytes
    mime: str | None = None


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """The file can't be had, now or later: deleted, expired, forbidden or too large."""

    reason: str


FetchResult = Fetched | Gone | NotSent
"""NotSent: not now, worth another try."""


class Source(Protocol):
    """A platform whose webhooks come in. What a platform doesn't have, it inherits as absent."""

    name: str
    kept_headers: tuple[str, ...] = ()
    verified_by: tuple[str, ...] = ("secrets",)
    """The lists in its webhook secrets of which one at least must be set, or nothing can be told
    from a forgery."""

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        """Returns if the bytes are the platform's; raises SignatureError otherwise. `headers` have
        lower-case names, `url` is the whole URL that was called, its query as it was written."""

    def handshake(self, *, query: Mapping[str, str], secrets: Secrets) -> str:
        """The text that answers the platform's GET; raises SignatureError for a wrong token,
        NotFound where the platform has no such call."""
        raise NotFound(f"the webhook of {self.name} takes POST only: there is no handshake by GET")

    def ping(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """The answer to a call that says nothing and that the platform doesn't sign, before any
        verification; None for every other call."""
        return None

    def answer(self, *, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """What the platform wants to read in the answer to a verified call; None if nothing."""
        return None


class Channel(Source, Protocol):
    """A platform on which customers write."""

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        """All events of one delivery, in order; [] for a ping. Raises ParseError, nothing else."""

    def follow(
        self,
        pointer: Pointer,
        content: bytes,
        delivery: Delivery,
    ) -> list[ChannelEvent]:
        """The events of what a Pointer of this delivery led to. Raises ParseError."""
        raise NotFound(f"{self.name} never points elsewhere")

    def carried(self, delivery: Delivery, content: bytes | None, name: str) -> "Fetched | None":
        """A file whose bytes came with the delivery, or with the `content` that a Pointer led to,
        by the `id` of its Media; None where files have to be fetched."""
        return None

    def fetch(self, pointer: Pointer, account: Account, transport: Transport) -> FetchResult:
        """What a Pointer leads to, where that is the platform's API and not S3."""
        raise NotFound(f"{self.name} never points into its own API")


Send = Callable[[OutboundMessage, Account, Transport], SendResult]

FetchMedia = Callable[[Media, Account, Transport, int], FetchResult]
"""(media, account, transport, most bytes) → the file. Only from the platform's own hosts."""


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """A channel's way out, and its rules.

    `longest` is how many characters one message takes; a longer text goes as several if `split`,
    otherwise it is refused before anything is sent. `window` is how long after the customer's last
    message free text may go out (None: always); outside it only a template, where the channel
    has `templates`. `media` are the kinds of files it takes. `idempotent` channels recognise a
    repeat by our key, so that not knowing is as good as not sent. `fetch` reads files that came in
    on this channel (None: their URLs are for anybody, or there are none). `account` is the setting
    that names our account there, where messages' ids are unique only within it.
    """

    send: Send
    longest: int
    fetch: FetchMedia | None = None
    split: bool = False
    window: timedelta | None = None
    templates: bool = False
    media: frozenset[str] = frozenset()
    idempotent: bool = False
    account: str | None = None
    measure: Callable[[str], int] = len
    """How the platform counts `longest`: characters, UTF-16 units, bytes …"""
