"""Platforms' windows: how long after a customer's last message free text may go to them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from chalicelib.store import timelines
from chalicelib.store.records import Contact, Conversation, Customer

Window = Callable[[str, str], timedelta | None]
"""(channel, our account there) → how long free text may follow the customer's last message."""

MARGIN = timedelta(minutes=1)
"""Before its end a window counts as over: a message takes a while to get there."""


def shut(
    contacts: Iterable[Contact],
    customer: Customer,
    conversation: Conversation | None,
    window: Window,
    now: datetime,
) -> frozenset[str]:
    """The channels among the contacts that take no free text now. The conversation often knows when
    the customer last wrote there; where it doesn't, their timeline is asked."""
    found: set[str] = set()
    for channel, account in dict.fromkeys((c.channel, c.account) for c in contacts):
        length = window(channel, account)
        if length is None:
            continue
        since = now - length + MARGIN
        at = _here(conversation, channel) or timelines.last_from(
            customer.family, channel, since=since
        )
        if at is None or at < since:
            found.add(channel)
    return frozenset(found)


def _here(conversation: Conversation | None, channel: str) -> datetime | None:
    if conversation is None or conversation.channel != channel:
        return None
    return conversation.last_inbound_at
