"""Where customers are: one item a customer, their last position alone, for a day.

The table's own clearing may come days late: whoever reads tells the time, and what has expired is
not there.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pynamodb.expressions.condition import Condition

from chalicelib.errors import Contention
from chalicelib.store import keys
from chalicelib.store.location_records import Location
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import CustomerItem, Item
from chalicelib.store.models_outreach import LocationItem
from chalicelib.store.records import Customer
from chalicelib.store.table import Refused, Transaction, get_many, update_if


def from_item(found: Item) -> Location:
    ends = datetime.fromtimestamp(found.expires_at or 0, UTC)
    return record(Location, found, customer_id=found.pk.removeprefix("C#"), expires_at=ends)


def of_family(family: Sequence[str]) -> list[Location]:
    """All that is kept under these ids, expired or not, in one request."""
    return [from_item(item) for item in get_many(keys.location(one) for one in family).values()]


def save(location: Location, customer: Customer, *, instead_of: Location | None) -> None:
    """Keep the location if nothing has changed since the customer and `instead_of` (what lies under
    their own id, expired or not) were read: so no late report overwrites a newer one, and none is
    kept of somebody who has just withdrawn their consent, or is gone.

    Raises Contention otherwise: read again and repeat.
    """
    pk, sk = keys.location(location.customer_id)
    item = LocationItem(pk=pk, sk=sk, **fields(location, "customer_id", "expires_at"))
    item.expires_at = int(location.expires_at.timestamp())
    transaction = Transaction()
    unchanged = CustomerItem.version == customer.version
    transaction.require("customer", CustomerItem, keys.customer(customer.id), unchanged)
    transaction.put("location", item, _as_read(instead_of))
    try:
        transaction.commit()
    except Refused as refused:
        raise Contention(f"customer {customer.id} has just changed: repeat the call") from refused


def _as_read(location: Location | None) -> Condition:
    if location is None:
        return LocationItem.pk.does_not_exist()
    return LocationItem.at == location.at


def empty_outbox(location: Location) -> None:
    """What it had to tell is told. Nothing happens if there is a later one by now."""
    row = LocationItem(*keys.location(location.customer_id))
    update_if(row, [LocationItem.outbox.remove()], LocationItem.at == location.at)


def forget(transaction: Transaction, ids: Iterable[str]) -> None:
    """Delete what is kept under these ids, with the rest of a transaction that changes the leading
    customer: so a report that is just coming does not bring it back."""
    for one in ids:
        transaction.delete(f"location:{one}", LocationItem(*keys.location(one)))


def kept_under(family: Sequence[str]) -> list[str]:
    """Those of these ids under which there is a location."""
    return [one.customer_id for one in of_family(family)]
