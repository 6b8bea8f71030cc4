"""After somebody wrote or ordered: let staff find it again, if the playbook has a `[search]`."""

from datetime import datetime, timedelta

from chalicelib import events
from chalicelib.commerce import records
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.inbox.labelling import line_key
from chalicelib.outreach.outcomes import said_key
from chalicelib.search import sources
from chalicelib.search.indexing import index
from chalicelib.search.people import index_name
from chalicelib.search.words import order_name
from chalicelib.store import entries, notifications, orders, searching
from chalicelib.store.staff_records import Label


def index_words(event: Happened, hands: Hands) -> None:
    """The words of a message, for as long as the playbook says; none of one that is too old to be
    searched by now, or was taken back."""
    received: events.MessageReceived = event.data
    if keep := _keep(hands, received.at):
        index(received.message_key, keep=keep, now=hands.clock())


def index_reply(event: Happened, hands: Hands) -> None:
    """The words of what staff answered, once it is out. What Temas writes by itself is not
    searched: it says the same to everybody."""
    sent: events.NotificationSent = event.data
    if sent.kind != sources.REPLY or hands.playbook.search is None:
        return
    note = notifications.find(sent.notification_id)
    if note is not None:  # else it was erased meanwhile
        index(said_key(note), keep=hands.playbook.search.keep, now=hands.clock())


def index_beside(event: Happened, hands: Hands) -> None:
    """The words of notes, and of what staff answered in another program. Of a line that its author
    took back nothing is found any more."""
    extended: events.TimelineExtended = event.data
    keep = _keep(hands, extended.at)
    if not keep:
        return
    if extended.kind in ("message", sources.NOTE):
        index(extended.entry_key, keep=keep, now=hands.clock())
    elif extended.kind == "deletion" and (target := _target(extended.entry_key)):
        _take_back(target, extended.at, keep)
        index(target, keep=keep, now=hands.clock())


def _take_back(target: str, at: datetime, keep: timedelta) -> None:
    """News that a line was taken back may come before it, or while it is being kept."""
    line = entries.get_entries([target]).get(target)
    if line is None:
        searching.bar(target, at, until=at + keep)
    elif not line.details.get("deleted"):
        entries.redact(target)


def _target(deletion: str) -> str | None:
    line = entries.get_entries([deletion]).get(deletion)
    return line.details.get("target") if line else None


def index_labels(event: Happened, hands: Hands) -> None:
    """The labels that staff gave a conversation, in the words they have."""
    said: events.ConversationLabelled = event.data
    keep = _keep(hands, said.at)
    if keep and said.labels:
        label = Label(
            conversation_id=said.conversation_id,
            customer_id=said.customer_id,
            at=said.at,
            by=said.by,
            category=said.category,
            was=said.was,
            labels=tuple(said.labels),
        )
        index(line_key(label), keep=keep, now=hands.clock())


def _keep(hands: Hands, at: datetime) -> timedelta | None:
    """For how long lines are searched; None for one of this moment, if it is too old by now."""
    search = hands.playbook.search
    return search.keep if search and at + search.keep > hands.clock() else None


def index_order(event: Happened, hands: Hands) -> None:
    """The name of an order, as the customer says it."""
    placed: events.OrderPlaced = event.data
    search = hands.playbook.search
    if search is None or placed.at + search.keep_orders <= hands.clock():
        return
    found = orders.find(placed.order_key)
    name = order_name(records.from_record(found.document).name) if found else ""
    if name:
        until = placed.at + search.keep_orders
        searching.name_order(name, placed.order_key, placed.customer_id, placed.at, until)


def index_customer(event: Happened, hands: Hands) -> None:
    """What a customer is called."""
    about: events.ConversationOpened | events.OrderPlaced = event.data
    if hands.playbook.search is not None:
        index_name(about.customer_id)
