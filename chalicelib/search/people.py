"""Customers by what they are called."""

from contextlib import suppress

from chalicelib.errors import NotFound
from chalicelib.search.naming import beginnings, is_called, name_words, turned
from chalicelib.store import customers, names
from chalicelib.store.records import Customer

MOST = 20
"""Customers that are shown."""


def index_name(customer_id: str) -> None:
    """Let a customer be found by the name they have. Repeating it changes nothing."""
    try:
        customer = customers.read(customer_id)
    except NotFound:  # erased meanwhile
        return
    if customer.name and (wanted := turned(customer.name)):
        names.keep(customer.id, wanted)


def called(query: str) -> list[Customer]:
    """Those whose name has every word of the search, in any order, or begins so; who was merged
    into another is that one. Two queries and a read, and a read for each who was merged."""
    found: dict[str, None] = {}
    for beginning in beginnings(query):
        rows = names.beginning(beginning)
        found |= {who: None for name, who in rows if is_called(name.split(), query)}
    known = customers.find_many(list(found)[:MOST])
    fitting = [
        known[who]
        for who in found
        if who in known and is_called(name_words(known[who].name or ""), query)
    ]
    return leads(fitting)


def leads(found: list[Customer]) -> list[Customer]:
    """Each with whoever they were merged into in their place, once; without who is gone by now."""
    shown: dict[str, Customer] = {}
    for one in found:
        with suppress(NotFound):
            lead = one if one.merged_into is None else customers.get(one.id)
            shown[lead.id] = lead
    return list(shown.values())
