"""The page after a review was sent: the same words whatever the stars."""

from html import escape

from chalice.app import Response

from chalicelib.commerce.facts import Item
from chalicelib.commerce.reviewing import product_key
from chalicelib.commerce.reviews import Submitted
from chalicelib.store.outreach_records import Review
from chalicelib.web import layout
from chalicelib.web import review_words as words
from chalicelib.web.review_visit import Visit
from chalicelib.wiring import Wiring


def thanks(wiring: Wiring, here: Visit, done: Submitted) -> Response:
    """What became of the review, the code that comes, and what else there is to review."""
    locale, status = here.locale, done.review.status
    said = [words.KEPT["published" if status == "published" else "pending"].in_(locale)]
    if wait := _coupon_in(wiring, here, done):
        said.append(words.COUPON.in_(locale).format(wait=wait))
    links = [
        f'<li><a href="?item={number}">{escape(item.title)}</a></li>'
        for number, item in here.left
        if item.product_id not in done.order.reviewed_products
    ]
    more = f"<h2>{words.MORE.in_(locale)}</h2><ul>{''.join(links)}</ul>" if links else ""
    number = next((n for n, i in here.numbered if _is(done.review, i, here)), None)
    again = f"?item={number}" if number else "?"
    change = f'<p><a href="{again}">{words.CHANGE.in_(locale)}</a></p>'
    body = "".join(f"<p>{escape(one)}</p>" for one in said) + more + change
    return layout.page(locale, wiring.playbook.brand.name, words.THANKS.in_(locale), body)


def _is(review: Review, item: Item, here: Visit) -> bool:
    return item.product_id is not None and review.product == product_key(
        here.order, item.product_id
    )


def _coupon_in(wiring: Wiring, here: Visit, done: Submitted) -> str | None:
    """In how long the thanks for the order's first review comes by mail; None if it is none, has
    come already, or may not be sent because the customer wants no such mails."""
    coupon = wiring.playbook.review.coupon
    said = here.customer.consent("review", "email")
    if coupon is None or (said and not said.granted):
        return None
    first = min([done.review.at, *(one.at for one in here.written.values())])
    if wiring.clock() >= first + coupon.delay:
        return None
    return words.span(coupon.delay, here.locale)
