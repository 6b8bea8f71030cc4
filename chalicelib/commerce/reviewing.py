"""What of an order can be reviewed, what has been, and what a review may say. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from chalicelib.commerce.facts import Item
from chalicelib.commerce.orders import Order
from chalicelib.errors import NotFound
from chalicelib.store.outreach_records import Review
from chalicelib.store.records import Entry

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_AUTHOR = 60

PUBLISHED, PENDING, HIDDEN = STATUSES = ("published", "pending", "hidden")


def product_key(order: Order, product_id: str) -> str:
    """A product's name in all of Temas: platform:shop:id."""
    return f"{order.platform}:{order.shop}:{product_id}"


def reviewable(order: Order) -> tuple[Item, ...]:
    """The order's products, each once, in the order's own sequence. Tips and the like are none."""
    by_product: dict[str, Item] = {}
    for item in order.items:
        if item.product_id is not None:
            by_product.setdefault(item.product_id, item)
    return tuple(by_product.values())


def product_in(order: Order, product_id: str | None) -> tuple[str | None, str]:
    """The key and title of a product of the order; (None, "") for the order as a whole. Raises
    NotFound."""
    if product_id is None:
        return None, ""
    for item in reviewable(order):
        if item.product_id == product_id:
            return product_key(order, product_id), item.title
    raise NotFound(f"order {order.key} has no product {product_id}")


def left(order: Order) -> tuple[Item, ...]:
    """The products that nobody has reviewed yet."""
    return tuple(i for i in reviewable(order) if i.product_id not in order.reviewed_products)


def with_review(order: Order, product_id: str | None, *, each: bool, at: datetime) -> Order:
    """The order with a review noted: of one product, or (None) of the order as a whole, which
    leaves nothing to review. Without `each`, one review of anything is all that was asked for."""
    done = order.reviewed_products
    if product_id is not None and product_id not in done:
        order = replace(order, reviewed_products=tuple(sorted({*done, product_id})))
    complete = product_id is None or not each or not left(order)
    if complete and order.reviewed_at is None:
        return replace(order, reviewed_at=at)
    return order


def own_words(text: str, templates: Iterable[str]) -> str:
    """What a customer wrote, trimmed; "" for a text box left as it was, whatever its spaces."""
    said = _squeezed(text)
    return "" if any(said == _squeezed(template) for template in templates) else text.strip()


def status_of(before: str | None, *, checked_first: bool) -> str:
    """The status of a review that is new (`before` None) or was changed by its author. What staff
    have hidden does not come back by being changed, however often: they look at it again."""
    return PENDING if checked_first or before in (HIDDEN, PENDING) else PUBLISHED


def display_name(name: str | None) -> str:
    """How a name is suggested for publication: the first name and an initial, "Ayşe Y."."""
    words = (name or "").split()
    if len(words) < 2:
        return "".join(words)[:LONGEST_AUTHOR]
    return f"{words[0][: LONGEST_AUTHOR - 3]} {words[-1][0]}."


def line(review: Review) -> Entry:
    """The review's line on its customer's timeline."""
    about = {"order_key": review.order_key, "review_id": review.id, "stars": review.stars}
    return Entry(
        key=f"review:{review.id}",
        at=review.at,
        kind="review",
        direction="in",
        customer_id=review.customer_id,
        text="\n\n".join(filter(None, (review.title, review.text))) or None,
        details={**about, "product": review.product_title} if review.product else about,
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
