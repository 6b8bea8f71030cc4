"""Where words lie: a small item for each kept word of a message, by week and first letters.

A search for the beginning of a word is one query for each week; what it costs does not grow with
the history. All of it goes by itself (`expires_at`), and with its message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.ids import stable_id
from chalicelib.store import keys
from chalicelib.store.models_staff import OrderNameItem, WordItem
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated

LETTERS = 3
"""By so many letters at the beginning of a word words share a partition."""

MOST_ROWS = 300
"""How many messages of one week are looked through for a word."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A message that has a word, and all of its kept words."""

    entry_key: str
    at: datetime
    words: tuple[str, ...]

    @property
    def place(self) -> str:
        """Sorts as time does."""
        return keys.moment(self.at, stable_id("e", self.entry_key))


def keep(entry_key: str, at: datetime, words: Sequence[str], *, until: datetime) -> None:
    """Let a message be found by these words; doing it twice is doing it once. One request for 25:
    so many words and one item that remembers them."""
    rows = [_row(word, entry_key, at, words) for word in words]
    rows.append(_remembered(entry_key, at, words))
    with translated(), WordItem.batch_write() as batch:
        for row in rows:
            row.expires_at = int(until.timestamp())
            batch.save(row)


def forget(entry_key: str) -> None:
    """Let a message be found no more."""
    found = get_many([_memory(entry_key)]).get(_memory(entry_key))
    if not isinstance(found, WordItem):
        return
    with translated(), WordItem.batch_write() as batch:
        for word in found.words:
            batch.delete(_row(word, entry_key, found.at, ()))
        batch.delete(WordItem(*_memory(entry_key)))


def week_of(at: datetime) -> datetime:
    """The Monday, 00:00 UTC, of its week."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=at.weekday())


def in_week(week: datetime, beginning: str) -> list[Found]:
    """Messages of a week with a word that begins so, the latest first; of a word that is more
    frequent than that, some of them."""
    with translated():
        rows = WordItem.query(
            _partition(week, beginning),
            WordItem.sk.startswith(beginning),
            limit=MOST_ROWS,
            page_size=MOST_ROWS,
        )
        found = {
            row.entry_key: Found(entry_key=row.entry_key, at=row.at, words=tuple(row.words))
            for row in rows
        }
    return sorted(found.values(), key=lambda one: one.place, reverse=True)


def name_order(name: str, order_key: str, customer_id: str, at: datetime, until: datetime) -> None:
    """Let an order be found by its name; shops may use a name more than once."""
    row = OrderNameItem(_order_name(name), order_key, customer_id=customer_id, at=at)
    row.expires_at = int(until.timestamp())
    transaction = Transaction()
    transaction.put("order_name", row)
    try:
        transaction.commit()
    except Refused:  # the same, this very moment
        return


def orders_named(name: str, *, limit: int = 20) -> list[str]:
    """Keys of the orders of this name."""
    with translated():
        rows = OrderNameItem.query(_order_name(name), limit=limit, page_size=limit)
        return [row.sk for row in rows]


def _row(word: str, entry_key: str, at: datetime, words: Sequence[str]) -> WordItem:
    place = keys.moment(at, stable_id("e", entry_key))
    return WordItem(
        _partition(week_of(at), word), f"{word}#{place}", entry_key=entry_key, at=at, words=words
    )


def _remembered(entry_key: str, at: datetime, words: Sequence[str]) -> WordItem:
    return WordItem(*_memory(entry_key), entry_key=entry_key, at=at, words=words)


def _memory(entry_key: str) -> Key:
    return keys.entry(entry_key)[0], "WORDS"


def _partition(week: datetime, word: str) -> str:
    return f"WORD#{week:%Y-%m-%d}#{word[:LETTERS]}"


def _order_name(name: str) -> str:
    return f"ORDERNAME#{name}"
