"""Reviews, and what they come to: a review, its product's rating and its place in the product's
list are written together or not at all, so the figures are right however often a step is repeated.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound
from chalicelib.ids import stable_id
from chalicelib.store import entries, keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import ProductReviewItem, RatingItem, ReviewItem
from chalicelib.store.outreach_records import Rating, Review
from chalicelib.store.records import Entry
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated

SHOWN = "published"
"""The one status under which a review is public and counts."""


def review_id(order_key: str, product: str | None) -> str:
    """The id of the one review that an order can have of a product, or (None) of itself."""
    return stable_id("rev", order_key, product or "")


def subject_of(review: Review) -> str:
    """What a review is about: its product or, of a whole order, the shop."""
    return review.product or ":".join(review.order_key.split(":")[:2])


def from_item(found: Item) -> Review:
    return record(Review, found, id=found.pk.removeprefix("W#"))


def find_many(ids: Iterable[str]) -> dict[str, Review]:
    """Those of these reviews that exist, by id, in one request."""
    found = get_many(keys.review(one) for one in ids)
    return {review.id: review for review in map(from_item, found.values())}


def find(id_: str) -> Review | None:
    return find_many([id_]).get(id_)


def get(id_: str) -> Review:
    """Raises NotFound."""
    review = find(id_)
    if review is None:
        raise NotFound(f"no review {id_}")
    return review


def rating(subject: str) -> Rating:
    """The rating of a product or shop; without a published review it counts nothing."""
    key = keys.rating(subject)
    found = get_many([key], consistent=False).get(key)
    return record(Rating, found, subject=subject) if found else Rating(subject=subject)


def of_subject(
    subject: str, *, limit: int, before: str | None = None
) -> tuple[list[Review], str | None]:
    """The published reviews of a product or shop, newest first, and the next cursor."""
    rows = _rows(f"P#{subject}", limit, before)
    found = _loaded([keys.review(row.sk.rpartition("#")[2]) for row in rows])
    # One that was hidden this moment may still be listed.
    return [review for review in found if review.status == SHOWN], _cursor(rows, limit)


def with_status(
    status: str, *, limit: int, before: str | None = None
) -> tuple[list[Review], str | None]:
    """The reviews of a status, newest first, and the next cursor."""
    rows = _rows(f"W#{status}", limit, before)
    found = _loaded([(row.pk, row.sk) for row in rows])
    return [review for review in found if review.status == status], _cursor(rows, limit)


def save(review: Review, before: Review | None, line: Entry | None = None) -> Review:
    """Write a review in place of what it was (None: there was none), with all that follows from
    it, and its line on the timeline.

    Raises Contention if it has changed meanwhile, or its product's rating is being written just
    now: read again and repeat.
    """
    version = (before.version or 0) + 1 if before else 1
    new = msgspec.structs.replace(review, version=version)
    unchanged = ReviewItem.version == before.version if before else ReviewItem.pk.does_not_exist()
    transaction = Transaction()
    transaction.put("review", _item(new), unchanged)
    _count(transaction, before, new)
    _list(transaction, before, new)
    if line:
        transaction.put("line", entries.item(line))
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"review {review.id} has just changed") from refused
    return new


def _item(review: Review) -> ReviewItem:
    pk, sk = keys.review(review.id)
    item = ReviewItem(pk=pk, sk=sk, **fields(review, "id"))
    item.gsi2pk, item.gsi2sk = f"W#{review.status}", keys.moment(review.at, review.id)
    return item


def _count(transaction: Transaction, before: Review | None, after: Review) -> None:
    """Move the review's stars in the rating from where they were to where they are."""
    change = Counter(after.stars for _ in range(_shown(after)))
    change.subtract(before.stars for _ in range(_shown(before)) if before)
    actions: list[Action] = [
        RatingItem.get_attributes()[f"stars_{stars}"].add(by) for stars, by in change.items() if by
    ]
    if not actions:
        return
    if after.product_title:
        actions.append(RatingItem.title.set(after.product_title))
    actions.append(RatingItem.type.set(RatingItem))
    transaction.update("rating", RatingItem(*keys.rating(subject_of(after))), actions)


def _list(transaction: Transaction, before: Review | None, after: Review) -> None:
    if _shown(before) == _shown(after):
        return
    subject = subject_of(after)
    row = ProductReviewItem(*keys.product_review(subject, after.at, after.id))
    if _shown(after):
        row.gsi2pk, row.gsi2sk = f"P#{subject}", keys.moment(after.at, after.id)
        transaction.put("listing", row)
    else:
        away: list[Action] = [
            ProductReviewItem.gsi2pk.remove(),
            ProductReviewItem.gsi2sk.remove(),
        ]
        transaction.update("listing", row, away)


def _shown(review: Review | None) -> bool:
    return review is not None and review.status == SHOWN


def _rows(listing: str, limit: int, before: str | None) -> list[Item]:
    bound = Item.gsi2sk < before if before else None
    with translated():
        return list(
            Item.listing.query(
                listing, bound, scan_index_forward=False, limit=limit, page_size=limit
            )
        )


def _loaded(wanted: list[Key]) -> list[Review]:
    found = get_many(wanted, consistent=False)
    return [from_item(found[key]) for key in wanted if key in found]


def _cursor(rows: list[Item], limit: int) -> str | None:
    return rows[-1].gsi2sk if len(rows) == limit else None
