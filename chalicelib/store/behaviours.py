"""What the customers of campaigns did: counted once a customer, whatever is repeated."""

from datetime import datetime, timedelta

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound
from chalicelib.store import campaigns, customers, keys, ledgers
from chalicelib.store.models_outreach import LedgerItem
from chalicelib.store.outreach_records import Ledger, Membership
from chalicelib.store.table import Refused, Transaction, get_many

ATTEMPTS = 5


def count(customer_id: str, behaviour: str, *, at: datetime, within: timedelta) -> None:
    """Count what a customer did at that moment for each campaign they became part of up to `within`
    before, unless it has been counted: the memory of it and the count change together.

    One request for a customer who is part of none. Raises Contention if their ledger keeps
    changing.
    """
    for _ in range(ATTEMPTS):
        left = [
            (ledger, fresh)
            for ledger in _ledgers(customer_id)
            if (fresh := _fresh(ledger, behaviour, at, within))
        ]
        if not left:
            return
        if all(_counted(ledger, fresh, behaviour) for ledger, fresh in left):
            return
    raise Contention(f"the ledger of {customer_id} keeps changing: repeat the call")


def _ledgers(customer_id: str) -> list[Ledger]:
    """Those of the person: their own, and, if it is to be found elsewhere, those of their family.
    An event names the id under which something is kept, a ledger lies under the one who leads."""
    found = get_many([keys.customer(customer_id), keys.ledger(customer_id)])
    item = found.get(keys.customer(customer_id))
    own = found.get(keys.ledger(customer_id))
    if item is None:
        return []
    customer = customers.customer_from(item)
    if customer.merged_into is None and not customer.members:
        return [ledgers.from_item(own)] if own else []
    try:
        family = customers.get(customer_id).family
    except NotFound:
        return []
    items = get_many(keys.ledger(one) for one in family)
    return [ledgers.from_item(items[k]) for k in map(keys.ledger, family) if k in items]


def _fresh(ledger: Ledger, behaviour: str, at: datetime, within: timedelta) -> list[str]:
    """The campaigns for which it is to be counted."""
    return [
        name
        for name, part in ledger.campaigns.items()
        if part.at <= at <= part.at + within and behaviour not in part.counted
    ]


def _counted(ledger: Ledger, names: list[str], behaviour: str) -> bool:
    """Whether it is counted now; False if the ledger has changed meanwhile."""
    transaction = Transaction()
    parts = dict(ledger.campaigns)
    for name in names:
        part = parts[name]
        parts[name] = msgspec.structs.replace(part, counted=(*part.counted, behaviour))
        campaigns.add_behaviour(transaction, name, ledger.customer_id, part.group, behaviour)
    _remember(transaction, ledger, parts)
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def _remember(transaction: Transaction, ledger: Ledger, parts: dict[str, Membership]) -> None:
    unchanged: Condition = LedgerItem.version == ledger.version
    actions: list[Action] = [LedgerItem.campaigns.set(parts), LedgerItem.version.add(1)]
    transaction.update("ledger", LedgerItem(*keys.ledger(ledger.customer_id)), actions, unchanged)
