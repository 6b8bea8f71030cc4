"""Customers and the identities that lead to them."""

from collections.abc import Iterable, Sequence
from typing import Any

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.errors import Contention, NotFound, StoreRejected
from chalicelib.store import keys, locations
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import ConsentLineItem, CustomerItem, IdentityItem, Item
from chalicelib.store.records import Consent, Contact, Customer, Identity
from chalicelib.store.table import CONDITION_FAILED, Transaction, get_many, translated

LOCATION = "location"
"""The consent to the use of a customer's location."""


def customer_item(customer: Customer) -> CustomerItem:
    """A customer to be created."""
    pk, sk = keys.customer(customer.id)
    listing = keys.all_customers(keys.customer_shard(customer.id))
    return CustomerItem(
        pk=pk, sk=sk, version=1, gsi2pk=listing, gsi2sk=pk, **fields(customer, "id", "version")
    )


def customer_from(item: Item) -> Customer:
    return record(Customer, item, id=item.pk.removeprefix("C#"))


def identity_item(identity: Identity) -> IdentityItem:
    pk, sk = keys.identity(identity.key)
    owner = keys.timeline(identity.owner)
    return IdentityItem(pk=pk, sk=sk, gsi2pk=owner, gsi2sk=pk, **fields(identity, "key"))


def identity_from(item: Item) -> Identity:
    return record(Identity, item, key=item.pk.removeprefix("I#"))


def identities(wanted: Iterable[str]) -> dict[str, Identity]:
    """Those of these handle keys that are somebody's, by key, in one request."""
    found = get_many(keys.identity(key) for key in wanted)
    return {identity.key: identity for identity in map(identity_from, found.values())}


def get(customer_id: str) -> Customer:
    """The customer, or the one they are merged into, in one request for each step.

    Raises NotFound.
    """
    seen: set[str] = set()
    while customer_id not in seen:
        seen.add(customer_id)
        found = read(customer_id)
        if found.merged_into is None:
            return found
        customer_id = found.merged_into
    raise StoreRejected(f"customer {customer_id} is merged into itself")


def read(customer_id: str) -> Customer:
    """The customer of exactly this id, merged or not. Raises NotFound."""
    key = keys.customer(customer_id)
    item = get_many([key]).get(key)
    if item is None:
        raise NotFound(f"no customer {customer_id}: look one up with GET /v1/customers?identity=…")
    return customer_from(item)


def find_many(customer_ids: Iterable[str]) -> dict[str, Customer]:
    """Those of exactly these ids that there are, merged or not; one request for 100."""
    found = get_many((keys.customer(one) for one in customer_ids), consistent=False)
    return {one.id: one for one in map(customer_from, found.values())}


def members(customer: Customer) -> list[Customer]:
    """Those who were merged into this one, as they are by themselves; no request if none were."""
    found = get_many(keys.customer(one) for one in customer.members)
    return [customer_from(item) for item in found.values()]


def identities_of(family: Iterable[str]) -> list[str]:
    """The handle keys of a customer (at most 100 for each id of the family)."""
    found: list[str] = []
    with translated():
        for customer_id in family:
            rows = Item.listing.query(
                keys.timeline(customer_id), Item.gsi2sk.startswith("I#"), limit=100
            )
            found += [row.pk.removeprefix("I#") for row in rows]
    return found


def change(customer: Customer, **values: object) -> Customer:
    """Set these fields (None removes one) if nobody changed the customer since it was read.

    Raises Contention otherwise: read again and repeat.
    """
    attributes = CustomerItem.get_attributes()
    actions: list[Action] = [
        attributes[name].remove() if value is None else attributes[name].set(value)
        for name, value in values.items()
    ]
    actions.append(CustomerItem.version.add(1))
    try:
        with translated():
            CustomerItem(*keys.customer(customer.id)).update(
                actions=actions,
                condition=CustomerItem.version == customer.version,
                add_version_condition=False,
            )
    except UpdateError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            raise Contention(f"customer {customer.id} has just changed: repeat the call") from error
        raise
    return get(customer.id)


def set_consent(customer: Customer, purpose: str, consent: Consent) -> None:
    """Replace the present consent and add a line to its history, both or neither. What comes late
    is a line of the history only. With the consent to their location goes what is kept of it.

    Raises Refused if the customer has changed since it was read.
    """
    pk, _ = keys.customer(customer.id)
    line = ConsentLineItem(
        pk=pk, sk=f"CONSENT#{keys.moment(consent.at, purpose)}", purpose=purpose, **_line(consent)
    )
    latest = _latest(customer, purpose, consent)
    transaction = Transaction()
    transaction.put("history", line)
    if purpose == LOCATION and not latest.granted:
        locations.forget(transaction, (customer.id, *locations.kept_under(customer.members)))
    transaction.update(
        "customer",
        CustomerItem(*keys.customer(customer.id)),
        [
            CustomerItem.consents.set({**customer.consents, purpose: latest}),
            CustomerItem.version.add(1),
        ],
        CustomerItem.version == customer.version,
    )
    transaction.commit()


def _latest(customer: Customer, purpose: str, consent: Consent) -> Consent:
    known = customer.consents.get(purpose)
    return known if known is not None and known.at > consent.at else consent


def consent_history(family: Iterable[str]) -> list[tuple[str, Consent]]:
    """Every consent line of a customer as (purpose, what was said), oldest first."""
    lines: list[ConsentLineItem] = []
    with translated():
        for customer_id in family:
            pk, _ = keys.customer(customer_id)
            lines += ConsentLineItem.query(pk, ConsentLineItem.sk.startswith("CONSENT#"))
    return [
        (
            line.purpose,
            Consent(
                granted=line.granted, at=line.at, source=line.source, wording=line.wording or ""
            ),
        )
        for line in sorted(lines, key=lambda line: line.sk)
    ]


def _line(consent: Consent) -> dict[str, Any]:
    return {
        "granted": consent.granted,
        "at": consent.at,
        "source": consent.source,
        "wording": consent.wording or None,
    }


def link(customer: Customer, *, contacts: tuple[Contact, ...], links: Sequence[Identity]) -> None:
    """Create the customer (if never written) or update its contacts, and link new identities.

    Raises Refused if the customer has changed or an identity has become somebody's meanwhile.
    """
    transaction = Transaction()
    if customer.version is None:
        item = customer_item(customer)
        item.contacts = contacts
        transaction.put("customer", item, CustomerItem.pk.does_not_exist())
    else:
        transaction.update(
            "customer",
            CustomerItem(*keys.customer(customer.id)),
            [CustomerItem.contacts.set(contacts), CustomerItem.version.add(1)],
            CustomerItem.version == customer.version,
        )
    for identity in links:
        transaction.put(
            f"identity:{identity.key}", identity_item(identity), IdentityItem.pk.does_not_exist()
        )
    transaction.commit()
