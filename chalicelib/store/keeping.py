"""The writes that keep arriving entries: all of a plan or nothing.

A *fast* plan adds entries to conversations known to be open, without reading them first: the
conditions prove the assumption. A *full* plan may also create the customer, link identities and
open a conversation.
"""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.clock import EARLIEST
from chalicelib.store import conversations, customers, entries, keys, places
from chalicelib.store.models import ConversationItem, CustomerItem, IdentityItem
from chalicelib.store.plans import Append, LastWord, Settle
from chalicelib.store.records import OPEN
from chalicelib.store.table import Transaction


def append_all(appends: Sequence[Append]) -> None:
    """Fast plans together in one transaction.

    Raises Refused: tags `entry:<key>` for entries that are there already, `conversation:<id>` where
    the belief was wrong (not open, not this customer's, or the entries are out of order).
    """
    transaction = Transaction()
    for append in appends:
        for entry in append.entries:
            entries.put_once(transaction, entry)
        _touch_blind(transaction, append)
    transaction.commit()


def _touch_blind(transaction: Transaction, append: Append) -> None:
    condition = (
        (ConversationItem.status == OPEN)
        & (ConversationItem.customer_id == append.customer_id)
        & (ConversationItem.opened_at <= append.earliest)
    )
    if append.last:
        condition &= ConversationItem.last_inbound_at.does_not_exist() | _not_before(append.last)
        condition &= (ConversationItem.channel == append.last.channel) | _lively(append.since)
    _touch(transaction, append, [*_last_word(append.last), *_woken(append.last)], condition)


def _not_before(last: LastWord) -> Condition:
    """Nothing later is known, and nothing else of the same moment: that takes a closer look, so
    that the order of arrival never decides where answers go."""
    known = ConversationItem.last_inbound_at
    same = (ConversationItem.channel == last.channel) & (ConversationItem.address == last.address)
    earlier: Condition = (known < last.at) | ((known == last.at) & same)
    return earlier


def _lively(since: datetime) -> Condition:
    """Something has happened since then, so that another channel may carry on."""
    lively: Condition = (
        (ConversationItem.last_inbound_at >= since)
        | (ConversationItem.last_outbound_at >= since)
        | (ConversationItem.opened_at >= since)
    )
    return lively


def _touch(
    transaction: Transaction, append: Append, actions: list[Action], condition: Condition
) -> None:
    if append.inbound:
        actions = [*actions, ConversationItem.inbound_count.add(append.inbound)]
    transaction.update(
        f"conversation:{append.conversation_id}",
        ConversationItem(*keys.conversation(append.conversation_id)),
        actions or [ConversationItem.status.set(OPEN)],
        condition,
    )


def _last_word(last: LastWord | None) -> list[Action]:
    if last is None:
        return []
    return [
        ConversationItem.last_inbound_at.set(last.at),
        ConversationItem.channel.set(last.channel),
        ConversationItem.account.set(last.account),
        ConversationItem.address.set(last.address),
        ConversationItem.last_message_id.set(last.message_id),
        ConversationItem.group.set(last.group),
    ]


def _woken(last: LastWord | None) -> list[Action]:
    """Who has written is looked at, whatever was put off before."""
    return conversations.put_off_no_more() if last else []


def settle(plan: Settle) -> None:
    """A full plan in one transaction.

    Raises Refused: `entry:<key>` for entries already there; any other tag means that what the plan
    was made from has changed: read again and plan anew.
    """
    transaction = Transaction()
    for entry in plan.append.entries:
        entries.put_once(transaction, entry)
    _write_customer(transaction, plan)
    _write_identities(transaction, plan)
    if plan.opens:
        transaction.put(
            f"conversation:{plan.conversation.id}",
            conversations.item(plan.conversation),
            ConversationItem.pk.does_not_exist(),
        )
    else:
        _touch_read(transaction, plan)
    transaction.commit()


def _write_customer(transaction: Transaction, plan: Settle) -> None:
    customer, seen_at = plan.customer, _seen_at(plan)
    if customer.version is None:
        item = customers.customer_item(customer)
        item.last_seen_at = seen_at
        item.open_conversation_id = plan.conversation.id if plan.current else None
        item.contacts = plan.contacts
        transaction.put("customer", item, CustomerItem.pk.does_not_exist())
        return
    actions: list[Action] = [CustomerItem.version.add(1)]
    if (plan.opens or plan.reopens) and plan.current:
        actions.append(CustomerItem.open_conversation_id.set(plan.conversation.id))
    if plan.opens and plan.conversation.channel:
        actions.append(CustomerItem.last_channel.set(plan.conversation.channel))
    if plan.contacts != customer.contacts:
        actions.append(CustomerItem.contacts.set(plan.contacts))
    if seen_at and plan.opens and seen_at > (customer.last_seen_at or EARLIEST):
        actions.append(CustomerItem.last_seen_at.set(seen_at))
    transaction.update(
        "customer",
        CustomerItem(*keys.customer(customer.id)),
        actions,
        CustomerItem.version == customer.version,
    )


def _seen_at(plan: Settle) -> datetime | None:
    """When the customer themselves last wrote, if they did."""
    return plan.append.last.at if plan.append.last else None


def _write_identities(transaction: Transaction, plan: Settle) -> None:
    for identity in plan.new:
        transaction.put(
            f"identity:{identity.key}",
            customers.identity_item(identity),
            IdentityItem.pk.does_not_exist(),
        )
    for identity in plan.known:
        transaction.update(
            f"identity:{identity.key}",
            IdentityItem(*keys.identity(identity.key)),
            [
                IdentityItem.conversation_id.set(plan.conversation.id),
                IdentityItem.contacts.set(identity.contacts),
            ],
            IdentityItem.customer_id == identity.customer_id,
        )


def _touch_read(transaction: Transaction, plan: Settle) -> None:
    """Like the blind touch, but the conversation was read: late entries are put in their place."""
    seen, append = plan.conversation, plan.append
    late = append.last and append.last.place < (
        seen.last_inbound_at or EARLIEST,
        seen.channel or "",
        seen.address or "",
    )
    last = None if late else append.last
    actions = _last_word(last)
    condition = (ConversationItem.status == seen.status) & (
        ConversationItem.opened_at == seen.opened_at
    )
    if plan.reopens:
        actions += conversations.reopening()
        condition &= ConversationItem.resolutions == seen.resolutions
    else:
        actions += _woken(last)
    if last:
        known = ConversationItem.last_inbound_at
        before = seen.last_inbound_at
        condition &= known.does_not_exist() if before is None else known == before
    if append.earliest < seen.opened_at:
        actions.append(ConversationItem.opened_at.set(append.earliest))
        earlier = places.place(seen, opened_at=append.earliest)
        actions.append(ConversationItem.gsi2sk.set(earlier))
        condition &= places.unmoved(seen)
    _touch(transaction, append, actions, condition)
