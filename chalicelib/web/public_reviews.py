"""Published reviews for the world: as JSON that search engines read (schema.org), and their photos.

Nothing in it leads to a customer, an order or an address.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from chalice.app import Response

from chalicelib.commerce.reviews import photo_key
from chalicelib.errors import NotFound
from chalicelib.playbook_values import Locale
from chalicelib.store import reviews
from chalicelib.store.outreach_records import Rating, Review
from chalicelib.web.http import Headers
from chalicelib.web.review_words import ANONYMOUS
from chalicelib.wiring import Wiring

PER_PAGE = 20
LONGEST = 500
_REVIEW = re.compile(r"rev_[a-z2-7]{20}")
BEST, WORST = 5, 1

HEADERS: Headers = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def listed(wiring: Wiring, name: str, query: Mapping[str, str]) -> Response:
    """A page of the published reviews of a product (`platform:shop:id`) or of a shop
    (`platform:shop`), with the rating of them all. Raises NotFound for what can be neither."""
    subject, cursor = unquote(name), query.get("cursor", "")
    if max(len(subject), len(cursor)) > LONGEST or not all(subject.partition(":")):
        raise NotFound("reviews are found under platform:shop:product, each part as orders name it")
    assert wiring.table
    rating = reviews.rating(subject)
    page, after = reviews.of_subject(subject, limit=PER_PAGE, before=cursor or None)
    base = f"{wiring.links.base_url}/reviews"
    document = as_document(rating, page, wiring.playbook.brand.name, base)
    headers: Headers = {
        "Content-Type": "application/ld+json; charset=utf-8",
        "Cache-Control": "public, max-age=300",
        **HEADERS,
    }
    if after:
        document["next"] = f"{base}/{quote(subject, safe='')}?cursor={quote(after, safe='')}"
        headers["Link"] = f'<{document["next"]}>; rel="next"'
    # So that it can be set into a page as it is: no text in it ends a script element.
    body = msgspec.json.encode(document).decode().replace("<", "\\u003c")
    return Response(body=body, status_code=200, headers=headers)


def photo(wiring: Wiring, name: str) -> Response:
    """On to a published review's photo, by a link that ends soon. Raises NotFound."""
    assert wiring.table
    found = reviews.find(name) if _REVIEW.fullmatch(name) else None
    if found is None or found.status != reviews.SHOWN or not found.photo:
        raise NotFound("there is no such photo")
    headers: Headers = {
        "Location": wiring.files.url(photo_key(found.id)),
        "Cache-Control": "public, max-age=60",
        **HEADERS,
    }
    return Response(body="", status_code=302, headers=headers)


def as_document(rating: Rating, page: list[Review], brand: str, base: str) -> dict[str, Any]:
    """schema.org's Product or Store with its reviews; `base` is where photos are found. Pure.

    Without a review there is no aggregateRating: Google refuses one that counts none.
    """
    of_shop = rating.subject.count(":") == 1
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Store" if of_shop else "Product",
        "identifier": rating.subject,
    }
    if name := brand if of_shop else rating.title:
        document["name"] = name
    if not of_shop:
        document["productID"] = rating.subject.rpartition(":")[2]
    if rating.average is not None:
        document["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(rating.average, 2),
            "reviewCount": rating.count,
            **_BOUNDS,
        }
    document["review"] = [_review(one, brand, base) for one in page]
    return document


_BOUNDS = {"bestRating": BEST, "worstRating": WORST}


def _review(review: Review, brand: str, base: str) -> dict[str, Any]:
    locale: Locale = "tr" if review.locale == "tr" else "en"
    shown: dict[str, Any] = {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.author or ANONYMOUS.in_(locale)},
        "datePublished": f"{review.at:%Y-%m-%d}",
        "reviewRating": {"@type": "Rating", "ratingValue": review.stars, **_BOUNDS},
    }
    further = {
        "name": review.title,
        "reviewBody": review.text,
        "inLanguage": review.locale,
        "image": f"{base}/{review.id}/photo" if review.photo else "",
    }
    shown |= {name: value for name, value in further.items() if value}
    if review.answer:
        by = {"@type": "Organization", "name": brand}
        shown["comment"] = {"@type": "Comment", "author": by, "text": review.answer}
    return shown
