"""Merging two customers into one, and parting them again: pointers change, nothing moves."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.store import entries, keys, locations
from chalicelib.store.models import ConversationItem, CustomerItem, IdentityItem
from chalicelib.store.records import Customer, Entry, Identity
from chalicelib.store.table import Transaction

MOST_IDENTITIES = 90
"""That one merge can point elsewhere: all of it is one transaction of at most 100 actions."""


def write(
    changed: Sequence[tuple[Customer, Customer]],
    pointed: Sequence[tuple[Identity, Identity]],
    entry: Entry,
    *,
    moved_conversation: tuple[str, str, str] | None = None,
    forgotten: Sequence[str] = (),
) -> None:
    """Customers and identities as (before, after), the timeline's line of it, an open conversation
    as (id, from customer, to customer), and those whose location is forgotten: all or nothing.

    Raises Refused if any of them has changed since it was read.
    """
    transaction = Transaction()
    for before, after in changed:
        transaction.update(
            f"customer:{before.id}",
            CustomerItem(*keys.customer(before.id)),
            _differences(before, after),
            CustomerItem.version == before.version,
        )
    for was, identity in pointed:
        home = IdentityItem.home
        transaction.update(
            f"identity:{identity.key}",
            IdentityItem(*keys.identity(identity.key)),
            [
                IdentityItem.customer_id.set(identity.customer_id),
                home.set(identity.home) if identity.home else home.remove(),
            ],
            IdentityItem.customer_id == was.customer_id,
        )
    if moved_conversation:
        conversation_id, giver, taker = moved_conversation
        transaction.update(
            f"conversation:{conversation_id}",
            ConversationItem(*keys.conversation(conversation_id)),
            [ConversationItem.customer_id.set(taker)],
            ConversationItem.customer_id == giver,
        )
    locations.forget(transaction, forgotten)
    entries.put_once(transaction, entry)
    transaction.commit()


_MERGED = (
    "contacts",
    "consents",
    "name",
    "locale",
    "country",
    "time_zone",
    "preferred_channel",
    "last_channel",
    "quiet_hours",
    "open_conversation_id",
    "members",
    "merged_into",
    "merge",
)


def _differences(before: Customer, after: Customer) -> list[Action]:
    attributes = CustomerItem.get_attributes()
    actions: list[Action] = [CustomerItem.version.add(1)]
    for name in _MERGED:
        value = getattr(after, name)
        if value == getattr(before, name):
            continue
        attribute = attributes[name]
        actions.append(attribute.set(value) if value else attribute.remove())
    return [*actions, *_place(after)]


def _place(customer: Customer) -> list[Action]:
    """Whose timeline lies under several ids stands at its end, where a reader of its newest page
    meets them: everybody else's is read without looking at the customer first."""
    owner, place = CustomerItem.gsi1pk, CustomerItem.gsi1sk
    if customer.members or customer.merged_into:
        return [owner.set(keys.timeline(customer.id)), place.set(keys.FAMILY)]
    return [owner.remove(), place.remove()]


def line(
    customer_id: str, *, change: str, other: str, by: str, at: datetime, number: int | None
) -> Entry:
    """The timeline's line of a merge or its undoing; `number` tells one from another of the same
    two customers."""
    return Entry(
        key=f"identity:{customer_id}:{change}:{other}:{number or 0}",
        at=at,
        kind="identity",
        customer_id=customer_id,
        details={"change": change, "customer_id": other, "by": by},
    )
