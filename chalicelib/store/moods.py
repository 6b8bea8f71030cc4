"""Moods: one small item a customer, under a version, listed while the customer is unhappy."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.store import keys
from chalicelib.store.models import Item
from chalicelib.store.models_voice import MoodItem
from chalicelib.store.table import Refused, Transaction, get_many, translated

LISTING = "UNHAPPY"

Kept = tuple[dict[str, Any], int]
"""A mood's document, and its version."""


def find_many(customer_ids: Iterable[str]) -> dict[str, Kept]:
    """The moods there are, by customer; one request for 100."""
    found = get_many(keys.mood(one) for one in customer_ids)
    return {
        item.pk.removeprefix("C#"): (item.document, int(item.version))
        for item in found.values()
        if isinstance(item, MoodItem)
    }


def save(
    customer_id: str, document: dict[str, Any], version: int | None, unhappy_at: datetime | None
) -> bool:
    """Write a mood, listed by the moment since which the customer is unhappy (None: they aren't);
    False if somebody has written it since it had this version (None: since it was not there)."""
    item = MoodItem(*keys.mood(customer_id), document=document, version=(version or 0) + 1)
    if unhappy_at is not None:
        item.gsi2pk, item.gsi2sk = LISTING, keys.moment(unhappy_at, customer_id)
    as_read = MoodItem.version == version if version else MoodItem.pk.does_not_exist()
    transaction = Transaction()
    transaction.put("mood", item, as_read)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def unhappy(*, limit: int, before: str | None = None) -> tuple[list[str], str | None]:
    """The customers who are listed, the latest first, and the next cursor; one request."""
    bound = Item.gsi2sk < before if before else None
    with translated():
        rows = list(
            Item.listing.query(
                LISTING, bound, scan_index_forward=False, limit=limit, page_size=limit
            )
        )
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [row.pk.removeprefix("C#") for row in rows], cursor
