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


def of(contacts: Iterable[Contact]) -> dict[tuple[str, str], str]:
    """The suppressed ones among these contacts, as (channel, address), with the reason."""
    wanted = {keys.suppression(c.channel, c.address): c for c in contacts}
    found = get_many(wanted)
    kept = [_from(item, wanted[key]) for key, item in found.items()]
    return {(one.channel, one.address): one.reason for one in kept}


def _from(item: Item, contact: Contact) -> Suppression:
    return record(Suppression, item, channel=contact.channel, address=contact.address)
