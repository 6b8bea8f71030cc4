"""Canned answers, as they lie in the table."""

from chalicelib.errors import Contention, NotFound
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_staff import CannedItem
from chalicelib.store.staff_records import Canned
from chalicelib.store.table import Key, Refused, Transaction, get_many, translated

LISTING = "CANNED"


def key(name: str) -> Key:
    return f"CANNED#{name}", "CANNED"


def get(name: str) -> Canned:
    """Raises NotFound."""
    found = get_many([key(name)]).get(key(name))
    if found is None:
        raise NotFound(f"no canned answer {name}: write it with PUT /v1/canned/{name}")
    return _from_item(found)


def put(answer: Canned) -> Canned:
    """Keep an answer, in the place of an older one of this name: the last word counts."""
    pk, sk = key(answer.name)
    found = get_many([(pk, sk)]).get((pk, sk))
    item = CannedItem(pk=pk, sk=sk, **fields(answer, "name", "version"))
    item.version = (_from_item(found).version or 0) + 1 if found else 1
    item.gsi2pk, item.gsi2sk = LISTING, answer.name
    with translated():
        item.save()
    return _from_item(item)


def remove(name: str) -> None:
    """Nothing happens if there is none."""
    transaction = Transaction()
    transaction.delete("canned", CannedItem(*key(name)))
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"canned answer {name} is being written: repeat the call") from refused


def listed(*, limit: int, after: str | None = None) -> tuple[list[Canned], str | None]:
    """Answers by name, and the cursor of the next page."""
    bound = Item.gsi2sk > after if after else None
    with translated():
        rows = list(Item.listing.query(LISTING, bound, limit=limit, page_size=limit))
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order, consistent=False)
    cursor = rows[-1].gsi2sk if len(rows) == limit else None
    return [_from_item(loaded[one]) for one in order if one in loaded], cursor


def _from_item(found: Item) -> Canned:
    return record(Canned, found, name=found.pk.removeprefix("CANNED#"))
