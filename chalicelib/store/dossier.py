"""Everything that is kept about one person, page by page: three partitions for each id of theirs.

What is kept under a customer's own key, what is listed under them, and their timeline. So whatever
is listed under customers in future is in here by itself. Of what a line of the timeline is about,
conversations and reviews come along with it (again, where several lines are about the same).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

# Their types must be known before items of theirs can be read.
import chalicelib.store.models_fleet
import chalicelib.store.models_metrics
import chalicelib.store.models_outreach
import chalicelib.store.models_selfservice
import chalicelib.store.models_staff
import chalicelib.store.models_voice  # noqa: F401
from chalicelib.errors import InvalidRequest
from chalicelib.store import keys
from chalicelib.store.models import EntryItem, Item
from chalicelib.store.table import Key, get_many, translated

PARTS = ("own", "listed", "timeline")

MOST_BYTES = 4_000_000
"""Of a page as JSON: Lambda answers with no more than six million."""

_PLACES = frozenset({"pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"})

Thing = dict[str, Any]
"""A kept thing: its `type`, its `key`, and every value it has."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page begins: in which part, of which of the person's ids, behind which key."""

    part: str
    customer_id: str
    behind: str = ""

    @property
    def text(self) -> str:
        return f"{self.part}|{self.customer_id}|{self.behind}"

    @classmethod
    def parse(cls, text: str, family: Sequence[str]) -> "Place":
        """Raises InvalidRequest."""
        part, _, rest = text.partition("|")
        customer_id, bar, behind = rest.partition("|")
        if not bar or part not in PARTS:
            raise InvalidRequest("cursor must be the `next_cursor` of the page before")
        if customer_id not in family:
            raise InvalidRequest("these customers were merged or parted meanwhile: begin again")
        return cls(part=part, customer_id=customer_id, behind=behind)


def page(
    family: Sequence[str], start: Place | None, *, limit: int
) -> tuple[list[Thing], Place | None]:
    """What is kept from there on (None: from the beginning), and where the next page begins (None:
    there is none). No more than `limit` rows, fewer where they are large."""
    places = [Place(part=part, customer_id=one) for one in family for part in PARTS]
    at = start or places[0]
    while True:
        things, behind = _read(at, limit)
        if behind is None:
            following = places.index(Place(part=at.part, customer_id=at.customer_id)) + 1
            after = places[following] if following < len(places) else None
        else:
            after = Place(part=at.part, customer_id=at.customer_id, behind=behind)
        if things or after is None:
            return things, after
        at = after


def _read(at: Place, limit: int) -> tuple[list[Thing], str | None]:
    rows, sort = _rows(at, limit), {"own": "sk", "listed": "gsi2sk", "timeline": "gsi1sk"}[at.part]
    things = _things(at.part, rows)
    if limit > 1 and len(msgspec.json.encode(things)) > MOST_BYTES:
        return _read(at, limit // 2)
    return things, getattr(rows[-1], sort) if len(rows) == limit else None


def _rows(at: Place, limit: int) -> list[Item]:
    pk = keys.timeline(at.customer_id)
    sort = {"own": Item.sk, "listed": Item.gsi2sk, "timeline": Item.gsi1sk}[at.part]
    bound = sort > at.behind if at.behind else None
    query = {"own": Item.query, "listed": Item.listing.query, "timeline": Item.timeline.query}
    with translated():
        return list(query[at.part](pk, bound, limit=limit, page_size=limit))


def _things(part: str, rows: Sequence[Item]) -> list[Thing]:
    if part == "listed":
        loaded = get_many((row.pk, row.sk) for row in rows)
        return [_thing(loaded[row.pk, row.sk]) for row in rows if (row.pk, row.sk) in loaded]
    # Merged, a customer stands in their own timeline, too.
    lines = [row for row in rows if row.gsi1sk != keys.FAMILY or part == "own"]
    return [*map(_thing, lines), *map(_thing, get_many(_about(lines)).values())]


def _about(lines: Iterable[Item]) -> set[Key]:
    """What these lines are about, if it isn't listed under their customer."""
    found: set[Key] = set()
    for line in lines:
        if isinstance(line, EntryItem):
            if line.conversation_id:
                found.add(keys.conversation(line.conversation_id))
            if review_id := (line.details or {}).get("review_id"):
                found.add(keys.review(review_id))
    return found


def _thing(item: Item) -> Thing:
    kind = type(item)
    values = {
        name: sorted(value) if isinstance(value, set) else value
        for name, value in item.attribute_values.items()
        if name not in _PLACES and value is not None
    }
    name = Item.type.get_discriminator(kind)
    return {**values, "type": name, "key": f"{item.pk}|{item.sk}"}
