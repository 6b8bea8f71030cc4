"""WhatsApp Cloud API: one delivery holds up to 1,000 messages and statuses of several numbers.

`account` is the brand's phone_number_id, the message id the wamid, and `address` what a send takes:
the digits of a phone number, a business-scoped user id where there is no number, or a group id.
Business-scoped ids mean something only within the brand's portfolio, so their handles carry the
account. A message whose time stamp is unusable keeps the time the delivery was received.

Not messages of a customer, and therefore Ignored under their names: opened chats, system notes that
change no identity, statuses and preferences of unknown kinds, and every change of a field that is
not about messages or marketing wishes (histories, calls, templates, the account …). Message types
that nobody has heard of stay messages without text: a customer wrote something, and an agent must
see that.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chalicelib.channels.base import ChannelEvent, Delivery
from chalicelib.channels.extras import NOTHING
from chalicelib.channels.meta.hub import HubChannel, counted
from chalicelib.channels.whatsapp import changes
from chalicelib.channels.whatsapp.messages import echo, inbound
from chalicelib.channels.whatsapp.people import People
from chalicelib.channels.whatsapp.shapes import Message
from chalicelib.channels.whatsapp.wire import NOTIFICATION, VALUE, Value
from chalicelib.channels.wire import decode
from chalicelib.errors import ParseError

_NO_ERRORS = msgspec.Raw(b"[]")
_OBJECT = "whatsapp_business_account"
_FIELDS = frozenset(
    {"messages", "standby", "smb_message_echoes", "message_echoes", "user_preferences"}
)


class WhatsApp(HubChannel):
    name = "whatsapp"

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        notification = decode(NOTIFICATION, delivery.body)
        if notification.object != _OBJECT:
            return [changes.ignored(f"object:{notification.object}")]
        return counted(
            event
            for number, entry in enumerate(notification.entry)
            for index, change in enumerate(entry.changes or ())
            for event in (
                _events(
                    decode(VALUE, change.value, f"$.entry[{number}].changes[{index}].value"),
                    delivery.received_at,
                    standby=change.field == "standby",
                )
                if change.field in _FIELDS
                else (changes.ignored(change.field),)
            )
        )


def _events(value: Value, received_at: datetime, *, standby: bool) -> Iterator[ChannelEvent]:
    about = value.messages or value.message_echoes or value.statuses or value.user_preferences
    if value.metadata is None and about:
        raise ParseError("`metadata` is missing: nobody knows which number was written to")
    account = value.metadata.phone_number_id if value.metadata else ""
    people = People(value.contacts or [], account)
    for message in value.messages or ():
        yield _received(message, people, received_at, standby=standby)
    for message in value.message_echoes or ():
        yield _written(message, people, received_at)
    for status in value.statuses or ():
        yield changes.status(status, account, received_at)
    for wish in value.user_preferences or ():
        yield changes.preference(wish, people, received_at)
    if value.errors not in (NOTHING, _NO_ERRORS):
        yield changes.ignored("errors")


def _received(
    message: Message, people: People, received_at: datetime, *, standby: bool
) -> ChannelEvent:
    match message.type:
        case "reaction":
            return changes.reaction(message, people, received_at)
        case "edit":
            return changes.edit(message, people, received_at)
        case "revoke":
            return changes.revocation(message, people, received_at)
        case "system":
            return changes.system(message, people, received_at)
        case "request_welcome":
            return changes.ignored("request_welcome")
        case _:
            return inbound(message, people, received_at, standby=standby)


def _written(message: Message, people: People, received_at: datetime) -> ChannelEvent:
    """What the brand did in its WhatsApp Business app, or Meta's agent in its name."""
    match message.type:
        case "edit":
            return changes.edit(message, people, received_at, outgoing=True)
        case "revoke":
            return changes.revocation(message, people, received_at, outgoing=True)
        case "reaction" | "system":
            return changes.ignored(f"echo:{message.type}")
        case _ if message.group_id:
            return changes.ignored("echo:group")
        case _:
            return echo(message, people, received_at)


WHATSAPP = WhatsApp()
