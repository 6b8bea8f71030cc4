"""Addresses that nothing but answers may go to: hard bounces, complaints, wishes."""

from collections.abc import Iterable

from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item, SuppressionItem
from chalicelib.store.records import Contact, Suppression
from chalicelib.store.table import get_many, translated


def put(suppression: Suppression) -> None:
    """Suppress an address, or renew the reason why it is."""
    pk, sk = keys.suppression(suppression.channel, suppression.address)
    with translated():
        SuppressionItem(pk=pk, sk=sk, **fields(suppression, "channel", "address")).save()


def of(contacts: Iterable[Contact]) -> dict[str, str]:
    """Channels among these contacts whose address is suppressed, with the reason."""
    wanted = {keys.suppression(c.channel, c.address): c for c in contacts}
    found = get_many(wanted)
    return {wanted[key].channel: _from(item, wanted[key]).reason for key, item in found.items()}


def _from(item: Item, contact: Contact) -> Suppression:
    return record(Suppression, item, channel=contact.channel, address=contact.address)
