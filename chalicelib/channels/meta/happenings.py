"""One event of a messaging entry: its kind is the key that holds its content."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent
from chalicelib.channels.extras import NOTHING
from chalicelib.channels.meta import messages, notices, wire
from chalicelib.channels.meta.occasions import Occasion, itself, occasion
from chalicelib.channels.wire import decode

_ENVELOPE = frozenset({"sender", "recipient", "timestamp", "prior_message"})
_KNOWN = (
    *("postback", "messaging_feedback", "reaction", "message_edit", "read", "delivery"),
    *("optin", "optout"),
)

Fields = dict[str, msgspec.Raw]


def events_of(
    raw: msgspec.Raw,
    path: str,
    *,
    channel: str,
    entry: wire.Entry,
    received_at: datetime,
    standby: bool = False,
) -> Iterator[ChannelEvent]:
    """What the event says. Raises ParseError naming the field, also for a message of nobody's."""
    envelope = decode(wire.ENVELOPE, raw, path)
    content = envelope.message
    message = None if content == NOTHING else decode(wire.MESSAGE, content, f"{path}.message")
    echo = bool(message and message.is_echo)
    on = occasion(channel, envelope, entry, received_at, echo=echo, standby=standby)
    if message is None:
        fields = decode(wire.FIELDS, raw, path)
        yield from _other({k: v for k, v in fields.items() if v != NOTHING}, on, path)
    elif message.is_self or itself(envelope):
        yield on.ignored("self")
    elif on.own and on.customer is None:
        yield on.ignored("echo")
    else:
        yield messages.from_message(message, on)


def _other(fields: Fields, on: Occasion, path: str) -> Iterator[ChannelEvent]:
    known = next((name for name in _KNOWN if name in fields), None)
    kind = known or next((name for name in fields if name not in _ENVELOPE), "empty")
    content, at = fields.get(kind, NOTHING), f"{path}.{kind}"
    match kind:
        case "postback":
            yield messages.from_postback(decode(wire.POSTBACK, content, at), on)
        case "messaging_feedback":
            yield messages.from_feedback(content, on)
        case "reaction":
            yield notices.from_reaction(decode(wire.REACTION, content, at), on)
        case "message_edit":
            yield notices.from_edit(decode(wire.MESSAGE_EDIT, content, at), on)
        case "read":
            yield from notices.from_receipt(decode(wire.RECEIPT, content, at), "read", on)
        case "delivery":
            yield from notices.from_receipt(decode(wire.RECEIPT, content, at), "delivered", on)
        case "optin":
            yield notices.from_opt_in(decode(wire.OPT_IN, content, at), on)
        case "optout" if on.customer:
            yield notices.consent(on, granted=False)
        case _:
            yield on.ignored(kind)
