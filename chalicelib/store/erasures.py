"""Erasures: each begins in the moment in which its customer is gone."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chalicelib.store import keys
from chalicelib.store.erasure_records import ERASED, Erasure
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import (
    ConversationItem,
    CustomerItem,
    IdentityItem,
    SuppressionItem,
)
from chalicelib.store.models_erasure import ErasureItem
from chalicelib.store.plans import MAX_ACTIONS
from chalicelib.store.records import Contact, Conversation, Customer, Identity
from chalicelib.store.table import Transaction, get_many


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A customer as they were read, with all by which they are found: who was merged into them,
    handles, the open conversations these lead to, and suppressions of theirs that were lifted."""

    people: Sequence[Customer]
    identities: Sequence[Identity]
    conversations: Sequence[Conversation]
    lifted: Sequence[Contact]


def find(customer_id: str) -> Erasure | None:
    """The erasure of the customer of this id, also of one who was merged into another."""
    for _ in range(2):
        key = keys.erasure(customer_id)
        found = get_many([key]).get(key)
        if not isinstance(found, ErasureItem):
            return None
        if found.with_id is None:
            return record(Erasure, found, customer_id=customer_id)
        customer_id = found.with_id
    return None


def is_known(customer_id: str) -> bool:
    """Whether somebody of this id is being erased, or was; one request."""
    key = keys.erasure(customer_id)
    return key in get_many([key], consistent=False)


def begin(erasure: Erasure, leaving: Leaving) -> Erasure:
    """Keep the erasure and delete the customer with their handles, all or nothing: from then on
    nobody finds them, and who writes by one of these handles is somebody new.

    Handles beyond what one transaction takes (about 90) go with the rest, page by page. Raises
    Refused if anything has changed since it was read.
    """
    transaction = Transaction()
    for one in erasure.other_ids:
        part = ErasureItem(*keys.erasure(one), with_id=erasure.customer_id)
        transaction.put(f"part:{one}", part, ErasureItem.pk.does_not_exist())
    for person in leaving.people:
        row = CustomerItem(*keys.customer(person.id))
        transaction.delete(f"customer:{person.id}", row, CustomerItem.version == person.version)
    for case in leaving.conversations:
        transaction.update(
            f"conversation:{case.id}",
            ConversationItem(*keys.conversation(case.id)),
            [ConversationItem.customer_id.set(ERASED)],
            ConversationItem.customer_id == case.customer_id,
        )
    room = MAX_ACTIONS - 1 - len(transaction)
    gone = leaving.lifted[:room]
    for contact in gone:
        lifted = SuppressionItem(*keys.suppression(contact.channel, contact.address))
        free = SuppressionItem.lifted == True  # noqa: E712
        transaction.delete(f"suppression:{lifted.pk}", lifted, free)
    handles = leaving.identities[: room - len(gone)]
    for identity in handles:
        handle = IdentityItem(*keys.identity(identity.key))
        theirs = IdentityItem.customer_id == identity.customer_id
        transaction.delete(f"identity:{identity.key}", handle, theirs)
    counted = {"identity": len(handles), "suppression": len(gone)}
    new = msgspec.structs.replace(
        erasure, version=1, erased={**erasure.erased, **{k: n for k, n in counted.items() if n}}
    )
    pk, sk = keys.erasure(new.customer_id)
    item = ErasureItem(pk=pk, sk=sk, **fields(new, "customer_id"))
    transaction.put("erasure", item, ErasureItem.pk.does_not_exist())
    transaction.commit()
    return new
