"""Notifications: planned once, claimed by one worker, ended with one outcome."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.errors import NotFound, Unavailable
from chalicelib.store import campaigns, entries, keys, ledgers, suppressions, surveys
from chalicelib.store.mapping import fields, record
from chalicelib.store.models import ConversationItem, Item, NotificationItem
from chalicelib.store.notification_records import Decision, Notification
from chalicelib.store.outreach_records import Ledger, Survey
from chalicelib.store.records import Contact, Entry
from chalicelib.store.table import (
    CONDITION_FAILED,
    Key,
    Refused,
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


def find_many(ids: Iterable[str]) -> list[Notification]:
    """Those of these notifications that are there, in one request for each 100."""
    return [from_item(row) for row in get_many(map(keys.notification, ids)).values()]


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


Taking = Literal["taken", "elsewhere", "suppressed", "stale"]
"""What became of an attempt to take a notification: it is ours; another worker or outcome was
first; the address is suppressed; the ledger, or something else, changed meanwhile."""


def claim(
    notification: Notification,
    *,
    name: str,
    at: datetime,
    ledger: Ledger | None = None,
    free: Contact | None = None,
) -> Taking:
    """Make this attempt the one that may send. In the same moment, or not at all, its place in the
    customer's ledger is taken and the address that is to be `free` of suppressions is.

    `name` must be new: a repeat of a call whose answer got lost knows itself by it.
    """
    actions: list[Action] = [
        NotificationItem.status.set("claimed"),
        NotificationItem.claim.set(name),
        NotificationItem.claimed_at.set(at),
        NotificationItem.decisions.set(list(notification.decisions)),
    ]
    try:
        taking = _take(notification, actions, ledger, free)
    except Unavailable:
        # It may have been written all the same: then it is ours, and nobody else will send it.
        if _is_ours(notification, name):
            return "taken"
        raise
    if taking == "elsewhere" and _is_ours(notification, name):
        return "taken"
    return taking


def _is_ours(notification: Notification, name: str) -> bool:
    found = find(notification.id)
    return found is not None and found.status == "claimed" and found.claim == name


def hold_out(
    notification: Notification, *, decision: Decision, ledger: Ledger, free: Contact
) -> Taking:
    """End it as skipped because its customer is in the control group, under the same conditions
    under which others are sent theirs."""
    transaction = Transaction()
    _count(transaction, notification, "skipped", decision.reason)
    return _take(notification, _ended("skipped", decision, notification), ledger, free, transaction)


def _take(
    notification: Notification,
    actions: list[Action],
    ledger: Ledger | None,
    free: Contact | None,
    transaction: Transaction | None = None,
) -> Taking:
    transaction = transaction or Transaction()
    key = keys.notification(notification.id)
    transaction.update("notification", NotificationItem(*key), actions, _unchanged(notification))
    if ledger is not None:
        ledgers.put(transaction, ledger)
    if free is not None:
        suppressions.require_none(transaction, free)
    try:
        transaction.commit()
    except Refused as refused:
        failed = {refusal.tag for refusal in refused.refusals if refusal.condition_failed}
        if "notification" in failed:
            return "elsewhere"
        return "suppressed" if "suppression" in failed else "stale"
    return "taken"


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
        NotificationItem.decisions.set(_log(notification, decision)),
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
    survey: Survey | None = None,
) -> None:
    """Record the one outcome, what was said in the timeline and its conversation, and the `survey`
    if it asked something, together. `counted` says whether that conversation is there to be
    counted in.

    Raises Refused if the notification's state has changed since it was read, or (tag
    `conversation`) if the conversation is gone.
    """
    transaction = Transaction()
    attributes = NotificationItem.get_attributes()
    transaction.update(
        "notification",
        NotificationItem(*keys.notification(notification.id)),
        [
            *_ended(outcome, decision, notification),
            *(attributes[name].set(value) for name, value in (values or {}).items() if value),
        ],
        _unchanged(notification),
    )
    _count(transaction, notification, outcome, decision.reason)
    if sent is not None:
        entries.put_sent(transaction, sent)
        said = sent.direction == "out" and outcome == "sent"
        if counted and sent.conversation_id and said:
            _count_outbound(transaction, sent.conversation_id, sent.at)
    if survey is not None:
        surveys.put_asked(transaction, survey)
    transaction.commit()


def _ended(outcome: str, decision: Decision, notification: Notification) -> list[Action]:
    return [
        NotificationItem.status.set(outcome),
        NotificationItem.reason.set(decision.reason),
        NotificationItem.decisions.set(_log(notification, decision)),
    ]


def _log(notification: Notification, decision: Decision) -> list[Decision]:
    """The decisions so far and this one; a postponement for the same reason as the last takes its
    place, so that a long pause is one line."""
    earlier = list(notification.decisions)
    last = earlier[-1] if earlier else None
    again = last is not None and (last.decision, last.reason) == ("postpone", decision.reason)
    if last is not None and again and decision.decision == "postpone":
        earlier.pop()
        times = int(last.facts.get("times", 1)) + 1
        decision = msgspec.structs.replace(decision, facts={**decision.facts, "times": times})
    return [*earlier, decision]


def _count(transaction: Transaction, note: Notification, outcome: str, reason: str) -> None:
    """What a campaign came to is counted in the moment in which it is recorded."""
    if note.campaign_id:
        campaigns.add_count(transaction, note.campaign_id, note.id, outcome, reason)


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
