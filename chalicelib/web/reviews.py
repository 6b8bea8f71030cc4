"""Staff API: reviews – those that customers wrote elsewhere, and publishing, hiding, answering."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chalicelib.commerce.reviewing import (
    LONGEST_AUTHOR,
    LONGEST_TEXT,
    LONGEST_TITLE,
    STATUSES,
)
from chalicelib.commerce.reviews import Written
from chalicelib.errors import InvalidRequest
from chalicelib.store import reviews
from chalicelib.store.outreach_records import Review
from chalicelib.web.endpoints import CURSOR, LIMIT, LONGEST, Call, Endpoint, Parameter
from chalicelib.web.views import OrderView, View

Key = Annotated[str, msgspec.Meta(max_length=LONGEST)]
Title = Annotated[str, msgspec.Meta(max_length=LONGEST_TITLE)]
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
Author = Annotated[str, msgspec.Meta(max_length=LONGEST_AUTHOR)]

STATUS = Parameter(name="status", meaning='"published" (default), "pending" or "hidden"')


class ReviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A review that a customer wrote, on whichever page it was: of an order or, with `product`
    (platform:shop:id), of one product of it. What is left out stays as it was."""

    order_key: Key
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    product: Key | None = None
    title: Title | None = None
    text: Text | None = None
    author: Author | None = None


class ModerationRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publish or hide a review; `answer` it in public ("" takes an answer back). What is left out
    stays as it was."""

    status: Literal["published", "hidden"] | None = None
    answer: Text | None = None


class ReviewView(View, frozen=True, kw_only=True):
    """`product` is missing for a review of the order as a whole, `photo` the picture's type."""

    id: str
    order_key: str
    customer_id: str
    stars: int
    at: datetime
    status: str
    product: str | None = None
    product_title: str = ""
    author: str = ""
    title: str = ""
    text: str = ""
    photo: str | None = None
    photo_url: str | None = None
    locale: str = ""
    source: str = ""
    answer: str = ""

    @classmethod
    def of(cls, review: Review, photo_url: str | None = None) -> "ReviewView":
        shared = [name for name in cls.__struct_fields__ if name != "photo_url"]
        return cls(photo_url=photo_url, **{name: getattr(review, name) for name in shared})


class ReviewPage(View, frozen=True, kw_only=True):
    reviews: list[ReviewView]
    next_cursor: str | None = None


class Reviewed(View, frozen=True, kw_only=True):
    order: OrderView
    review: ReviewView


def post_review(call: Call) -> Reviewed:
    """Note that an order, or a product of it, was reviewed: no reminder asks for it any more, and
    its customer is thanked as for a review on our own page."""
    wanted: ReviewRequest = call.body
    product_id = None
    if wanted.product is not None:
        shop = ":".join(wanted.order_key.split(":")[:2])
        product_id = wanted.product.removeprefix(f"{shop}:")
    done = call.wiring.reviews.submit(
        wanted.order_key,
        Written(
            stars=wanted.stars,
            title=wanted.title,
            text=wanted.text,
            author=wanted.author,
            source="staff",
        ),
        product_id=product_id,
    )
    return Reviewed(
        order=OrderView.of(done.order, done.review.customer_id), review=ReviewView.of(done.review)
    )


def list_reviews(call: Call) -> ReviewPage:
    status = call.query.get("status", "published")
    if status not in STATUSES:
        raise InvalidRequest(f"status must be {STATUS.meaning}")
    page, cursor = reviews.with_status(status, limit=call.limit, before=call.cursor)
    return ReviewPage(reviews=[ReviewView.of(one) for one in page], next_cursor=cursor)


def get_review(call: Call) -> ReviewView:
    """A review; `photo_url` shows its photo for a few minutes, published or not."""
    review = reviews.get(call.path["review_id"])
    return ReviewView.of(review, call.wiring.reviews.photo_url(review))


def patch_review(call: Call) -> ReviewView:
    """Publish, hide or answer a review. Its stars count, and the world sees it, while published."""
    wanted: ModerationRequest = call.body
    return ReviewView.of(
        call.wiring.reviews.moderate(
            call.path["review_id"], status=wanted.status, answer=wanted.answer
        )
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/reviews",
        scope="reviews:read",
        summary="Reviews of a status, newest first",
        handle=list_reviews,
        returns=ReviewPage,
        query=(STATUS, LIMIT, CURSOR),
    ),
    Endpoint(
        method="POST",
        path="/v1/reviews",
        scope="reviews:write",
        summary="Note that an order or a product was reviewed",
        handle=post_review,
        returns=Reviewed,
        body=ReviewRequest,
        status=201,
    ),
    Endpoint(
        method="GET",
        path="/v1/reviews/{review_id}",
        scope="reviews:read",
        summary="A review",
        handle=get_review,
        returns=ReviewView,
    ),
    Endpoint(
        method="PATCH",
        path="/v1/reviews/{review_id}",
        scope="reviews:write",
        summary="Publish, hide or answer a review",
        handle=patch_review,
        returns=ReviewView,
        body=ModerationRequest,
    ),
)
