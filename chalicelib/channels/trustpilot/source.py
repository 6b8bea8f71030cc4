"""Trustpilot's webhooks: reviews that were written, changed or deleted, several in one call.

The message id is the review's, `address` what a reply takes (a product's review is
`product:` and its id: Trustpilot takes no public reply there). `details` hold stars, reference (the
order number that the invitation carried), url, language, verified, product.

A change yields the review as it is now and then the Edit: whoever knows the review already keeps it
once and changes it, and whoever never heard of it has it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.channels.base import (
    ChannelEvent,
    Deletion,
    Delivery,
    Edit,
    Handle,
    Ignored,
    InboundMessage,
    Sender,
)
from chalicelib.channels.shared_secret import SharedSecretChannel
from chalicelib.channels.wire import Id, Text, clean_name, counter, decode, iso_or
from chalicelib.errors import ParseError
from chalicelib.ids import stable_id

_NAME = "trustpilot"
PRODUCT = "product:"
_KINDS = ("service-review-", "product-review-")


class Consumer(msgspec.Struct):
    id: str | None = None
    name: str | None = None
    display_name: str | None = msgspec.field(name="displayName", default=None)


class Product(msgspec.Struct):
    name: str | None = None
    sku: str | None = None


class Review(msgspec.Struct, rename="camel"):
    id: Id
    stars: object = None
    title: str | None = None
    text: Text | None = None
    content: Text | None = None
    language: str | None = None
    reference_id: str | int | None = None
    created_at: object = None
    updated_at: object = None
    deleted_at: object = None
    is_verified: bool | None = None
    link: str | None = None
    consumer: Consumer | None = None
    product: Product | None = None


class Event(msgspec.Struct, rename="camel"):
    event_name: str
    event_data: msgspec.Raw = msgspec.Raw(b"null")


class Notification(msgspec.Struct):
    events: list[Event]


_NOTIFICATION = msgspec.json.Decoder(Notification)
_REVIEW = msgspec.json.Decoder(Review)


class Trustpilot(SharedSecretChannel):
    name = _NAME

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        events = decode(_NOTIFICATION, delivery.body).events
        if not events:
            raise ParseError("`$.events` is empty")
        return [
            told
            for number, event in enumerate(events)
            for told in _told(event, f"$.events[{number}].eventData", delivery.received_at)
        ]


def _told(event: Event, at: str, received_at: datetime) -> Iterator[ChannelEvent]:
    kind = next((one for one in _KINDS if event.event_name.startswith(one)), "")
    what = event.event_name.removeprefix(kind)
    if not kind or what not in ("created", "updated", "deleted"):
        yield Ignored(channel=_NAME, what=counter(event.event_name))
        return
    review = decode(_REVIEW, event.event_data, at)
    if what == "deleted":
        yield Deletion(
            channel=_NAME,
            message_id=f"{review.id}:deleted",
            target=review.id,
            at=iso_or(review.deleted_at, received_at),
            sender=_sender(review),
        )
        return
    yield _message(review, kind, received_at)
    if what == "updated":
        yield _edit(review, received_at)


def _message(review: Review, kind: str, received_at: datetime) -> InboundMessage:
    prefix = PRODUCT if kind == "product-review-" else ""
    return InboundMessage(
        channel=_NAME,
        message_id=review.id,
        sender=_sender(review),
        address=f"{prefix}{review.id}",
        at=iso_or(review.created_at, received_at),
        kind="review",
        text=_words(review),
        subject=review.title or None,
        details=_details(review),
    )


def _edit(review: Review, received_at: datetime) -> Edit:
    text = _words(review)
    state = stable_id("e", text or "", str(review.stars), str(review.updated_at))
    return Edit(
        channel=_NAME,
        message_id=f"{review.id}:{state}",
        sender=_sender(review),
        target=review.id,
        at=iso_or(review.updated_at, received_at),
        text=text,
        details={"stars": stars} if (stars := _details(review).get("stars")) else {},
    )


def _words(review: Review) -> str | None:
    return review.text or review.content or None


def _sender(review: Review) -> Sender:
    """Trustpilot's own number of the person, the same whomever they review."""
    consumer = review.consumer or Consumer()
    known = consumer.id if consumer.id and len(consumer.id) <= 200 else None
    handle = Handle(
        kind=_NAME if known else "trustpilot_review",
        value=known or review.id,
    )
    name = clean_name(consumer.name) or clean_name(consumer.display_name)
    return Sender(handles=(handle,), name=name, locale=review.language or None)


def _details(review: Review) -> dict[str, Any]:
    stars = review.stars
    product = review.product or Product()
    found = {
        "stars": stars if isinstance(stars, int) and 1 <= stars <= 5 else None,
        "reference": None if review.reference_id is None else str(review.reference_id),
        "url": review.link,
        "language": review.language,
        "verified": review.is_verified,
        "product": product.sku or product.name,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


TRUSTPILOT = Trustpilot()
