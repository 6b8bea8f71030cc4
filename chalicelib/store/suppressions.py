"""Addresses that nothing but answers may go to: hard bounces, complaints, wishes."""

from collections.abc import Iterable

from pynamodb.exceptions import PutError

from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item, SuppressionItem
from chalicelib.store.notification_records import Suppression
from chalicelib.store.records import Contact
from chalicelib.store.table import CONDITION_FAILED, Key, Transaction, get_many, translated


def put(suppression: Suppression) -> bool:
    """Suppress an address, or lift it; False if later news of it is known already."""
    pk, sk = keys.suppression(suppression.channel, suppression.address)
    later = SuppressionItem.at.does_not_exist() | (SuppressionItem.at <= suppression.at)
    item = SuppressionItem(pk=pk, sk=sk, **fields(suppression, "channel", "address"))
    try:
        with translated():
            item.save(condition=later)
    except PutError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            return False
        raise
    return True


def require_none(transaction: Transaction, contact: Contact) -> None:
    """Let a transaction happen (tag `suppression`) only while nothing suppresses this contact."""
    free = SuppressionItem.pk.does_not_exist() | (SuppressionItem.lifted == True)  # noqa: E712
    key = keys.suppression(contact.channel, contact.address)
    transaction.require("suppression", SuppressionItem, key, free)


def of(contacts: Iterable[Contact]) -> dict[tuple[str, str], str]:
    """The suppressed ones among these contacts, as (channel, address), with the reason."""
    return {where: one.reason for where, one in standing(contacts).items()}


def standing(contacts: Iterable[Contact]) -> dict[tuple[str, str], Suppression]:
    """What suppresses these contacts, as (channel, address), where something does."""
    wanted: dict[Key, list[Contact]] = {}
    for contact in contacts:
        key = keys.suppression(contact.channel, contact.address)
        wanted.setdefault(key, []).append(contact)
    found = get_many(wanted)
    return {
        (contact.channel, contact.address): one
        for key, item in found.items()
        for contact in wanted[key]
        if not (one := _from(item, contact)).lifted
    }


def sorted_out(contacts: Iterable[Contact]) -> tuple[int, list[Contact]]:
    """How many of these addresses something suppresses, and one contact for each of which a
    suppression is on record that was lifted."""
    wanted = {keys.suppression(one.channel, one.address): one for one in contacts}
    known = {key: _from(item, wanted[key]) for key, item in get_many(wanted).items()}
    lifted = [wanted[key] for key, one in known.items() if one.lifted]
    return len(known) - len(lifted), lifted


def _from(item: Item, contact: Contact) -> Suppression:
    return record(Suppression, item, channel=contact.channel, address=contact.address)
