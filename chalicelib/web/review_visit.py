"""Who came by a reminder's link, and what they may review."""

from dataclasses import dataclass

from chalicelib.commerce import records
from chalicelib.commerce.facts import Item
from chalicelib.commerce.orders import Order
from chalicelib.commerce.reviewing import product_key, reviewable
from chalicelib.errors import Forbidden, NotFound
from chalicelib.playbook_values import Locale, Words
from chalicelib.store import customers, notifications, orders, reviews
from chalicelib.store.outreach_records import Review
from chalicelib.store.records import Customer
from chalicelib.web import review_words as words
from chalicelib.wiring import Wiring


class Over(Exception):
    """There is nothing to review by this link; `title` and `what` say it in a kind way."""

    def __init__(self, title: Words, what: Words, *, status: int, locale: Locale) -> None:
        super().__init__(what.en)
        self.title, self.what, self.status, self.locale = title, what, status, locale


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A customer at the page of an order of theirs. `products` are the items to be reviewed one by
    one (none if the order is reviewed as a whole), `written` the reviews there are, by product id
    (None: of the order as a whole)."""

    customer: Customer
    order: Order
    locale: Locale
    products: tuple[Item, ...]
    written: dict[str | None, Review]

    @property
    def left(self) -> list[tuple[int, Item]]:
        """The items still to be reviewed, by their number in the order."""
        return [(n, i) for n, i in self.numbered if i.product_id not in self.written]

    @property
    def numbered(self) -> list[tuple[int, Item]]:
        return list(enumerate(self.products, 1))


def visit(wiring: Wiring, token: str) -> Visit:
    """Raises Over for a link that is not ours or not valid any more, and for an order that is gone,
    not the customer's, cancelled or refunded."""
    playbook = wiring.playbook
    try:
        read = wiring.links.read(token, "review", wiring.clock())
        assert wiring.table
        customer = customers.get(read.customer_id)
    except (Forbidden, NotFound) as error:
        locale = playbook.brand.default_locale
        raise Over(words.INVALID_TITLE, words.INVALID, status=403, locale=locale) from error
    locale = playbook.locale(customer.locale, customer.country)
    order = _order(read.about, customer)
    if order is None or order.refunded or order.cancelled_at:
        raise Over(words.OVER_TITLE, words.OVER, status=410, locale=locale)
    return Visit(
        customer=customer,
        order=order,
        locale=locale,
        products=reviewable(order) if playbook.review.per == "item" else (),
        written=_written(order),
    )


def _order(notification_id: str, customer: Customer) -> Order | None:
    """The order that the reminder was about, if it is the customer's."""
    note = notifications.find(notification_id)
    kept = orders.find(note.order_key) if note and note.order_key else None
    if kept is None or kept.customer_id not in customer.family:
        return None
    return records.from_record(kept.document)


def _written(order: Order) -> dict[str | None, Review]:
    ids = {None: reviews.review_id(order.key, None)} | {
        product: reviews.review_id(order.key, product_key(order, product))
        for item in reviewable(order)
        if (product := item.product_id) is not None
    }
    found = reviews.find_many(ids.values())
    return {product: found[one] for product, one in ids.items() if one in found}
