"""Event Streams: the same news as the webhooks bring, as JSON lists of CloudEvents.

What they tell of messages is read like a webhook's form and has the same names, so a brand may use
either, or both. Everything else in a stream is Ignored under its type.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.channels.base import ChannelEvent, Ignored
from chalicelib.channels.twilio import messages
from chalicelib.channels.twilio.form import Form
from chalicelib.channels.wire import Id, counter, decode
from chalicelib.errors import ParseError

_MESSAGING = ("com.twilio.messaging.inbound-message.", "com.twilio.messaging.message.")


class CloudEvent(msgspec.Struct):
    type: Id
    id: Id
    data: dict[str, Any] | None = None


_LIST = msgspec.json.Decoder(list[CloudEvent])
_ONE = msgspec.json.Decoder(CloudEvent)


def events(body: bytes, received_at: datetime) -> list[ChannelEvent]:
    """Raises ParseError."""
    several = body[:64].lstrip()[:1] == b"["
    listed = decode(_LIST, body) if several else [decode(_ONE, body)]
    if not listed:
        raise ParseError("an empty list where Twilio's events were expected")
    return [one for event in listed for one in _event(event, received_at)]


def _event(event: CloudEvent, received_at: datetime) -> Iterator[ChannelEvent]:
    if event.data and event.type.startswith(_MESSAGING):
        yield from messages.events(_form(event.data), received_at)
    else:
        yield Ignored(channel="twilio", what=counter(event.type))


def _form(data: dict[str, Any]) -> Form:
    """`messageSid` of a stream is `MessageSid` of a form."""
    return Form(
        {
            name[:1].upper() + name[1:]: str(value)
            for name, value in data.items()
            if isinstance(value, str | int) and name
        }
    )
