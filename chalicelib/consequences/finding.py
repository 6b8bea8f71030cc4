"""After a customer wrote or ordered: let staff find it again, if the playbook has a `[search]`."""

from chalicelib import events
from chalicelib.commerce import records
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.search.words import kept, order_name
from chalicelib.store import entries, orders, searching


def index_words(event: Happened, hands: Hands) -> None:
    """The words of a message, for as long as the playbook says; none of one that is too old to be
    searched by now, or was taken back."""
    received: events.MessageReceived = event.data
    search = hands.playbook.search
    if search is None or received.at + search.keep <= hands.clock():
        return
    entry = entries.get_entries([received.message_key]).get(received.message_key)
    if entry is None:  # erased meanwhile
        return
    words = kept(f"{entry.details.get('subject', '')} {entry.text or ''}")
    if words:
        searching.keep(entry.key, entry.at, words, until=entry.at + search.keep)


def forget_words(event: Happened, hands: Hands) -> None:  # noqa: ARG001  nothing else is needed
    """Of a message that its author took back nothing is found any more."""
    extended: events.TimelineExtended = event.data
    if extended.kind != "deletion":
        return
    line = entries.get_entries([extended.entry_key]).get(extended.entry_key)
    if line is not None and (target := line.details.get("target")):
        searching.forget(str(target))


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
