"""The reviews of an erased customer."""

from collections.abc import Iterable

import msgspec

from chalicelib.commerce.reviews import photo_key
from chalicelib.consequences.hands import Hands
from chalicelib.store import erasing, erasure_counts, keys, reviews
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.models_outreach import ReviewItem
from chalicelib.store.outreach_records import Review

HIDDEN = "hidden"


def take_reviews(erasure: Erasure, names: Iterable[str], hands: Hands) -> Erasure:
    """Those of these reviews that are the customer's."""
    wanted = [name for name in dict.fromkeys(names) if name]
    for review in reviews.find_many(wanted).values() if wanted else ():
        if review.customer_id in erasure.family:
            erasure = _take(erasure, review, hands)
    return erasure


def _take(erasure: Erasure, review: Review, hands: Hands) -> Erasure:
    """It is hidden first, which takes its stars out of its product's rating, once."""
    if review.status == reviews.SHOWN:
        review = reviews.save(msgspec.structs.replace(review, status=HIDDEN), review)
    hands.files().remove([photo_key(review.id)])
    erasing.forget_figures([f"voice:{review.id}"])
    place = keys.product_review(reviews.subject_of(review), review.at, review.id)
    erasing.forget([place])
    return erasure_counts.remove(erasure, {"review": [ReviewItem(*keys.review(review.id))]})
