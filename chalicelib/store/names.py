"""Names of customers, by their first letters: a small item for each word of a name.

Each is listed under its customer, so it is exported and erased as whatever else is kept of them.
"""

from collections.abc import Sequence

from chalicelib.store import keys
from chalicelib.store.models import CustomerItem
from chalicelib.store.models_staff import NameItem
from chalicelib.store.table import Refused, Transaction, get_many, translated

LETTERS = 2
"""By so many letters at the beginning of a name names share a partition."""

MOST_ROWS = 300
"""How many rows are looked through for a beginning."""


def keep(customer_id: str, names: Sequence[str]) -> None:
    """Let a customer be found by these, if they are there still: one request where they are kept
    already, two else. What they were called before stays; it is compared with what they are called
    now."""
    wanted = [_row(name, customer_id) for name in names]
    found = get_many((row.pk, row.sk) for row in wanted)
    new = [row for row in wanted if (row.pk, row.sk) not in found]
    if not new:
        return
    transaction = Transaction()
    transaction.require(
        "customer", CustomerItem, keys.customer(customer_id), CustomerItem.pk.exists()
    )
    for row in new:
        transaction.put(f"name:{row.sk}", row)
    try:
        transaction.commit()
    except Refused as refused:
        if not any(one.condition_failed for one in refused.refusals):
            raise  # another writer is in the way: whoever asked asks again


def beginning(text: str) -> list[tuple[str, str]]:
    """(name, customer id) of those whose name begins so; of very many, some."""
    with translated():
        rows = NameItem.query(
            _partition(text),
            NameItem.sk.startswith(text),
            limit=MOST_ROWS,
            page_size=MOST_ROWS,
        )
        found = [row.sk.rpartition("#") for row in rows]
    return [(name, customer_id) for name, _, customer_id in found]


def _row(name: str, customer_id: str) -> NameItem:
    owner = keys.timeline(customer_id)
    return NameItem(_partition(name), f"{name}#{customer_id}", gsi2pk=owner, gsi2sk=f"NAME#{name}")


def _partition(name: str) -> str:
    return f"NAME#{name[:LETTERS]}"
