"""By which words a line is found, and orders by their names.

All of it goes by itself (`expires_at`), and with its line (`forget`). Where words lie: `word_rows`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.store import entries, keys, word_rows
from chalicelib.store.models import OrderItem
from chalicelib.store.models_staff import OrderNameItem, WordItem
from chalicelib.store.records import Entry
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated
from chalicelib.store.word_rows import Place

MOST_FORGOTTEN = 50
"""Lines that are looked up with one request, two items each."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A line as it is (None: there is none), and where words of it lie. `barred`: its author took
    it back, so it is not to be found, even if it comes after that."""

    entry: Entry | None
    places: frozenset[Place]
    barred: bool


def look(entry_key: str) -> Seen:
    """One request."""
    line, memory = keys.entry(entry_key), word_rows.memory(entry_key)
    taken_back = word_rows.taken_back(entry_key)
    found = get_many([line, memory, taken_back])
    row, known = found.get(line), found.get(memory)
    return Seen(
        entry=entries.from_item(row) if row is not None and row.gsi1pk else None,
        places=word_rows.places(known) if isinstance(known, WordItem) else frozenset(),
        barred=taken_back in found,
    )


def lay(
    entry_key: str,
    wanted: Collection[Place],
    *,
    stale: Collection[Place],
    keep: timedelta,
) -> None:
    """Let a line be found at these places and no longer at the stale ones. Doing it twice is doing
    it once. One request for 25: so many words and one item that remembers them."""
    words = tuple(sorted(place.word for place in wanted))
    memory = WordItem(*word_rows.memory(entry_key), entry_key=entry_key, words=words)
    at = next((place.at for place in wanted), None)
    with translated(), WordItem.batch_write() as batch:
        if at is not None:
            memory.at, ends = at, int((at + keep).timestamp())
            for item in (memory, *(word_rows.row(one, entry_key, words) for one in wanted)):
                item.expires_at = ends
                batch.save(item)
        for place in stale:
            batch.delete(word_rows.row(place, entry_key))
    if at is None:
        # After the words: as long as they are remembered, a repeat finds what is left of them.
        with translated(), WordItem.batch_write() as batch:
            batch.delete(memory)


def bar(entry_key: str, at: datetime, *, until: datetime) -> None:
    """A line is not to be found any more, nor when it comes after this: its author took it back.
    Who looks at it next takes its words away."""
    item = WordItem(*word_rows.taken_back(entry_key), entry_key=entry_key, at=at, words=())
    item.expires_at = int(until.timestamp())
    with translated():
        item.save()


def forget(entry_key: str) -> None:
    """Let a line be found no more. Erase the line first: what is being indexed at this moment looks
    for it afterwards, and takes its words away if it has gone."""
    forget_many([entry_key])


def forget_many(entry_keys: Sequence[str]) -> None:
    """The same of many lines: a request for each 50, and one for each 25 items that go."""
    for start in range(0, len(entry_keys), MOST_FORGOTTEN):
        part = entry_keys[start : start + MOST_FORGOTTEN]
        found = get_many(of(key) for key in part for of in (word_rows.memory, word_rows.taken_back))
        known = [item for item in found.values() if isinstance(item, WordItem)]
        rows = [
            word_rows.row(at, item.entry_key) for item in known for at in word_rows.places(item)
        ]
        # What remembers the words goes after them: as long as it is there, a repeat finds the rest.
        for going in (rows, known):
            with translated(), WordItem.batch_write() as batch:
                for item in going:
                    batch.delete(WordItem(item.pk, item.sk))


def order_name(name: str, order_key: str) -> Key:
    """The key by which an order is found by its name."""
    return _order_name(name), order_key


def name_order(name: str, order_key: str, customer_id: str, at: datetime, until: datetime) -> None:
    """Let an order be found by its name; shops may use a name more than once."""
    row = OrderNameItem(_order_name(name), order_key, customer_id=customer_id, at=at)
    row.expires_at = int(until.timestamp())
    transaction = Transaction()
    transaction.put("order_name", row)
    transaction.require("order", OrderItem, keys.order(order_key), OrderItem.pk.exists())
    try:
        transaction.commit()
    except Refused:  # the same, this very moment; or the order was erased meanwhile
        return


def orders_named(name: str, *, limit: int = 20) -> list[str]:
    """Keys of the orders of this name."""
    with translated():
        rows = OrderNameItem.query(_order_name(name), limit=limit, page_size=limit)
        return [row.sk for row in rows]


def _order_name(name: str) -> str:
    return f"ORDERNAME#{name}"
