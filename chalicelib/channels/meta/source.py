"""Messenger and Instagram: one delivery holds the events of several people, pages and accounts.

`account` is the id of the page or Instagram account, the message id Meta's mid, and `address` the
customer's id, which means something to this page or account only. The object of a delivery decides
which of the two channels it is for, so that both may share one webhook URL.

Events come under `messaging`, under `standby` while another app holds the conversation, and from
the dashboard's test button under `changes`. Ignored under their names: kinds that are no message
and change nothing (referrals without words, account linking, hand-overs, policy notes, …), mentions
and everything else under `changes`. A comment of Instagram's is a message.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.channels.base import ChannelEvent, Delivery, Ignored
from chalicelib.channels.extras import NOTHING
from chalicelib.channels.meta import wire
from chalicelib.channels.meta.comments import from_comment
from chalicelib.channels.meta.happenings import events_of
from chalicelib.channels.meta.hub import HubChannel, counted
from chalicelib.channels.wire import counter, decode

_CHANNELS = {"page": "messenger", "instagram": "instagram"}
_COMMENTS = frozenset({"comments", "live_comments"})


class MetaMessaging(HubChannel):
    """The webhook of one of the two."""

    def __init__(self, name: str) -> None:
        self.name = name

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        notification = decode(wire.NOTIFICATION, delivery.body)
        channel = _CHANNELS.get(notification.object)
        if channel is None:
            return [Ignored(channel=self.name, what=counter(f"object:{notification.object}"))]
        return counted(
            event
            for number, entry in enumerate(notification.entry)
            for event in _entry(entry, f"$.entry[{number}]", channel, delivery.received_at)
        )


def _entry(
    entry: wire.Entry, path: str, channel: str, received_at: datetime
) -> Iterator[ChannelEvent]:
    about: dict[str, Any] = {"channel": channel, "entry": entry, "received_at": received_at}
    for index, raw in enumerate(entry.messaging or ()):
        yield from events_of(raw, f"{path}.messaging[{index}]", **about)
    for index, raw in enumerate(entry.standby or ()):
        yield from events_of(raw, f"{path}.standby[{index}]", standby=True, **about)
    for index, change in enumerate(entry.changes or ()):
        at = f"{path}.changes[{index}].value"
        if change.value == NOTHING or channel != "instagram":
            yield Ignored(channel=channel, what=counter(change.field))
        elif change.field in _COMMENTS:
            comment = decode(wire.COMMENT, change.value, at)
            yield from_comment(comment, change.field, channel, entry, received_at)
        elif change.field.startswith("messag") or change.field == "standby":
            yield from events_of(change.value, at, standby=change.field == "standby", **about)
        else:
            yield Ignored(channel=channel, what=counter(change.field))
