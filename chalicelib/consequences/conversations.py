"""After a customer wrote: the first word, and their files."""

from chalicelib import events
from chalicelib.consequences.hands import Hands, Happened
from chalicelib.outreach import compose
from chalicelib.outreach.plan import Plan
from chalicelib.store import customers


def greet(event: Happened, hands: Hands) -> None:
    """The first word, on the channel the customer chose, if the brand greets there. Cases opened by
    alerts have their own; a group is left in peace, and so is what another app leads."""
    opened: events.ConversationOpened = event.data
    greets = opened.channel in hands.playbook.greeting.channels and not opened.reserved
    if opened.opened_by != "customer" or not greets:
        return
    hands.planner.plan(
        Plan(
            key=f"greeting:{opened.conversation_id}",
            purpose="reply",
            kind="greeting",
            customer_id=opened.customer_id,
            # A platform's clock may run ahead of ours: that is no reason to wait.
            due_at=min(event.at, hands.clock()),
            channel=opened.channel,
            conversation_id=opened.conversation_id,
        )
    )


def confirm_wish(event: Happened, hands: Hands) -> None:
    """One line that says that a wish was heard, on the channel where it was said."""
    wish: events.OptedOut | events.OptedIn = event.data
    customer = customers.get(wish.customer_id)
    words = hands.playbook.opt_out.started
    if isinstance(wish, events.OptedOut):
        words = hands.playbook.opt_out.stopped
    hands.planner.plan(
        Plan(
            key=f"opt_out:{wish.message_key}",
            purpose="reply",
            kind="opt_out",
            customer_id=wish.customer_id,
            due_at=min(event.at, hands.clock()),
            channel=wish.channel,
            text=compose.said_to(words, customer, hands.playbook),
        )
    )


def fetch_files(event: Happened, hands: Hands) -> None:
    """The files of a message into our own bucket, before the platform's links to them end."""
    received: events.MessageReceived = event.data
    if received.media:
        hands.files().keep_all(received.message_key)
