"""What is kept under the ids of an erased customer, as far as the next page of it goes, and what of
it is no more than a few items to be taken away."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.pagination import ResultIterator

# Their types must be known before items of theirs can be read.
import chalicelib.store.models_fleet
import chalicelib.store.models_metrics
import chalicelib.store.models_outreach
import chalicelib.store.models_selfservice
import chalicelib.store.models_staff
import chalicelib.store.models_voice  # noqa: F401
from chalicelib.store import keys
from chalicelib.store.entries import from_item
from chalicelib.store.models import EntryItem, Item
from chalicelib.store.records import Entry
from chalicelib.store.table import Key, get_many, translated

MOST_BYTES = 3_000_000
"""Of texts that one transaction takes away, well under DynamoDB's 4 MB."""


def notes_and_ghosts(customer_id: str, *, limit: int) -> tuple[list[Item], int]:
    """Notifications that are listed under this id, and how many rows there were: of what is gone
    since, an index may show the row for a moment."""
    return _listed(customer_id, Item.gsi2sk.startswith("N#"), limit)


def handles(customer_id: str, *, limit: int) -> list[Item]:
    """Handles that still lead to this id."""
    return _listed(customer_id, Item.gsi2sk.startswith("I#"), limit)[0]


def things_and_ghosts(customer_id: str, *, limit: int) -> tuple[list[Item], int]:
    """Whatever is listed under this id, likewise."""
    return _listed(customer_id, None, limit)


def _listed(customer_id: str, bound: Condition | None, limit: int) -> tuple[list[Item], int]:
    owner = keys.timeline(customer_id)
    with translated():
        rows = list(Item.listing.query(owner, bound, limit=limit, page_size=limit))
    found = get_many((row.pk, row.sk) for row in rows)
    # What has become somebody else's since is not theirs any more, whatever the index shows.
    return _together([item for item in found.values() if item.gsi2pk == owner]), len(rows)


def lines(customer_id: str, *, limit: int) -> list[Item]:
    """The first lines of a timeline, as many as go together."""
    with translated():
        rows = list(Item.timeline.query(keys.timeline(customer_id), limit=limit, page_size=limit))
    return [row for row in _together(rows) if isinstance(row, EntryItem)]


def _together(rows: Iterable[Item]) -> list[Item]:
    """The first of these, as many as one transaction takes, and one at least."""
    size, fitting = 0, list[Item]()
    for row in rows:
        # Letters may be as long as four bytes each.
        size += len(str(row.attribute_values)) * 4
        if fitting and size > MOST_BYTES:
            break
        fitting.append(row)
    return fitting


def own(customer_id: str, *, limit: int) -> list[Item]:
    """What lies beside a customer under their own key, whatever it is: the model's own `query`
    would pass over a kind that nobody has imported, and leave it there."""
    given = {"limit": limit, "consistent_read": True}
    query = Item._get_connection().query
    pk, _ = keys.customer(customer_id)
    with translated():
        rows: ResultIterator[Item] = ResultIterator(
            query, (pk,), given, map_fn=Item.from_raw_data, limit=limit
        )
        return _together(rows)


def kind_of(item: Item) -> str:
    """What it is called: "order", "survey" …"""
    return str(Item.type.get_discriminator(type(item)))


def by_kind(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[kind_of(item)].append(item)
    return dict(found)


def subject_of(note: Item) -> str:
    """Which card a note of the figures is about."""
    _, _, kind, subject, *_ = f"{note.sk}####".split("#")
    return f"O#{subject}" if kind == BOUGHT else subject


BOUGHT = "p"
"""The kind of a note that somebody bought, whose subject is an order."""


def entries_of(rows: Iterable[Item]) -> list[Entry]:
    return [from_item(row) for row in rows]


def forget(wanted: Iterable[Key]) -> None:
    """Delete these items, whether or not they are there; one request for 25."""
    with translated(), Item.batch_write() as batch:
        for pk, sk in dict.fromkeys(wanted):
            batch.delete(Item(pk, sk))


def forget_figures(subjects: Sequence[str]) -> None:
    """Delete the cards and rows of these subjects (see `metrics.step`), from which nothing is
    counted any more; what they were counted in stays. One request for each, and for 25 items."""
    found: list[Key] = []
    with translated():
        for subject in dict.fromkeys(subjects):
            found += [(row.pk, row.sk) for row in Item.query(f"KPI#{subject}")]
    forget(found)


def recipients_of(entry_key: str) -> list[Key]:
    """What became of a message for each of those in a group."""
    pk, _ = keys.entry(entry_key)
    with translated():
        return [(row.pk, row.sk) for row in Item.query(pk, Item.sk.startswith("R#"))]
