"""Notifications: planned once, claimed by one worker, ended with one outcome."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import NotFound
from chalicelib.store import entries, keys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import ConversationItem, Item, NotificationItem
from chalicelib.store.records import Decision, Entry, Notification
from chalicelib.store.table import (
    CONDITION_FAILED,
    Key,
    Transaction,
    get_many,
    translated,
    update_if,
)

WAITING = ("planned", "postponed")


def item(notification: Notification) -> NotificationItem:
    pk, sk = keys.notification(notification.id)
    return NotificationItem(
        pk=pk,
        sk=sk,
        gsi2pk=keys.timeline(notification.customer_id),
        gsi2sk=f"N#{keys.moment(notification.planned_at, notification.id)}",
        **fields(notification, "id"),
    )


def from_item(found: Item) -> Notification:
    return record(Notification, found, id=found.pk.removeprefix("N#"))


def put_once(notification: Notification) -> bool:
    """Keep a new plan; False if its key is planned already, whatever became of it."""
    try:
        with translated():
            item(notification).save(condition=NotificationItem.pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code == f"{CONDITION_FAILED}Exception":
            return False
        raise
    return True


def find(notification_id: str) -> Notification | None:
    key = keys.notification(notification_id)
    found = get_many([key]).get(key)
    return from_item(found) if found else None


def get(notification_id: str) -> Notification:
    """Raises NotFound."""
    found = find(notification_id)
    if found is None:
        raise NotFound(f"no notification {notification_id}")
    return found


def listed(
    family: Sequence[str], *, limit: int, before: str | None = None
) -> tuple[list[Notification], str | None]:
    """A customer's notifications, latest plan first, and the cursor of the next page."""
    bound = Item.gsi2sk.between("N#", before) if before else Item.gsi2sk.startswith("N#")
    rows: list[Item] = []
    with translated():
        for customer_id in family:
            rows += Item.listing.query(
                keys.timeline(customer_id),
                bound,
                scan_index_forward=False,
                limit=limit + 1,
                page_size=limit + 1,
            )
    rows = sorted(rows, key=lambda row: row.gsi2sk or "", reverse=True)
    found = [row for row in rows if row.gsi2sk != before][:limit]
    order: list[Key] = [(row.pk, row.sk) for row in found]
    loaded = get_many(order, consistent=False)
    cursor = found[-1].gsi2sk if len(found) == limit else None
    return [from_item(loaded[key]) for key in order if key in loaded], cursor


def claim(notification: Notification, *, name: str, at: datetime) -> bool:
    """Make this attempt the one that may send; False if another worker or outcome was first.

    `name` must be new: a repeat of a call whose answer got lost knows itself by it.
    """
    actions = [
        NotificationItem.status.set("claimed"),
        NotificationItem.claim.set(name),
        NotificationItem.claimed_at.set(at),
        NotificationItem.decisions.set(list(notification.decisions)),
    ]
    if _update(notification, actions, _unchanged(notification)):
        return True
    found = find(notification.id)
    return found is not None and found.status == "claimed" and found.claim == name


def release(notification: Notification) -> None:
    """Undo a claim under which nothing was sent."""
    actions = [
        NotificationItem.status.set("planned"),
        NotificationItem.claim.remove(),
        NotificationItem.claimed_at.remove(),
    ]
    _update(notification, actions, _unchanged(notification))


def postpone(
    notification: Notification, *, until: datetime, status: str, decision: Decision
) -> bool:
    """Back to waiting, to be decided again at `until` as the next attempt; False if its state has
    changed meanwhile. `status` is postponed (by rule) or planned (a platform was down)."""
    actions = [
        NotificationItem.status.set(status),
        NotificationItem.reason.set(decision.reason),
        NotificationItem.due_at.set(until),
        NotificationItem.attempt.set(notification.attempt + 1),
        NotificationItem.decisions.set([*notification.decisions, decision]),
        NotificationItem.claim.remove(),
        NotificationItem.claimed_at.remove(),
    ]
    return _update(notification, actions, _unchanged(notification))


def finish(
    notification: Notification,
    *,
    outcome: str,
    decision: Decision,
    sent: Entry | None = None,
    counted: bool = True,
    values: dict[str, object] | None = None,
) -> None:
    """Record the one outcome, and what was said in the timeline and its conversation, together.
    `counted` says whether that conversation is there to be counted in.

    Raises Refused if the notification's state has changed since it was read, or (tag
    `conversation`) if the conversation is gone.
    """
    transaction = Transaction()
    attributes = NotificationItem.get_attributes()
    transaction.update(
        "notification",
        NotificationItem(*keys.notification(notification.id)),
        [
            NotificationItem.status.set(outcome),
            NotificationItem.reason.set(decision.reason),
            NotificationItem.decisions.set([*notification.decisions, decision]),
            *(attributes[name].set(value) for name, value in (values or {}).items() if value),
        ],
        _unchanged(notification),
    )
    if sent is not None:
        entries.put_sent(transaction, sent)
        if counted and sent.conversation_id and outcome == "sent":
            _count_outbound(transaction, sent.conversation_id, sent.at)
    transaction.commit()


def _count_outbound(transaction: Transaction, conversation_id: str, at: datetime) -> None:
    transaction.update(
        "conversation",
        ConversationItem(*keys.conversation(conversation_id)),
        [ConversationItem.last_outbound_at.set(at), ConversationItem.outbound_count.add(1)],
        ConversationItem.pk.exists(),
    )


def _unchanged(notification: Notification) -> Condition:
    """It is as it was read: same status, same attempt, same claim."""
    attempt = NotificationItem.attempt == notification.attempt
    if not notification.attempt:
        attempt = attempt | NotificationItem.attempt.does_not_exist()
    same: Condition = (NotificationItem.status == notification.status) & attempt
    if notification.claim:
        same = same & (NotificationItem.claim == notification.claim)
    return same


def _update(notification: Notification, actions: Sequence[Action], condition: Condition) -> bool:
    return update_if(NotificationItem(*keys.notification(notification.id)), actions, condition)
