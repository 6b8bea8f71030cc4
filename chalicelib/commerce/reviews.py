"""Reviews: kept once for each order and product, counted in the same moment, then told of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from chalicelib import events
from chalicelib.bus import Bus
from chalicelib.clock import Clock
from chalicelib.commerce import records, reviewing
from chalicelib.commerce.keep_orders import OrderBook
from chalicelib.commerce.orders import Order
from chalicelib.commerce.photos import Photo
from chalicelib.errors import Conflict, Contention
from chalicelib.files import Files
from chalicelib.playbook import Playbook
from chalicelib.store import orders, reviews
from chalicelib.store.outreach_records import Review

MAX_ATTEMPTS = 8

EDITABLE = timedelta(days=180)
"""How long after it was written its author may change a review: as long as the link in the mail
lives."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody says in a review; None for what they leave as it is. `source` is where they
    said it ("page", "staff"), `locale` the language they were asked in."""

    stars: int
    title: str | None = None
    text: str | None = None
    author: str | None = None
    photo: Photo | None = None
    locale: str = ""
    source: str = "page"


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A review as it was kept, and the order it is about as it then stood."""

    review: Review
    order: Order

    @property
    def complete(self) -> bool:
        """Whether nothing of the order is left to review."""
        return self.order.reviewed_at is not None


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """Takes reviews in, and lets staff publish, hide and answer them. `pause` waits before attempt
    n + 1."""

    orders: OrderBook
    bus: Callable[[], Bus]
    files: Callable[[], Files]
    playbook: Playbook
    clock: Clock
    pause: Callable[[int], None]

    def submit(
        self, order_key: str, written: Written, *, product_id: str | None = None
    ) -> Submitted:
        """Keep a review of an order, or of one product of it, and tell of it; a later one of the
        same changes the first. Repeating it, after whatever went wrong, changes nothing more.

        Raises NotFound for an order or a product in it that is not there, Conflict for an order of
        nobody known and for a review too old to be changed, Contention or Unavailable to be called
        again with the same.
        """
        record = orders.get(order_key)
        if record.customer_id is None:
            raise Conflict(f"order {order_key} has no known customer")
        order = records.from_record(record.document)
        product, title = reviewing.product_in(order, product_id)
        blank = Review(
            id=reviews.review_id(order_key, product),
            order_key=order_key,
            customer_id=record.customer_id,
            stars=written.stars,
            at=self.clock(),
            status=reviewing.PENDING,
            product=product,
            product_title=title,
        )
        review = self._keep(blank, written)
        noted = self.orders.reviewed(
            order_key,
            product_id=product_id,
            each=self.playbook.review.per == "item",
            at=review.at,
        )
        done = Submitted(review=review, order=records.from_record(noted.document))
        self._tell(done)
        return done

    def moderate(
        self, review_id: str, *, status: str | None = None, answer: str | None = None
    ) -> Review:
        """Publish or hide a review, answer it in public; None leaves it as it is.

        Raises NotFound, Contention.
        """
        for attempt in range(MAX_ATTEMPTS):
            before = reviews.get(review_id)
            after = msgspec.structs.replace(
                before,
                status=status or before.status,
                answer=before.answer if answer is None else answer,
            )
            if after == before:
                return before
            try:
                return reviews.save(after, before)
            except Contention:
                self.pause(attempt)
        raise Contention(f"review {review_id} kept changing: repeat the call")

    def photo_url(self, review: Review) -> str | None:
        """Where its photo can be had for a few minutes; None if it has none."""
        return self.files().url(photo_key(review.id)) if review.photo else None

    def _keep(self, blank: Review, written: Written) -> Review:
        for attempt in range(MAX_ATTEMPTS):
            before = reviews.find(blank.id)
            after = self._after(before, blank, written)
            if before and after == before and written.photo is None:
                return before
            if before and self.clock() > before.at + EDITABLE:
                raise Conflict("this review can't be changed any more: it is too old")
            if written.photo:
                self.files().put(photo_key(blank.id), written.photo.content, written.photo.mime)
            try:
                return reviews.save(after, before, reviewing.line(after))
            except Contention:
                self.pause(attempt)
        raise Contention(f"review {blank.id} kept changing")

    def _after(self, before: Review | None, blank: Review, written: Written) -> Review:
        """The review with what was written in it. A repeat of what it says keeps its status."""
        template = self.playbook.review.template
        text = written.text
        given = {
            "title": written.title,
            "text": text and reviewing.own_words(text, (template.tr, template.en)),
            "author": written.author,
            "photo": written.photo.mime if written.photo else None,
        }
        after = msgspec.structs.replace(
            before or blank,
            stars=written.stars,
            **{name: value for name, value in given.items() if value is not None},
        )
        if before and after == before and written.photo is None:
            return before
        checked_first = self.playbook.review.publish == "after_check"
        return msgspec.structs.replace(
            after,
            locale=written.locale or after.locale,
            source=written.source,
            status=reviewing.status_of(
                before.status if before else None, checked_first=checked_first
            ),
        )

    def _tell(self, done: Submitted) -> None:
        review = done.review
        told = events.ReviewSubmitted(
            order_key=review.order_key,
            customer_id=review.customer_id,
            stars=review.stars,
            review_id=review.id,
            product=review.product,
            complete=done.complete,
        )
        self.bus().publish([events.event(told, review.id, at=review.at, trace=review.id)])


def photo_key(review_id: str) -> str:
    """Where a review's photo lies in the bucket of files."""
    return f"reviews/{review_id}/photo"
