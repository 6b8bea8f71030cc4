"""Ledgers: what each customer got lately, one small item a customer, under a version. Whoever may
send first has to write here, so two workers can't both take the last place under a frequency cap.
"""

from collections.abc import Iterable, Sequence

import msgspec
from pynamodb.expressions.condition import Condition

from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import LedgerItem
from chalicelib.store.outreach_records import Ledger
from chalicelib.store.table import Refused, Transaction, get_many


def from_item(found: Item) -> Ledger:
    return record(Ledger, found, customer_id=found.pk.removeprefix("C#"))


def get(customer_id: str) -> Ledger:
    """An empty one if nothing was ever sent."""
    return of_family([customer_id])


def of_family(family: Sequence[str]) -> Ledger:
    """The ledger of the first id, with what the others of the family got added to it."""
    found = get_many(keys.ledger(one) for one in family)
    read = {one.customer_id: one for one in map(from_item, found.values())}
    own = read.pop(family[0], Ledger(customer_id=family[0]))
    return joined(own, read.values())


def joined(own: Ledger, others: Iterable[Ledger]) -> Ledger:
    """One person's ledgers as one, under the first one's version. Pure."""
    slots = {slot.notification_id: slot for slot in own.slots}
    last, campaigns = dict(own.last), dict(own.campaigns)
    for other in others:
        slots |= {slot.notification_id: slot for slot in other.slots}
        last |= {k: s for k, s in other.last.items() if k not in last or s.at > last[k].at}
        campaigns = dict(other.campaigns) | campaigns
    ordered = tuple(sorted(slots.values(), key=lambda slot: slot.at))
    return msgspec.structs.replace(own, slots=ordered, last=last, campaigns=campaigns)


def put(transaction: Transaction, ledger: Ledger) -> None:
    """Replace the ledger in a transaction (tag `ledger`) if nobody wrote it since it was read."""
    pk, sk = keys.ledger(ledger.customer_id)
    version = ledger.version
    item = LedgerItem(
        pk=pk, sk=sk, version=(version or 0) + 1, **fields(ledger, "customer_id", "version")
    )
    transaction.put("ledger", item, _as_read(version))


def save(ledger: Ledger) -> bool:
    """The same by itself; False if somebody wrote it since it was read."""
    transaction = Transaction()
    put(transaction, ledger)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def _as_read(version: int | None) -> Condition:
    if version is None:
        return LedgerItem.pk.does_not_exist()
    return LedgerItem.version == version
