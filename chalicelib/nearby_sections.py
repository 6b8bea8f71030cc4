"""The playbook's `[nearby]` and `[[stores]]`: where the brand's stores are, and what is offered to
who comes near one. Pure.

What each name means is told beside it in `playbook.toml`.
"""

import re
from collections.abc import Iterator, Sequence
from string import Formatter
from typing import Annotated

import msgspec

from chalicelib.playbook_sections import Offer
from chalicelib.playbook_values import LOCALES, Section, Words
from chalicelib.times import Span

SMALLEST, LARGEST = 50, 5000
"""Metres of a store's radius: under it no phone is exact enough, beyond it nobody is near."""

MOST_STORES = 500
"""Each report is measured against all of them."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Store(Section, frozen=True, kw_only=True):
    """A store and the circle around it, in degrees (WGS 84) and metres."""

    id: str
    name: str
    lat: float
    lon: float
    radius_m: int
    address: str


Stores = Annotated[tuple[Store, ...], msgspec.Meta(max_length=MOST_STORES)]


class Nearby(Section, frozen=True, kw_only=True):
    """An offer to who comes near a store. `accuracy_m` is how wrong (metres) a position may be."""

    gap: Span
    max_lateness: Span
    accuracy_m: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
    offer: Words
    coupon: Offer | None = None

    @property
    def fills(self) -> set[str]:
        """What may be filled into the offer."""
        return {"name", "brand", "store", "address"} | (CODE if self.coupon else set())


CODE = {"code", "percent", "expires"}
"""What a coupon adds to that."""

Mistake = tuple[tuple[str, ...], str]
"""Where it stands in the playbook, and the problem with its fix."""


def mistakes(stores: Sequence[Store], nearby: Nearby | None) -> Iterator[Mistake]:
    """What the types alone can't see."""
    ids = [store.id for store in stores]
    for number, store in enumerate(stores):
        for field, problem in _of_store(store, ids[:number]):
            yield ("stores", str(number), field), problem
    if nearby is not None:
        yield from _of_offer(nearby, stores)


def _of_store(store: Store, before: Sequence[str]) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(store.id):
        write = 'write 1 to 40 small letters, digits and dashes, e.g. "moda"'
        yield "id", f"{store.id[:60]!r} is no id for a store: {write}"
    elif store.id in before:
        yield "id", f"two stores have the id {store.id!r}: rename one"
    for field in ("name", "address"):
        if not getattr(store, field).strip():
            yield field, f"it is empty: write the {field} as customers know it"
    if not -90 <= store.lat <= 90:
        yield "lat", f"{store.lat} is no latitude: write degrees from -90 to 90, e.g. 40.98"
    if not -180 <= store.lon <= 180:
        yield "lon", f"{store.lon} is no longitude: write degrees from -180 to 180, e.g. 29.02"
    if not SMALLEST <= store.radius_m <= LARGEST:
        write = f"write metres from {SMALLEST} to {LARGEST}"
        yield "radius_m", f"a circle of {store.radius_m} m is too small or too large: {write}"


def _of_offer(nearby: Nearby, stores: Sequence[Store]) -> Iterator[Mistake]:
    if not stores:
        yield ("nearby",), "there is no store to be near to: add [[stores]], or leave [nearby] out"
    for locale in LOCALES:
        text = nearby.offer.in_(locale)
        if nearby.coupon and "code" not in _names(text):
            fix = "write {code} where the code goes, or leave [nearby.coupon] out"
            yield ("nearby", "offer", locale), f"the code is not in the text: {fix}"


def _names(text: str) -> set[str]:
    """The placeholders of a text; of a broken one none, which is told elsewhere."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        return {"code"}
