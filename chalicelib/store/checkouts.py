"""Checkouts as the store keeps them: whole, under a version, for a season."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError

from chalicelib.errors import Contention
from chalicelib.store import keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import Item
from chalicelib.store.models_outreach import CheckoutItem
from chalicelib.store.outreach_records import Checkout
from chalicelib.store.table import CONDITION_FAILED, Key, get_many, translated

KEPT = timedelta(days=90)
"""How long after its last change a checkout is remembered: what somebody nearly bought is nobody's
business for long."""

MOST = 25
"""Checkouts of one customer that are looked at together."""


def from_item(found: Item) -> Checkout:
    return record(Checkout, found, key=found.pk.removeprefix("X#"))


def find(key: str) -> Checkout | None:
    found = get_many([keys.checkout(key)])
    return from_item(found[keys.checkout(key)]) if found else None


def save(checkout: Checkout, *, at: datetime) -> Checkout:
    """Write the checkout if nobody wrote it since it was read. Raises Contention otherwise."""
    pk, sk = keys.checkout(checkout.key)
    version = (checkout.version or 0) + 1
    item = CheckoutItem(pk=pk, sk=sk, version=version, **fields(checkout, "key", "version"))
    item.expires_at = int((at + KEPT).timestamp())
    if checkout.customer_id:
        item.gsi2pk, item.gsi2sk = keys.timeline(checkout.customer_id), f"X#{checkout.key}"
    unchanged = (
        CheckoutItem.pk.does_not_exist()
        if checkout.version is None
        else CheckoutItem.version == checkout.version
    )
    try:
        with translated():
            item.save(condition=unchanged)
    except PutError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            raise Contention(f"checkout {checkout.key} has just changed") from error
        raise
    return from_item(item)


def of_customer(family: Sequence[str]) -> list[Checkout]:
    """A customer's checkouts that are still remembered."""
    rows: list[Item] = []
    with translated():
        for customer_id in family:
            rows += Item.listing.query(
                keys.timeline(customer_id), Item.gsi2sk.startswith("X#"), limit=MOST
            )
    order: list[Key] = [(row.pk, row.sk) for row in rows]
    loaded = get_many(order)
    return [from_item(loaded[key]) for key in order if key in loaded]
