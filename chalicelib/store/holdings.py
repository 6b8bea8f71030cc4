"""Holdings: how much of each thing is kept about a customer, counted as far as a page shows."""

from collections.abc import Sequence

import msgspec

from chalicelib.store import keys, timelines
from chalicelib.store.models import Item
from chalicelib.store.table import translated

MOST = 100
"""So far is counted: what a look costs does not grow with the history."""


class Holdings(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each; `more` if the timeline reaches further back than was looked at, so that
    conversations and reviews may be more."""

    orders: int
    devices: int
    conversations: int
    reviews: int
    more: bool


def of(family: Sequence[str]) -> Holdings:
    """What is kept under these ids, of which the first leads."""
    lines, older = timelines.page(family[0], limit=MOST)
    talks = {line.conversation_id for line in lines if line.conversation_id}
    return Holdings(
        orders=_count(family, "O#"),
        devices=_count(family, "D#"),
        conversations=len(talks),
        reviews=sum(line.kind == "review" for line in lines),
        more=older is not None,
    )


def _count(family: Sequence[str], prefix: str) -> int:
    with translated():
        return sum(
            1
            for one in family
            for _ in Item.listing.query(
                keys.timeline(one), Item.gsi2sk.startswith(prefix), limit=MOST, page_size=MOST
            )
        )
