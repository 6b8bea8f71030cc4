"""WhatsApp Cloud API: one delivery holds up to 1,000 messages and statuses of several numbers.

`account` is the brand's phone_number_id, the message id the wamid, and `address` what a send takes:
the digits of a phone number, a business-scoped user id where there is no number, or a group id.
Business-scoped ids mean something only within the brand's portfolio, so their handles carry the
account. A message whose time stamp is unusable keeps the time the delivery was received.

Not messages of a customer, and therefore Ignored under their names: reactions, edits, revocations,
system notes, and every change of a field other than "messages". Message types that nobody has heard
of stay messages without text: a customer wrote something, and an agent must see that.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.channels import signatures
from chalicelib.channels.base import Channel, ChannelEvent, Delivery, Ignored, Secrets, StatusUpdate
from chalicelib.channels.whatsapp.messages import Senders, inbound
from chalicelib.channels.whatsapp.wire import NOTIFICATION, VALUE, Error, Message, Status, Value
from chalicelib.channels.wire import counter, decode, epoch_or
from chalicelib.errors import ParseError, SignatureError

_NAME = "whatsapp"
_OBJECT = "whatsapp_business_account"
_STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
_NOT_MESSAGES = frozenset({"reaction", "edit", "revoke", "request_welcome", "system"})


class WhatsApp(Channel):
    name = _NAME

    def verify(
        self,
        *,
        headers: Mapping[str, str],
        body: bytes,
        secrets: Secrets,
        now: datetime,
        url: str = "",
    ) -> None:
        given = signatures.header(headers, "x-hub-signature-256")
        signatures.check_hex(given, body, signatures.listed(secrets), prefix="sha256=")

    def handshake(self, *, query: Mapping[str, str], secrets: Secrets) -> str:
        token, challenge = secrets.get("verify_token"), query.get("hub.challenge")
        if query.get("hub.mode") != "subscribe" or not challenge or not isinstance(token, str):
            raise SignatureError("Not a webhook subscription with a verify token")
        signatures.check_token(query.get("hub.verify_token", ""), [token])
        return challenge

    def parse(self, delivery: Delivery) -> list[ChannelEvent]:
        notification = decode(NOTIFICATION, delivery.body)
        if notification.object != _OBJECT:
            return [_ignored(f"object:{notification.object}")]
        return [
            event
            for number, entry in enumerate(notification.entry)
            for index, change in enumerate(entry.changes or ())
            for event in (
                _events(
                    decode(VALUE, change.value, f"$.entry[{number}].changes[{index}].value"),
                    delivery.received_at,
                )
                if change.field == "messages"
                else (_ignored(change.field),)
            )
        ]


def _events(value: Value, received_at: datetime) -> Iterator[ChannelEvent]:
    if value.metadata is None and (value.messages or value.statuses):
        raise ParseError("`metadata` is missing: nobody knows which number was written to")
    account = value.metadata.phone_number_id if value.metadata else ""
    senders = Senders(value.contacts or [], account)
    for message in value.messages or ():
        if message.type in _NOT_MESSAGES:
            yield _ignored(_name_of(message))
        else:
            yield inbound(message, senders, received_at)
    for status in value.statuses or ():
        yield _status(status, account, received_at)
    for _ in value.errors or ():
        yield _ignored("errors")


def _name_of(message: Message) -> str:
    detail = message.system.type if message.system else None
    return f"{message.type}:{detail}" if detail else message.type


def _status(status: Status, account: str, received_at: datetime) -> ChannelEvent:
    known = _STATUSES.get(status.status)
    if known is None:
        return _ignored(f"status:{status.status}")
    error = status.errors[0] if status.errors else Error()
    details = error.error_data.details if error.error_data else None
    return StatusUpdate(
        channel=_NAME,
        account=account,
        message_id=status.id,
        status=known,
        at=epoch_or(status.timestamp, received_at),
        # In a group `recipient_id` is the group, and each participant has a status of its own.
        recipient=status.recipient_participant_id
        or status.recipient_id
        or status.recipient_user_id
        or None,
        error_code=None if error.code is None else str(error.code),
        error=details or error.message or error.title,
    )


def _ignored(what: str) -> Ignored:
    return Ignored(channel=_NAME, what=counter(what))


WHATSAPP = WhatsApp()
