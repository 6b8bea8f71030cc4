"""A checkout as the sum of what was told of it, whichever way that came. Pure.

As with orders, `apply` is commutative and idempotent: of two sightings the newer one counts, and
what only ever happens (it became an order, it is gone) is kept with its earliest time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from chalicelib.clock import iso, parse_iso
from chalicelib.commerce.facts import Buyer, CheckoutSeen, Item, checkout_key
from chalicelib.commerce.records import from_buyer, from_items, to_buyer, to_items

_LONGEST_URL = 2000
_FROM_SIGHTING = ("started_at", "buyer", "currency", "total", "items", "country", "url")
_TEXTS = ("platform", "shop", "checkout_id", "currency", "country", "url")
_TIMES = ("updated_at", "started_at", "completed_at", "gone_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """One checkout, as far as it is known; before its first sighting that may be its end alone.

    `updated_at` is when it last changed, `completed_at` when it became an order, `gone_at` when the
    shop was first seen to have dropped it; the rest is as in `CheckoutSeen`.
    """

    platform: str
    shop: str
    checkout_id: str
    updated_at: datetime | None = None
    started_at: datetime | None = None
    buyer: Buyer | None = None
    currency: str = ""
    total: Decimal = Decimal(0)
    items: tuple[Item, ...] = ()
    country: str | None = None
    url: str | None = None
    completed_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def key(self) -> str:
        return checkout_key(self.platform, self.shop, self.checkout_id)

    @property
    def waits(self) -> bool:
        """Whether something lies in it that its buyer may still order."""
        return bool(self.items) and self.completed_at is None and self.gone_at is None


def apply(basket: Basket | None, fact: CheckoutSeen) -> Basket:
    """The checkout with the sighting added."""
    if basket is None:
        basket = Basket(platform=fact.platform, shop=fact.shop, checkout_id=fact.checkout_id)
    basket = replace(
        basket,
        completed_at=_earlier(basket.completed_at, fact.completed_at),
        gone_at=_earlier(basket.gone_at, fact.updated_at if fact.gone else None),
    )
    if fact.gone or not _newer(fact, basket):
        return basket
    values = {name: getattr(fact, name) for name in _FROM_SIGHTING}
    return replace(basket, updated_at=fact.updated_at, **values)


def ordered(basket: Basket | None, key: tuple[str, str, str], at: datetime) -> Basket:
    """The checkout (platform, shop, id) having become an order then."""
    platform, shop, checkout_id = key
    known = basket or Basket(platform=platform, shop=shop, checkout_id=checkout_id)
    return replace(known, completed_at=_earlier(known.completed_at, at))


def _newer(fact: CheckoutSeen, basket: Basket) -> bool:
    """By time; two of one moment by their text, so that both orders of arrival agree."""
    if basket.updated_at is None:
        return True
    return (fact.updated_at, _face(fact)) > (basket.updated_at, _face(basket))


def _face(of: CheckoutSeen | Basket) -> str:
    return repr([getattr(of, name) for name in _FROM_SIGHTING])


def to_record(basket: Basket) -> dict[str, Any]:
    """JSON-able and complete: `from_record` gives an equal one."""
    record: dict[str, Any] = {name: getattr(basket, name) for name in _TEXTS}
    record |= {name: _text(getattr(basket, name)) for name in _TIMES}
    record |= {
        "total": str(basket.total),
        "buyer": from_buyer(basket.buyer) if basket.buyer else None,
        "items": from_items(basket.items),
    }
    return {name: value for name, value in record.items() if value not in (None, "", [])}


def from_record(record: Mapping[str, Any]) -> Basket:
    """Undoes `to_record`; KeyError or ParseError for a record that it didn't write."""
    given: dict[str, Any] = {name: record[name] for name in _TEXTS if name in record}
    given |= {name: parse_iso(record[name]) for name in _TIMES if name in record}
    return Basket(
        **given,
        total=Decimal(record["total"]),
        buyer=to_buyer(record["buyer"]) if "buyer" in record else None,
        items=to_items(record.get("items", ())),
    )


def safe_url(text: str | None) -> str | None:
    """The address if a mail may link to it: https, to a host, of a sensible length."""
    if not text or len(text) > _LONGEST_URL or not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme == "https" and parts.hostname else None


def _earlier(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
