"""An erasure's record as it counts along: what goes and its number are one transaction, so it says
what there was, however often its workers begin anew."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention
from chalicelib.store import keys
from chalicelib.store.erasure_records import Erasure
from chalicelib.store.models import Item
from chalicelib.store.models_erasure import ErasureItem
from chalicelib.store.table import Refused, Transaction

NOTHING: Mapping[str, int] = {}
NO_MOMENTS: Mapping[str, datetime | None] = {}


class Overtaken(Exception):
    """Another worker has counted since the erasure was read: nothing was written."""


def change(erasure: Erasure, **values: datetime | None) -> Erasure:
    """Set these moments (None removes one). Raises Overtaken."""
    transaction = Transaction()
    after = add(transaction, erasure, NOTHING, values=values)
    commit(transaction, erasure)
    return after


def add(
    transaction: Transaction,
    erasure: Erasure,
    gone: Mapping[str, int],
    kept: Mapping[str, int] = NOTHING,
    values: Mapping[str, datetime | None] = NO_MOMENTS,
) -> Erasure:
    """Count what a transaction (tag `erasure`) takes away and keeps, if nobody else has counted
    since the erasure was read; returns it as it is then."""
    after = msgspec.structs.replace(
        erasure,
        erased=dict(Counter(erasure.erased) + Counter(gone)),
        kept=dict(Counter(erasure.kept) + Counter(kept)),
        version=(erasure.version or 0) + 1,
        **values,
    )
    attributes = ErasureItem.get_attributes()
    actions: list[Action] = [
        ErasureItem.erased.set(after.erased),
        ErasureItem.kept.set(after.kept),
        ErasureItem.version.set(after.version or 1),
        *(
            attributes[name].set(v) if v else attributes[name].remove()
            for name, v in values.items()
        ),
    ]
    row = ErasureItem(*keys.erasure(erasure.customer_id))
    transaction.update("erasure", row, actions, ErasureItem.version == erasure.version)
    return after


def commit(transaction: Transaction, erasure: Erasure) -> None:
    """Raises Overtaken, or Contention if anything else stood in the way."""
    try:
        transaction.commit()
    except Refused as refused:
        if any(one.tag == "erasure" and one.condition_failed for one in refused.refusals):
            raise Overtaken from refused
        raise Contention(f"what is kept of {erasure.customer_id} is changing") from refused


def remove(erasure: Erasure, rows: Mapping[str, Sequence[Item]]) -> Erasure:
    """Delete these items, at most 99 in all, and count them by kind: all or nothing, but for those
    that are gone by now, which an index may still have shown.

    Raises Overtaken, or Contention if one of them is being written just now.
    """
    left = {f"{row.pk}|{row.sk}": (kind, row) for kind, many in rows.items() for row in many}
    for _ in range(2):
        transaction = Transaction()
        for tag, (_, row) in left.items():
            transaction.delete(tag, Item(row.pk, row.sk), _as_shown(row))
        after = add(transaction, erasure, Counter(kind for kind, _ in left.values()))
        try:
            transaction.commit()
        except Refused as refused:
            absent = {one.tag for one in refused.refusals if one.condition_failed}
            if "erasure" in absent:
                raise Overtaken from refused
            if not absent:
                break
            left = {tag: one for tag, one in left.items() if tag not in absent}
            if not left:
                return erasure
        else:
            return after
    raise Contention(f"what is kept of {erasure.customer_id} is changing: repeat the call")


def _as_shown(row: Item) -> Condition:
    """It is there, and under whom it was found: it may have become somebody else's since."""
    condition: Condition = Item.pk.exists()
    if row.gsi1pk:
        condition &= Item.gsi1pk == row.gsi1pk
    if row.gsi2pk:
        condition &= Item.gsi2pk == row.gsi2pk
    return condition
