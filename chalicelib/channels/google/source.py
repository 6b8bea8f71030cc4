"""Google Business Profile tells of reviews by Pub/Sub: a push that names the review and no more.

So a notification yields a Pointer; what it leads to is read with the brand's own access. Reviews
that an automation tool posts whole (as the API has them) are read straight away.

Not messages, and therefore Ignored under their names: questions and answers (which Google ended),
photos, and news of the place itself.
"""

import base64
import binascii
import re

import msgspec

from chalicelib.channels.base import (
    Account,
    ChannelEvent,
    Delivery,
    FetchResult,
    Ignored,
    Pointer,
    Transport,
)
from chalicelib.channels.google import api, reviews
from chalicelib.channels.shared_secret import SharedSecretChannel
from chalicelib.channels.wire import Id, counter, decode
from chalicelib.errors import ParseError

_NAME = "google"
_REVIEW = re.compile(r"(accounts/[^/\s?#]+/locations/[^/\s?#]+)/reviews/[^/\s?#]+")
_TOLD = frozenset({"NEW_REVIEW", "UPDATED_REVIEW"})


class Message(msgspec.Struct):
    data: str | None = None
    attributes: dict[str, object] | None = None
    id: Id | None = msgspec.field(name="messageId", default=None)
    id_too: Id | None = msgspec.field(name="message_id", default=None)


class Notice(msgspec.Struct):
    """Google's names of these changed over the years, and both are about."""

    type: str | None = None
    notification_type: str | None = msgspec.field(name="notificationType", default=None)
    review: str | None = None
    review_name: str | None = msgspec.field(name="reviewName", default=None)
    review_name_too: str | None = msgspec.field(name="review_name", default=None)
    name: str | None = None

    @property
    def kind(self) -> str:
        return self.type or self.notification_type or ""


class Push(msgspec.Struct):
    """Pub/Sub's envelope, or what was in it where Pub/Sub was told to unwrap."""

    message: Message | None = None
    type: object = None
    notification_type: object = msgspec.field(name="notificationType", default=None)


_PUSH = msgspec.json.Decoder(Push)
_NOTICE = msgspec.json.Decoder(Notice)


class Google(SharedSecretChannel):
    name = _NAME

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        push = decode(_PUSH, delivery.body)
        if push.message:
            notice = decode(_NOTICE, _decoded(push.message.data), "$.message.data")
            kind = notice.kind or _stated(push.message)
            message_id = push.message.id or push.message.id_too
            return [_notified(notice, kind, message_id or delivery.delivery_id)]
        if push.type or push.notification_type:
            notice = decode(_NOTICE, delivery.body)
            return [_notified(notice, notice.kind, delivery.delivery_id)]
        return reviews.events(delivery.body, delivery.received_at)

    def fetch(self, pointer: Pointer, account: Account, transport: Transport) -> FetchResult:
        """The review as Google has it now. Raises ConfigurationError without access to it."""
        return api.review(pointer.location["review"], account, transport)

    def follow(
        self,
        pointer: Pointer,
        content: bytes,
        delivery: Delivery,
    ) -> list[ChannelEvent]:
        return reviews.events(content, delivery.received_at, name=pointer.location["review"])


def _stated(message: Message) -> str:
    """The kind, where an attribute of the message tells it."""
    named = message.attributes or {}
    stated = named.get("type") or named.get("notificationType")
    return stated if isinstance(stated, str) else ""


def _notified(notice: Notice, kind: str, message_id: str) -> ChannelEvent:
    name = notice.review or notice.review_name or notice.review_name_too or notice.name or ""
    found = _REVIEW.fullmatch(name)
    if kind not in _TOLD and (kind or not found):
        return Ignored(channel=_NAME, what=counter(kind or "unknown"))
    if not found or len(name) > 256:
        raise ParseError("the notification names no review: accounts/…/locations/…/reviews/…")
    return Pointer(
        channel=_NAME,
        account=found[1],
        message_id=message_id,
        location={"review": name},
        details={"notification": kind} if kind else {},
    )


def _decoded(data: str | None) -> bytes:
    # Both alphabets of base64, with or without its padding.
    text = (data or "").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ParseError("`$.message.data` is not base64") from error


GOOGLE = Google()
