"""A review as Google's API has it: what the customer wrote, and what the brand replied.

`account` is the place (accounts/…/locations/…), the message id the review's, `address` its whole
name, which a reply takes. Google does not tell who somebody is from one review to the next, so each
review is of somebody of its own. Of a changed review come the review as it is now and then the
Edit: whoever knows it keeps it once and changes it, and whoever never heard of it has it.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, Echo, Edit, Handle, InboundMessage, Sender
from chalicelib.channels.wire import Id, Text, clean_name, decode, iso_or
from chalicelib.errors import ParseError

NAME = "google"
_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}


class Reviewer(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    is_anonymous: bool | None = None


class Reply(msgspec.Struct, rename="camel"):
    comment: Text | None = None
    update_time: object = None


class Review(msgspec.Struct, rename="camel"):
    name: Id | None = None
    review_id: Id | None = None
    reviewer: Reviewer | None = None
    star_rating: object = None
    comment: Text | None = None
    create_time: object = None
    update_time: object = None
    review_reply: Reply | None = None


class Located(msgspec.Struct):
    """One of the reviews that were got for several places at once."""

    name: str | None = None
    review: Review | None = None


class Listed(msgspec.Struct, rename="camel"):
    reviews: list[Review] | None = None
    location_reviews: list[Located] | None = None
    review: Review | None = None


_REVIEW = msgspec.json.Decoder(Review)
_LISTED = msgspec.json.Decoder(Listed)


def events(body: bytes, received_at: datetime, name: str = "") -> list[ChannelEvent]:
    """Of one review, or of a list of them. Raises ParseError; `name` is the review's if it does
    not tell it itself."""
    listed = decode(_LISTED, body)
    located = [one.review for one in listed.location_reviews or () if one.review]
    found = [*(listed.reviews or ()), *located, *([listed.review] if listed.review else ())]
    if not found:
        found = [decode(_REVIEW, body)]
    return [event for review in found for event in _told(review, received_at, name)]


def _told(review: Review, received_at: datetime, name: str) -> Iterator[ChannelEvent]:
    name = review.name or name or review.review_id or ""
    place, _, last = name.rpartition("/reviews/")
    review_id = review.review_id or last
    if not review_id or not (review.star_rating or review.comment or review.create_time):
        raise ParseError("neither a Pub/Sub message nor a review with a `reviewId`")
    created = iso_or(review.create_time, received_at)
    updated = iso_or(review.update_time, created)
    sender = _sender(review, place, review_id)
    stars = _stars(review.star_rating)
    yield InboundMessage(
        channel=NAME,
        account=place,
        message_id=review_id,
        sender=sender,
        address=name,
        at=created,
        kind="review",
        text=review.comment or None,
        details={"reference": review_id, **({"stars": stars} if stars else {})},
    )
    if updated > created:
        yield Edit(
            channel=NAME,
            account=place,
            message_id=f"{review_id}:{updated.isoformat()}",
            sender=sender,
            target=review_id,
            at=updated,
            text=review.comment or None,
            details={"stars": stars} if stars else {},
        )
    if review.review_reply and review.review_reply.comment:
        yield Echo(
            channel=NAME,
            account=place,
            message_id=f"{review_id}:reply",
            recipient=sender,
            address=name,
            at=iso_or(review.review_reply.update_time, updated),
            text=review.review_reply.comment,
            reply_to=review_id,
        )


def _sender(review: Review, place: str, review_id: str) -> Sender:
    reviewer = review.reviewer or Reviewer()
    handle = Handle(kind="google_review", value=review_id, account=place)
    name = None if reviewer.is_anonymous else clean_name(reviewer.display_name)
    return Sender(handles=(handle,), name=name)


def _stars(rating: object) -> int | None:
    number = _STARS.get(rating.upper()) if isinstance(rating, str) else rating
    return number if isinstance(number, int) and 1 <= number <= 5 else None
